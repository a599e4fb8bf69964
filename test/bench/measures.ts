import { setTimeout as sleep } from 'node:timers/promises';
import type { Pty } from '../support/pty.ts';
import { bytesWrittenOf, cpuMsOf, memoryOf, waitsOf } from './process-facts.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** One number that was measured, under the name of its row. */
export type Sample = { readonly row: Row; readonly value: number };

/** What is measured, in the order of the table; `true` where less is better and a ratio is worth telling. */
export const ROWS = {
  'start to `online`, ms': true,
  'start to `online`, page cache dropped, ms': true,
  'CPU until then, ms': true,
  'RSS, MB': true,
  'anonymous memory, MB': true,
  'PSS, MB': true,
  'CPU, 4 slots x 1/s, s per hour': true,
  'wake-ups per frame': true,
  'sent, 4 slots x 1/s, kB per hour': true,
  'written in steady state, bytes': true,
  'frame to POST, p50, ms': true,
  'frame to POST, p99, ms': true,
  'frame to detailCode at a subscriber, p50, ms': true,
  'frame to detailCode at a subscriber, p99, ms': true,
  'written per order, KiB': true,
  'flood on one port, 1000 readings/s': false,
  'RSS after the flood, MB': true,
  'CPU, 16 slots x 10/s, s per hour': true,
} as const;

export type Row = keyof typeof ROWS;

const ORDER_TOPIC = /^replenish\/bench\/slots\/(\w+)\/order$/;

/** A frame as a board prints it. */
export function frame(slot: number, level: number): string {
  return `slot=${slot} raw=${level * 10}\r\n`;
}

export async function untilOnline(world: World, start: () => Subject): Promise<[Subject, Sample[]]> {
  const online = world.heard((topic, payload) => topic.endsWith('bench/status') && payload === 'online');
  const subject = start();
  const onlineAtMs = await online;
  const cpuMs = cpuMsOf(subject.pid);
  return [
    subject,
    [
      { row: 'start to `online`, ms', value: onlineAtMs - subject.startedAtMs },
      { row: 'CPU until then, ms', value: cpuMs },
    ],
  ];
}

export function memory({ pid }: Subject): readonly Sample[] {
  const { rssMb, anonymousMb, pssMb } = memoryOf(pid);
  return [
    { row: 'RSS, MB', value: rssMb },
    { row: 'anonymous memory, MB', value: anonymousMb },
    { row: 'PSS, MB', value: pssMb },
  ];
}

/** Levels that stay where they are, to within a deadband: what a device sees almost always. */
export async function steady(
  world: World,
  { pid }: Subject,
  plan: { readonly ports: readonly Pty[]; readonly slotsPerPort: number; perSlotMs: number; forMs: number },
): Promise<{ cpuSPerHour: number; waitsPerFrame: number; bytesHeardPerHour: number; bytesWritten: number }> {
  const { ports, slotsPerPort, perSlotMs, forMs } = plan;
  const slots = ports.length * slotsPerPort;
  const before = {
    cpu: cpuMsOf(pid),
    waits: waitsOf(pid),
    heard: world.bytesHeard,
    disk: bytesWrittenOf(pid),
  };
  const startedAtMs = performance.now();
  const frames = Math.round((forMs / perSlotMs) * slots);
  for (let sent = 0; sent < frames; sent++) {
    const dueAtMs = startedAtMs + (sent * perSlotMs) / slots;
    await sleep(Math.max(0, dueAtMs - performance.now()));
    const slot = sent % slots;
    ports[Math.floor(slot / slotsPerPort)]?.write(frame(slot, sent % 3 === 0 ? 70.2 : 70));
  }
  const hours = (performance.now() - startedAtMs) / 3_600_000;
  return {
    cpuSPerHour: (cpuMsOf(pid) - before.cpu) / 1000 / hours,
    waitsPerFrame: (waitsOf(pid) - before.waits) / frames,
    bytesHeardPerHour: (world.bytesHeard - before.heard) / hours,
    bytesWritten: bytesWrittenOf(pid) - before.disk,
  };
}

/** One slot falls and is refilled, over and over; each fall is an order. */
export async function reactions(world: World, { pid }: Subject, port: Pty, times: number): Promise<Sample[]> {
  const posts: number[] = [];
  const reports: number[] = [];
  let written = 0;
  for (let time = 0; time < times; time++) {
    const writtenBefore = bytesWrittenOf(pid);
    const posted = world.posted();
    const told = world.heard((topic, payload) => ORDER_TOPIC.test(topic) && payload.includes('ORDER_PLACED'));
    const sentAtMs = performance.now();
    port.write(frame(0, 10));
    posts.push((await posted) - sentAtMs);
    reports.push((await told) - sentAtMs);
    // Time for what comes after: the outbox is emptied, the slot's state told.
    await sleep(30);
    written += bytesWrittenOf(pid) - writtenBefore;
    port.write(frame(0, 90));
    await sleep(30);
  }
  return [
    { row: 'frame to POST, p50, ms', value: quantile(posts, 0.5) },
    { row: 'frame to POST, p99, ms', value: quantile(posts, 0.99) },
    { row: 'frame to detailCode at a subscriber, p50, ms', value: quantile(reports, 0.5) },
    { row: 'frame to detailCode at a subscriber, p99, ms', value: quantile(reports, 0.99) },
    { row: 'written per order, KiB', value: written / times / 1024 },
  ];
}

/** As much as the port takes. */
export async function flood({ pid }: Subject, port: Pty, forMs: number): Promise<Sample[]> {
  const line = frame(0, 70);
  const block = Buffer.from(line.repeat(Math.floor(4096 / line.length)));
  const startedAtMs = performance.now();
  let bytes = 0;
  while (performance.now() - startedAtMs < forMs) {
    const taken = port.write(block);
    bytes += taken;
    // Whole lines again after a block that was cut.
    if (taken < block.length) {
      bytes += port.write('\r\n');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  return [
    { row: 'flood on one port, 1000 readings/s', value: bytes / line.length / seconds / 1000 },
    { row: 'RSS after the flood, MB', value: memoryOf(pid).rssMb },
  ];
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
