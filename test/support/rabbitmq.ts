import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon } from './daemon.ts';
import { freePort } from './mosquitto.ts';

export type RabbitUser = {
  readonly name: string;
  readonly password: string;
  /** Regular expression of routing keys that it may write, a dot for each slash of the topic; default all. */
  readonly writes?: string;
};

export type RabbitMq = {
  /** Its MQTT listener; 3.1.1 only. Nobody has to give a name. */
  readonly url: string;
  readonly port: number;
  dispose(): Promise<void>;
};

/** Debian's own starter wants root or its user and a service; what it calls does not. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const HOST = '127.0.0.1';

/** Starts RabbitMQ with its MQTT plugin on free loopback ports; a node of its own, seen by no other. */
export async function startRabbitMq(users: readonly RabbitUser[] = []): Promise<RabbitMq> {
  const folder = mkdtempSync(join(tmpdir(), 'rabbitmq-'));
  const [port, namesPort, nodePort] = await Promise.all([freePort(), freePort(), freePort()]);
  // Otherwise the first node starts a name server in the background that outlives it.
  const names = await Daemon.start({
    program: 'epmd',
    words: ['-port', String(namesPort), '-address', HOST, '-d', '-d'],
    ready: /entering the main select/,
  });
  const dispose = async (server: Daemon | null): Promise<void> => {
    await server?.kill();
    await names.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const env = {
      ...environment(folder),
      ERL_EPMD_PORT: String(namesPort),
      RABBITMQ_DIST_PORT: String(nodePort),
    };
    writeFiles(folder, port, users);
    const server = await Daemon.start({ program: SERVER, words: [], env, ready: /Server startup complete/ });
    return { url: `mqtt://${HOST}:${port}`, port, dispose: () => dispose(server) };
  } catch (error) {
    await dispose(null);
    throw error;
  }
}

function environment(folder: string): Readonly<Record<string, string>> {
  return {
    HOME: folder,
    ERL_EPMD_ADDRESS: HOST,
    RABBITMQ_NODENAME: `rabbit@${HOST}`,
    RABBITMQ_USE_LONGNAME: 'true',
    // What the machine's own installation is told is not for this one.
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-setcookie ${randomBytes(12).toString('hex')}`,
  };
}

function writeFiles(folder: string, port: number, users: readonly RabbitUser[]): void {
  mkdirSync(join(folder, 'log'));
  const anyone = { name: 'guest', password: 'guest' };
  const everybody = [anyone, ...users];
  const definitions = {
    vhosts: [{ name: '/' }],
    users: everybody.map(({ name, password }) => ({ name, password_hash: hash(password), tags: '' })),
    permissions: everybody.map(({ name: user }) => ({
      user,
      vhost: '/',
      configure: '.*',
      write: '.*',
      read: '.*',
    })),
    topic_permissions: users.map(({ name: user, writes = '.*' }) => ({
      user,
      vhost: '/',
      exchange: 'amq.topic',
      write: writes,
      read: '.*',
    })),
  };
  writeFileSync(join(folder, 'plugins'), '[rabbitmq_mqtt].\n');
  writeFileSync(join(folder, 'definitions.json'), JSON.stringify(definitions));
  const lines = [
    'listeners.tcp = none',
    `mqtt.listeners.tcp.default = ${HOST}:${port}`,
    'mqtt.allow_anonymous = true',
    'log.console = true',
    'log.file = false',
    `load_definitions = ${join(folder, 'definitions.json')}`,
  ];
  writeFileSync(join(folder, 'rabbitmq.conf'), `${lines.join('\n')}\n`);
}

/** As rabbit_password_hashing_sha256 does: base64 of salt and SHA-256 of salt and password. */
function hash(password: string): string {
  const salt = randomBytes(4);
  return Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString(
    'base64',
  );
}
