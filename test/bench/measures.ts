import { setTimeout as sleep } from 'node:timers/promises';
import type { Pty } from '../support/pty.ts';
import { bytesWrittenOf, cpuMsOf, memoryOf } from './process-facts.ts';
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

const ORDER_TOPIC = /^replenish\/[\w-]+\/slots\/(\w+)\/order$/;

/** A frame as a board prints it. */
export function frame(slot: number, level: number): string {
  return `slot=${slot} raw=${level * 10}\r\n`;
}

export async function untilOnline(world: World, start: () => Subject): Promise<[Subject, Sample[]]> {
  const subject = start();
  const status = `replenish/${subject.device}/status`;
  const onlineAtMs = await world.heard((topic, payload) => topic === status && payload === 'online');
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
