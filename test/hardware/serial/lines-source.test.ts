import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HardwareHealth, HardwareSource } from '../../../hardware/hardware-source.ts';
import { openHardware } from '../../../hardware/open-hardware.ts';
import type { Reading } from '../../../hardware/reading.ts';
import { linesSource } from '../../../hardware/serial/lines-source.ts';
import type { Pty } from '../../support/pty.ts';
import { openPty } from '../../support/pty.ts';
import { VirtualTiming } from '../../support/virtual-timing.ts';
import type { BoardThreadData } from './board-thread.ts';

const WAIT = { timeout: 30_000, interval: 2 };
const PATTERN = 'slot=(?<channel>\\w+) raw=(?<value>-?\\d+(?:\\.\\d+)?)';
const SILENCE_MS = 60_000;
const FLOOD_LINES = 300_000;

let folder: string;
let timing: VirtualTiming;
let rigs: { pty: Pty; source: HardwareSource }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lines-source-'));
  timing = new VirtualTiming();
  rigs = [];
});

afterEach(async () => {
  for (const { pty, source } of rigs) {
    await source.close();
    pty.unplug();
  }
  rmSync(folder, { recursive: true });
});

function start(name: string, path: string, pattern = PATTERN) {
  const readings: Reading[] = [];
  const healths: HardwareHealth[] = [];
  const listener = {
    onReading: (reading: Reading) => void readings.push(reading),
    onHealth: (health: HardwareHealth) => void healths.push(health),
  };
  const settings = {
    driver: 'lines',
    port: path,
    baudRate: 9600,
    pattern,
    reopenAfterSilenceMs: SILENCE_MS,
  } as const;
  const source = openHardware(name, settings, listener, timing);
  source.open();
  return { source, readings, healths };
}

/** A board that is plugged in, opened by the source, and has ended its first line. */
async function rig(name: string, pattern = PATTERN) {
  const link = join(folder, name);
  const pty = openPty({ link });
  const started = start(name, link, pattern);
  rigs.push({ pty, source: started.source });
  await vi.waitFor(() => expect(started.source.health().state).toBe('open'), WAIT);
  pty.write('\n');
  return { pty, link, ...started };
}

function values(readings: readonly Reading[]): (string | number)[][] {
  return readings.map(({ channel, raw }) => [channel, raw]);
}

