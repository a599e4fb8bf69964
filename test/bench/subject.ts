import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pty } from '../support/pty.ts';
import type { World } from './world.ts';

/** Who does the job. */
export type SubjectName = 'ours' | 'floor' | 'usual';

export const SUBJECTS: readonly SubjectName[] = ['ours', 'floor', 'usual'];

/** What a subject is to read: ports, and the slots on each of them. */
export type Layout = { readonly ports: readonly Pty[]; readonly slotsPerPort: number };

/** Each is a device of its own, so that they can run at the same time. */
function deviceOf(name: SubjectName): string {
  return `bench-${name}`;
}

/** The slot numbers of a port. */
export function slotsOf(layout: Layout, port: number): readonly number[] {
  return Array.from({ length: layout.slotsPerPort }, (_, index) => port * layout.slotsPerPort + index);
}

export const BUNDLE = fileURLToPath(new URL('../../dist/replenish-agent.mjs', import.meta.url));

/** One process that does the job. */
export class Subject {
  readonly pid: number;
  /** Second part of its topics. */
  readonly device: string;
  readonly startedAtMs: number;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, device: string, startedAtMs: number) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.device = device;
    this.startedAtMs = startedAtMs;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}

/** Starts one of them; it is under way and not yet online. */
export function startSubject(
  name: SubjectName,
  world: World,
  layout: Layout,
  flags: readonly string[] = [],
): Subject {
  const words = name === 'ours' ? agentWords(world, layout) : peerWords(name, world, layout);
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [...flags, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  return new Subject(child, deviceOf(name), startedAtMs);
}

function peerWords(name: SubjectName, world: World, { ports }: Layout): readonly string[] {
  const peer = fileURLToPath(new URL(`peers/${name}.mjs`, import.meta.url));
  const told = {
    device: deviceOf(name),
    ports: ports.map(({ path }) => path),
    brokerPort: world.broker.port,
    drs: world.drsUrl,
    ca: world.caFile,
  };
  return [peer, JSON.stringify(told)];
}

/** The agent with its confirmation off, so that it acts on each frame as the others do. Everything else is on. */
function agentWords(world: World, layout: Layout): readonly string[] {
  const config = join(world.folder, 'agent.yaml');
  const token = join(world.folder, 'token');
  const state = join(world.folder, 'state');
  rmSync(state, { recursive: true, force: true });
  writeFileSync(token, `Atza|${'t'.repeat(400)}\n`);
  writeFileSync(config, JSON.stringify(agentConfig(world, layout, token)));
  return [BUNDLE, 'run', '--config', config, '--state-dir', state];
}

function agentConfig(world: World, layout: Layout, token: string): object {
  const slots = layout.ports.flatMap((_, port) =>
    slotsOf(layout, port).map((slot) => [
      String(slot),
      {
        slotId: `slot-${slot}`,
        sensor: { from: `board${port}`, channel: String(slot) },
        calibration: { empty: 0, full: 1000 },
        valid: { min: 0, max: 1000 },
        filter: { median: 1 },
        confirm: { samples: 1, for: '0s' },
        reorderAt: '20%',
        rearmAt: '60%',
      },
    ]),
  );
  return {
    device: { id: deviceOf('ours') },
    mqtt: { url: world.broker.url },
    replenish: { url: world.drsUrl, caFile: world.caFile, token: { source: 'file', file: token } },
    hardware: Object.fromEntries(
      layout.ports.map(({ path }, port) => [
        `board${port}`,
        { driver: 'lines', port: path, pattern: String.raw`slot=(?<channel>\w+) raw=(?<value>\d+)` },
      ]),
    ),
    slots: Object.fromEntries(slots),
  };
}
