import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKOUT } from '../support/agent-process.ts';
import { freePort } from '../support/mosquitto.ts';
import { installNodeRed } from './node-red-install.ts';

export type NodeRed = {
  readonly url: string;
  /** Deploys a flow through the admin API, as the import dialogue of the editor does. */
  deploy(flow: readonly FlowNode[]): Promise<void>;
  /** What it printed so far: nodes report their errors there. */
  log(): string;
  close(): Promise<void>;
};

export type FlowNode = { readonly id: string; readonly type: string } & Readonly<Record<string, unknown>>;

const DEADLINE_MS = 60_000;

/** The flow as it is shipped. */
export function readFlow(): readonly FlowNode[] {
  return JSON.parse(readFileSync(join(CHECKOUT, 'config/dashboards/node-red/flow.json'), 'utf8'));
}

/** Starts a real Node-RED on a free loopback port, with a folder of its own and nothing in it. */
export async function startNodeRed(): Promise<NodeRed> {
  const program = await installNodeRed();
  const folder = mkdtempSync(join(tmpdir(), 'node-red-'));
  const port = await freePort();
  const settings = {
    uiPort: port,
    uiHost: '127.0.0.1',
    userDir: folder,
    flowFile: 'flows.json',
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    logging: { console: { level: 'info', metrics: false, audit: false } },
  };
  const settingsFile = join(folder, 'settings.cjs');
  writeFileSync(settingsFile, `module.exports = ${JSON.stringify(settings)};`);
  const child = spawn(process.execPath, [program, '--settings', settingsFile], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
  });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    process.off('exit', killWithUs);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const giveUpAt = performance.now() + DEADLINE_MS;
  while (!(await answers(`${url}/flows`))) {
    if (performance.now() > giveUpAt || child.exitCode !== null) {
      await close();
      throw new Error(`Node-RED does not start:\n${log}`);
    }
    await sleep(100);
  }
  return {
    url,
    log: () => log,
    close,
    async deploy(flow) {
      const answer = await fetch(`${url}/flows`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'node-red-deployment-type': 'full' },
        body: JSON.stringify(flow),
      });
      if (!answer.ok) throw new Error(`Node-RED refuses the flow: ${answer.status} ${await answer.text()}`);
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url);
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