describe('lines source', () => {
  test('gives a reading for each line, stamped with the monotonic clock', async () => {
    const { pty, readings, source } = await rig('scale');
    timing.advance(5_000);
    pty.write('slot=1 raw=500\nslot=2 raw=-1.5\r\n');
    await vi.waitFor(() => expect(readings).toHaveLength(2), WAIT);
    expect(readings).toEqual([
      { hardware: 'scale', channel: '1', raw: 500, takenAtMs: timing.nowMs() },
      { hardware: 'scale', channel: '2', raw: -1.5, takenAtMs: timing.nowMs() },
    ]);
    expect(source.health()).toEqual({
      state: 'open',
      error: null,
      badFrames: 0,
      emptyFrames: 0,
      reopens: 0,
      lastReadingAtMs: timing.nowMs(),
    });
  });

  test('puts a line together that arrives in pieces', async () => {
    const { pty, readings } = await rig('scale');
    for (const piece of ['slot', '=1 ra', 'w=5', '00\r', '\nslot=2']) {
      pty.write(piece);
      await new Promise(setImmediate);
    }
    pty.write(' raw=7\n');
    await vi.waitFor(
      () =>
        expect(values(readings)).toEqual([
          ['1', 500],
          ['2', 7],
        ]),
      WAIT,
    );
  });

  test('counts what is not a whole good line and goes on with the next', async () => {
    const { pty, readings, source } = await rig('scale');
    const garbage = Buffer.from([0xff, 0x00, 0x80, 0x0a]);
    pty.write(
      Buffer.concat([garbage, Buffer.from(`raw=5\n${'9'.repeat(600)}\nslot=1 raw=5x\nslot=1 raw=6\n`)]),
    );
    await vi.waitFor(() => expect(values(readings)).toEqual([['1', 6]]), WAIT);
    expect(source.health()).toMatchObject({ state: 'open', error: null, badFrames: 4 });
  });

  test('passes a channel that nobody may have asked for under its own name', async () => {
    const { pty, readings } = await rig('scale');
    pty.write('slot=elsewhere raw=1\nslot=1 raw=2\n');
    await vi.waitFor(
      () =>
        expect(values(readings)).toEqual([
          ['elsewhere', 1],
          ['1', 2],
        ]),
      WAIT,
    );
  });

  test('reads a board with one value, whose lines name no channel', async () => {
    const { pty, readings } = await rig('probe', '(?<value>\\d+)');
    pty.write('1023\r\n');
    await vi.waitFor(() => expect(values(readings)).toEqual([['', 1023]]), WAIT);
  });

  test('says so when lines arrive that never match, and takes it back with the first that does', async () => {
    const { pty, healths, readings } = await rig('scale');
    pty.write('Weight: 500 g\n'.repeat(30));
    await vi.waitFor(() => expect(healths.at(-1)?.error).toContain('"Weight: 500 g"'), WAIT);
    pty.write('slot=1 raw=6\n');
    await vi.waitFor(() => expect(readings).toHaveLength(1), WAIT);
    // One call each for: opened, does not match, matches again.
    expect(healths.map(({ state, error }) => [state, error === null])).toEqual([
      ['open', true],
      ['open', false],
      ['open', true],
    ]);
  });

  test('complains once in a while, not each time, about a board that is good and bad in turns', async () => {
    const { pty, healths, readings, source } = await rig('scale');
    const turn = async (count: number) => {
      const badFrames = source.health().badFrames + 12;
      pty.write('zzz\n'.repeat(12));
      await vi.waitFor(() => expect(source.health().badFrames).toBe(badFrames), WAIT);
      pty.write('slot=1 raw=6\n');
      await vi.waitFor(() => expect(readings).toHaveLength(count), WAIT);
    };
    for (let count = 1; count <= 5; count++) await turn(count);
    expect(healths.filter(({ error }) => error !== null)).toHaveLength(1);
    timing.advance(10_000);
    await turn(6);
    expect(healths.filter(({ error }) => error !== null)).toHaveLength(2);
    expect(source.health().error).toBeNull();
  });

  test('does not complain about a board that prints other things between its readings', async () => {
    const { pty, source, readings } = await rig('scale');
    pty.write('slot=1 raw=1\n# a note\n'.repeat(15));
    await vi.waitFor(() => expect(readings).toHaveLength(15), WAIT);
    await vi.waitFor(() => expect(source.health().badFrames).toBe(15), WAIT);
    expect(source.health().error).toBeNull();
  });

  test('points to baudRate when what arrives is no text', async () => {
    const { pty, source } = await rig('scale');
    pty.write(
      Buffer.from(
        [0xf8, 0x80, 0x0a].flatMap((byte) => [byte, byte]).concat(Array(20).fill([0xfe, 0x0a]).flat()),
      ),
    );
    await vi.waitFor(() => expect(source.health().error).toContain('check baudRate (9600 now)'), WAIT);
  });

  test('picks a replugged board up again and does not believe the rest of the line it enters', async () => {
    const { pty, link, readings, source } = await rig('probe', '(?<value>\\d+)');
    pty.write('1000\n12');
    await vi.waitFor(() => expect(readings).toHaveLength(1), WAIT);
    pty.unplug();
    await vi.waitFor(() => expect(source.health().state).toBe('failed'), WAIT);
    const again = openPty({ link });
    rigs.push({ pty: again, source });
    await vi.waitFor(() => {
      timing.advance(500);
      expect(source.health().state).toBe('open');
    }, WAIT);
    again.write('34\n1001\n');
    await vi.waitFor(() => expect(readings).toHaveLength(2), WAIT);
    expect(values(readings)).toEqual([
      ['', 1000],
      ['', 1001],
    ]);
    expect(source.health()).toMatchObject({ reopens: 1, error: null, badFrames: 0 });
  });

  test('is silent, not fine, when a board stops sending without hanging up', async () => {
    const { pty, source, readings } = await rig('scale');
    pty.write('slot=1 raw=1\n');
    await vi.waitFor(() => expect(readings).toHaveLength(1), WAIT);
    timing.advance(SILENCE_MS);
    expect(source.health()).toMatchObject({
      state: 'silent',
      error: expect.stringContaining('Nothing has arrived'),
    });
    await vi.waitFor(() => expect(source.health().reopens).toBe(1), WAIT);
    pty.write('\nslot=1 raw=2\n');
    await vi.waitFor(() => expect(readings).toHaveLength(2), WAIT);
    expect(source.health()).toMatchObject({ state: 'open', error: null });
  });

  test('reads on while other devices are missing', async () => {
    const missing = ['a', 'b', 'c'].map((name) => start(name, join(folder, 'nothing', name)));
    const { pty, readings } = await rig('scale');
    for (const { source } of missing)
      await vi.waitFor(() => expect(source.health().state).toBe('failed'), WAIT);
    pty.write('slot=1 raw=1\n');
    await vi.waitFor(() => expect(readings).toHaveLength(1), WAIT);
    for (const { source } of missing) await source.close();
  });

  test('keeps 4 ports with 16 channels each apart', async () => {
    const boards = await Promise.all(['a', 'b', 'c', 'd'].map((name) => rig(name)));
    const expected = boards.map((_, board) =>
      Array.from({ length: 160 }, (__, line) => [`${line % 16}`, board * 1000 + line]),
    );
    for (let line = 0; line < 160; line += 1) {
      for (const [board, { pty }] of boards.entries())
        pty.write(`slot=${line % 16} raw=${board * 1000 + line}\n`);
    }
    for (const [board, { readings }] of boards.entries()) {
      await vi.waitFor(() => expect(values(readings)).toEqual(expected[board]), WAIT);
      expect(new Set(readings.map(({ hardware }) => hardware)).size).toBe(1);
    }
  });

  test('hears one board while another floods, in bounded memory', async () => {
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const link = join(folder, 'flooding');
    const text = 'slot=1 raw=500\r\n'.repeat(64);
    const data: BoardThreadData = { link, text, unplugAfterTimes: Number.POSITIVE_INFINITY, stop };
    const board = new Worker(new URL('./board-thread.ts', import.meta.url), { workerData: data });
    const gone = new Promise((resolve) => board.once('exit', resolve));
    const quiet = await rig('quiet');

    let flooded = 0;
    const listener = {
      onReading: () => {
        flooded += 1;
      },
      onHealth: () => {},
    };
    await vi.waitFor(() => expect(existsSync(link)).toBe(true), WAIT);
    const settings = {
      driver: 'lines',
      port: link,
      baudRate: 9600,
      pattern: PATTERN,
      reopenAfterSilenceMs: SILENCE_MS,
    } as const;
    const flooding = openHardware('flooding', settings, listener, timing);
    flooding.open();
    await vi.waitFor(() => expect(flooded).toBeGreaterThan(10_000), WAIT);

    const residentBytes = process.memoryUsage.rss();
    for (let answered = 0; answered < 20 || flooded < FLOOD_LINES; answered += 1) {
      quiet.pty.write(`slot=1 raw=${answered}\n`);
      await vi.waitFor(() => expect(quiet.readings.at(-1)?.raw).toBe(answered), WAIT);
    }
    expect(process.memoryUsage.rss() - residentBytes).toBeLessThan(64 * 1024 * 1024);

    Atomics.store(stop, 0, 1);
    await flooding.close();
    await gone;
  });

  test('refuses a pattern that is not valid, naming the entry', () => {
    const listener = { onReading: () => undefined, onHealth: () => undefined };
    const settings = {
      port: '/dev/null',
      baudRate: 9600,
      pattern: 'raw=\\d+',
      reopenAfterSilenceMs: SILENCE_MS,
    };
    expect(() => linesSource('scale', settings, listener, timing)).toThrow(
      'hardware.scale.pattern: The pattern has no group',
    );
  });
});
