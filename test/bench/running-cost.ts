import { setTimeout as sleep } from 'node:timers/promises';
import { frame, type Sample, untilOnline } from './measures.ts';
import { bytesWrittenOf, cpuMsOf, waitsOf } from './process-facts.ts';
import { type Layout, SUBJECTS, type Subject, type SubjectName, slotsOf, startSubject } from './subject.ts';
import type { Measured } from './table.ts';
import type { World } from './world.ts';

/** What a subject reads, and how often each of its slots. */
export type Load = { readonly layout: Layout; readonly perSlotMs: number };

/** A subject on ports of its own, so that several can run at the same time. */
type Runner = { readonly name: SubjectName; readonly subject: Subject; readonly load: Load };

/** What a process has used since its start. */
type Used = { readonly cpuMs: number; readonly waits: number; readonly heard: number; readonly disk: number };

export type RunningPlan = {
  /**
   * Fed, and not yet measured: V8 compiles what is used often and gives back what the start took, and the day's reports to
   * Amazon leave, all within 90 s of a start, each with a line on the disk. An agent runs for months; these are a day's.
   */
  readonly settleMs: number;
  /** 4 slots x 1/s: so long. */
  readonly quietMs: number;
  /** 16 slots x 10/s: so long each, in `busyTurns` parts. */
  readonly busyMs: number;
  readonly busyTurns: number;
};

/**
 * What running costs, once settled. Four readings a second disturb nobody: there all subjects are measured at the same
 * time. With 160 they take turns of a few seconds, so that whatever else the machine does meets all of them alike.
 */
export async function runningCosts(
  world: World,
  plan: RunningPlan,
  flagsOf: (name: SubjectName) => readonly string[],
  say: (line: string) => void,
): Promise<Measured[]> {
  const seconds = plan.settleMs / 1000;
  const quiet = await startAll(world, { ports: 1, slotsPerPort: 4, perSlotMs: 1000 }, flagsOf);
  say(`  4 slots x 1/s: ${seconds} s to settle, then ${plan.quietMs / 1000} s, all at the same time`);
  await feed(loadsOf(quiet), plan.settleMs);
  const measured = await quietCosts(world, quiet, plan.quietMs);
  await endAll(quiet);
  const busy = await startAll(world, { ports: 4, slotsPerPort: 4, perSlotMs: 100 }, flagsOf);
  say(`  16 slots x 10/s: ${seconds} s to settle, then ${plan.busyMs / 1000} s each, in turns`);
  await feed(loadsOf(busy), plan.settleMs);
  measured.push(...(await busyCosts(busy, plan)));
  await endAll(busy);
  return measured;
}

/** Levels that stay where they are, to within a deadband: what a device sees almost always. Returns how long it took. */
export async function feed(loads: readonly Load[], forMs: number): Promise<number> {
  const startedAtMs = performance.now();
  await Promise.all(loads.map((load, index) => feedOne(load, index / loads.length, forMs)));
  return performance.now() - startedAtMs;
}

/** @param phase part of the time between two frames by which this load comes after the first: no two wake up at once. */
async function feedOne({ layout, perSlotMs }: Load, phase: number, forMs: number): Promise<void> {
  const places = layout.ports.flatMap((port, index) =>
    slotsOf(layout, index).map((slot) => ({ port, slot })),
  );
  const everyMs = perSlotMs / places.length;
  const startedAtMs = performance.now() + phase * everyMs;
  const frames = framesOf({ layout, perSlotMs }, forMs);
  for (let sent = 0; sent < frames; sent++) {
    await sleep(Math.max(0, startedAtMs + sent * everyMs - performance.now()));
    const place = places[sent % places.length];
    place?.port.write(frame(place.slot, sent % 3 === 0 ? 70.2 : 70));
  }
}

export function framesOf({ layout, perSlotMs }: Load, forMs: number): number {
  return Math.round((forMs / perSlotMs) * layout.ports.length * layout.slotsPerPort);
}

async function startAll(
  world: World,
  { ports, slotsPerPort, perSlotMs }: { ports: number; slotsPerPort: number; perSlotMs: number },
  flagsOf: (name: SubjectName) => readonly string[],
): Promise<readonly Runner[]> {
  const runners: Runner[] = [];
  for (const name of SUBJECTS) {
    const opened = Array.from({ length: ports }, (_, index) => world.openPort(`${name}-${ports}-${index}`));
    const layout = { ports: opened, slotsPerPort };
    const [subject] = await untilOnline(world, () => startSubject(name, world, layout, flagsOf(name)));
    runners.push({ name, subject, load: { layout, perSlotMs } });
  }
  return runners;
}

async function endAll(runners: readonly Runner[]): Promise<void> {
  for (const { subject, load } of runners) {
    await subject.end();
    for (const port of load.layout.ports) port.unplug();
  }
}

function loadsOf(runners: readonly Runner[]): readonly Load[] {
  return runners.map(({ load }) => load);
}

function usedBy(world: World, { pid, device }: Subject): Used {
  return {
    cpuMs: cpuMsOf(pid),
    waits: waitsOf(pid),
    heard: world.bytesHeard(device),
    disk: bytesWrittenOf(pid),
  };
}

async function quietCosts(world: World, runners: readonly Runner[], forMs: number): Promise<Measured[]> {
  const before = new Map(runners.map(({ name, subject }) => [name, usedBy(world, subject)]));
  const elapsedMs = await feed(loadsOf(runners), forMs);
  return runners.map(({ name, subject, load }) => {
    const [from, to] = [before.get(name) ?? NOTHING_USED, usedBy(world, subject)];
    const hours = elapsedMs / 3_600_000;
    const samples: Sample[] = [
      { row: 'CPU, 4 slots x 1/s, s per hour', value: (to.cpuMs - from.cpuMs) / 1000 / hours },
      { row: 'wake-ups per frame', value: (to.waits - from.waits) / framesOf(load, forMs) },
      { row: 'sent, 4 slots x 1/s, kB per hour', value: (to.heard - from.heard) / 1000 / hours },
      { row: 'written in steady state, bytes', value: to.disk - from.disk },
    ];
    return { subject: name, samples };
  });
}

const NOTHING_USED: Used = { cpuMs: 0, waits: 0, heard: 0, disk: 0 };

async function busyCosts(runners: readonly Runner[], plan: RunningPlan): Promise<Measured[]> {
  const spent = new Map<SubjectName, { cpuMs: number; elapsedMs: number }>();
  for (let turn = 0; turn < plan.busyTurns; turn++)
    for (const { name, subject, load } of turn % 2 === 0 ? runners : runners.toReversed()) {
      const before = cpuMsOf(subject.pid);
      const elapsedMs = await feed([load], plan.busyMs / plan.busyTurns);
      const { cpuMs, elapsedMs: soFarMs } = spent.get(name) ?? { cpuMs: 0, elapsedMs: 0 };
      spent.set(name, { cpuMs: cpuMs + cpuMsOf(subject.pid) - before, elapsedMs: soFarMs + elapsedMs });
    }
  return [...spent].map(([subject, { cpuMs, elapsedMs }]) => ({
    subject,
    samples: [{ row: 'CPU, 16 slots x 10/s, s per hour', value: (cpuMs * 3600) / elapsedMs }],
  }));
}
