import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon } from './daemon.ts';
import { freePort } from './mosquitto.ts';

export type NatsOptions = {
  /** MQTT users; without any, everybody may do everything. */
  readonly users?: readonly {
    readonly name: string;
    readonly password: string;
    readonly denyPublish?: string;
  }[];
  /** The user that somebody without a name is taken for. */
  readonly nobody?: string;
};

export type NatsNode = {
  /** Its MQTT listener; 3.1.1 only. */
  readonly url: string;
  readonly port: number;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
};

export type Nats = { readonly nodes: readonly NatsNode[]; dispose(): Promise<void> };

/**
 * Starts NATS servers with MQTT on free loopback ports: one, or a cluster. MQTT rests on JetStream there, and a cluster
 * of that works as long as most of its nodes are up.
 */
export async function startNats(count = 1, options: NatsOptions = {}): Promise<Nats> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startNodes(count, options);
    } catch (error) {
      // Another worker may have been faster with a port.
      if (attempt === 3) throw error;
    }
  }
}

async function startNodes(count: number, options: NatsOptions): Promise<Nats> {
  const folder = mkdtempSync(join(tmpdir(), 'nats-'));
  const names = Array.from({ length: count }, (_unused, index) => `node${index}`);
  const mqttPorts = await Promise.all(names.map(() => freePort()));
  const routePorts = await Promise.all(names.map(() => freePort()));
  const daemons: Daemon[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(daemons.map((daemon) => daemon.kill()));
    rmSync(folder, { recursive: true, force: true });
  };
  const start = async (name: string, index: number): Promise<void> => {
    const path = join(folder, `${name}.conf`);
    const routes = count === 1 ? [] : clusterLines(routePorts, index);
    const lines = [...nodeLines(folder, name, mqttPorts[index]), ...routes, ...userLines(options)];
    writeFileSync(path, `${lines.join('\n')}\n`);
    // A cluster listens before it has a leader.
    const ready =
      count === 1 ? /Server is ready/ : /new JetStream cluster metadata leader|cluster new metadata leader/;
    daemons[index] = await Daemon.start({ program: 'nats-server', words: ['-c', path], ready });
  };
  const started = await Promise.allSettled(names.map(start));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await dispose();
    throw failed.reason;
  }
  const nodes = mqttPorts.map((port, index) => ({
    url: `mqtt://127.0.0.1:${port}`,
    port,
    kill: async () => daemons[index]?.kill(),
  }));
  return { nodes, dispose };
}

function nodeLines(folder: string, name: string, mqttPort: number | undefined): string[] {
  return [
    `server_name: ${name}`,
    'listen: "127.0.0.1:-1"',
    `jetstream { store_dir: "${join(folder, name)}", max_mem: 64M, max_file: 256M }`,
    `mqtt { listen: "127.0.0.1:${mqttPort}" }`,
  ];
}

function clusterLines(routePorts: readonly number[], own: number): string[] {
  const routes = routePorts.map((port) => `"nats://127.0.0.1:${port}"`).join(', ');
  return [`cluster { name: tests, listen: "127.0.0.1:${routePorts[own]}", routes: [${routes}] }`];
}

function userLines({ users = [], nobody }: NatsOptions): string[] {
  if (users.length === 0) return [];
  const lines = users.map(({ name, password, denyPublish }) => {
    const deny = denyPublish === undefined ? '' : `, permissions { publish { deny: "${denyPublish}" } }`;
    return `  { user: "${name}", password: "${password}"${deny} }`;
  });
  const noName = nobody === undefined ? [] : [`no_auth_user: ${nobody}`];
  return ['authorization { users: [', ...lines, '] }', ...noName];
}
