import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { HardwareHealth } from '../../../hardware/hardware-source.ts';
import type { Reading } from '../../../hardware/reading.ts';
import { type TranscriptSettings, TranscriptSource } from '../../../hardware/transcript/transcript-source.ts';
import { VirtualTiming } from '../../support/virtual-timing.ts';

const START_MS = 1_000;

/** A source on a file with these lines; null for no file. */
function setUp(lines: readonly string[] | null, settings: Partial<TranscriptSettings> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'transcript-'));
  const file = join(folder, 'readings.jsonl');
  const write = (text: readonly string[]) => writeFileSync(file, text.join('\n'));
  if (lines !== null) write(lines);
  const timing = new VirtualTiming(START_MS);
  const readings: Reading[] = [];
  const healths: HardwareHealth[] = [];
  const source = new TranscriptSource(
    'tank',
    { file, pace: 'original', repeat: false, only: null, ...settings },
    { onReading: (reading) => readings.push(reading), onHealth: (health) => healths.push(health) },
    timing,
  );
  onTestFinished(async () => {
    await source.close();
    rmSync(folder, { recursive: true, force: true });
  });
  source.open();
  return {
    source,
    timing,
    readings,
    healths,
    write,
    raws: () => readings.map(({ raw }) => raw),
    state: () => source.health().state,
    /** Files are read in real time: the timer of the next step is waited for, and then time passes. */
    advance: async (ms: number) => {
      await vi.waitFor(() => expect(timing.pending).toBeGreaterThan(0), 10_000);
      timing.advance(ms);
    },
    until: (fact: () => void) => vi.waitFor(fact, 10_000),
  };
}

const line = (atMs: number, raw: number, hardware = 'scale', channel = '1') =>
  JSON.stringify({ atMs, hardware, channel, raw });

test('every reading comes at its time, on the channel that was recorded, under the name of the entry', async () => {
  const { advance, until, readings, raws, state } = setUp([line(0, 5), line(2000, 6), line(2000, 7)]);
  await until(() => expect(raws()).toEqual([5]));
  expect(readings[0]).toEqual({ hardware: 'tank', channel: '1', raw: 5, takenAtMs: START_MS });
  expect(state()).toBe('open');
  await advance(1999);
  expect(raws()).toEqual([5]);
  await advance(1);
  await until(() => expect(raws()).toEqual([5, 6, 7]));
  expect(readings.at(-1)?.takenAtMs).toBe(START_MS + 2000);
});

test('after its end it is silent, and says so', async () => {
  const { until, state, source, timing } = setUp([line(0, 5)]);
  await until(() => expect(state()).toBe('silent'));
  expect(source.health().error).toMatch(/played to its end/);
  expect(timing.pending).toBe(0);
});

test('with repeat it begins again, after a pause', async () => {
  const { advance, until, raws, state } = setUp([line(0, 5), line(10, 6)], { repeat: true });
  await until(() => expect(raws()).toEqual([5]));
  await advance(10);
  await until(() => expect(raws()).toEqual([5, 6]));
  await advance(1000);
  await until(() => expect(raws()).toEqual([5, 6, 5]));
  expect(state()).toBe('open');
});

test('with pace fast nothing waits for its time, and others have their turn in between', async () => {
  const lines = Array.from({ length: 500 }, (_, index) => line(index * 60_000, index));
  const { advance, until, raws } = setUp(lines, { pace: 'fast' });
  await until(() => expect(raws().length).toBeGreaterThan(100));
  expect(raws().length).toBeLessThan(300);
  await advance(0);
  await until(() => expect(raws().length).toBeGreaterThan(300));
  await advance(0);
  await until(() => expect(raws().length).toBe(500));
});

test('only takes the readings of one hardware', async () => {
  const { until, raws, state } = setUp([line(0, 5, 'scale'), line(0, 6, 'float')], { only: 'float' });
  await until(() => expect(state()).toBe('silent'));
  expect(raws()).toEqual([6]);
});

test('a file that is not there yet is tried again, ever more slowly, and taken up', async () => {
  const { advance, until, raws, state, source, write, timing } = setUp(null);
  await until(() => expect(state()).toBe('failed'));
  expect(source.health().error).toMatch(/There is no file .*readings\.jsonl/);
  expect(timing.nextInMs).toBe(1000);
  await advance(1000);
  await until(() => expect(timing.nextInMs).toBe(2000));
  write([line(0, 5)]);
  await advance(2000);
  await until(() => expect(raws()).toEqual([5]));
});

test('bad lines are counted', async () => {
  const { until, raws, state, source } = setUp([line(0, 5), 'garbage', line(0, 6)]);
  await until(() => expect(state()).toBe('silent'));
  expect(raws()).toEqual([5, 6]);
  expect(source.health().badFrames).toBe(1);
});

test('a time that runs backwards ends it for good, with the number of the line', async () => {
  const { advance, until, raws, state, source } = setUp([line(5, 5), line(4, 6)], { repeat: true });
  await advance(5);
  await until(() => expect(state()).toBe('failed'));
  expect(source.health().error).toMatch(/line 2/);
  expect(raws()).toEqual([5]);
});

test('close ends a wait at once, and nothing comes after it', async () => {
  const { until, raws, source, timing, state } = setUp([line(0, 5), line(1_000_000, 6)]);
  await until(() => expect(timing.pending).toBe(1));
  await source.close();
  await source.close();
  expect({ state: state(), pending: timing.pending, raws: raws() }).toEqual({
    state: 'closed',
    pending: 0,
    raws: [5],
  });
});
