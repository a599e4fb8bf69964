import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HardwareHealth } from '../../../hardware/hardware-source.ts';
import { IioSource } from '../../../hardware/iio/iio-source.ts';
import type { Reading } from '../../../hardware/reading.ts';
import { VirtualTiming } from '../../support/virtual-timing.ts';

/*
 * On a folder made like sysfs: the kernel here has no converter. What a real one adds, and is not shown here, is that a
 * read takes as long as the conversion.
 */

const WAIT = { timeout: 30_000, interval: 1 };

let folder: string;
let timing: VirtualTiming;
let readings: Reading[];
let healths: HardwareHealth[];
let source: IioSource | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iio-'));
  timing = new VirtualTiming();
  readings = [];
  healths = [];
  source = null;
});

afterEach(async () => {
  await source?.close();
  rmSync(folder, { recursive: true });
});

function device(number: number, files: Readonly<Record<string, string>>): void {
  const path = join(folder, `iio:device${number}`);
  mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
}

function start(name: string, channels: readonly string[]): IioSource {
  const listener = {
    onReading: (reading: Reading) => void readings.push(reading),
    onHealth: (health: HardwareHealth) => void healths.push(health),
  };
  source = new IioSource(
    'adc',
    { device: name, pollEveryMs: 1000, devicesFolder: folder, channels },
    listener,
    timing,
  );
  source.open();
  return source;
}

/** Lets the next round come, and waits for what it brings. */
async function until(fact: () => void): Promise<void> {
  await vi.waitFor(() => {
    timing.advance(1000);
    fact();
  }, WAIT);
}

const values = () => readings.map(({ channel, raw }) => [channel, raw]);

describe('a converter of the kernel', () => {
  test('is found by its name, and its inputs are read over and over', async () => {
    device(0, { name: 'bmp280\n', in_voltage0_raw: '1\n' });
    device(3, { name: 'ads1115\n', in_voltage0_raw: '16384\n', in_voltage1_raw: '-5\n' });
    const adc = start('ads1115', ['voltage0', 'voltage1']);
    await vi.waitFor(() => expect(values()).toHaveLength(2), WAIT);
    expect(values()).toEqual([
      ['voltage0', 16_384],
      ['voltage1', -5],
    ]);
    await vi.waitFor(() => expect(adc.health().state).toBe('open'), WAIT);
    device(3, { in_voltage0_raw: '16000\n' });
    await until(() => expect(readings.some(({ raw }) => raw === 16_000)).toBe(true));
    expect(adc.health()).toMatchObject({ error: null, badFrames: 0, reopens: 0 });
    expect(adc.health().lastReadingAtMs).not.toBeNull();
  });

  test('is found by its label, where two have the same name', async () => {
    device(0, { name: 'ads1115\n', label: 'left\n', in_voltage0_raw: '1\n' });
    device(1, { name: 'ads1115\n', label: 'right\n', in_voltage0_raw: '2\n' });
    start('right', ['voltage0']);
    await vi.waitFor(() => expect(values()).toEqual([['voltage0', 2]]), WAIT);
    await source?.close();
    const both = start('ads1115', ['voltage0']);
    await vi.waitFor(() => expect(both.health().state).toBe('failed'), WAIT);
    expect(both.health().error).toContain('2 devices named ads1115 (iio:device0, iio:device1)');
  });

  test('that is not there is told which are, and taken up when it comes', async () => {
    device(0, { name: 'bmp280\n' });
    const adc = start('ads1115', ['voltage0']);
    await vi.waitFor(() => expect(adc.health().state).toBe('failed'), WAIT);
    expect(adc.health().error).toContain('no device named ads1115: these exist: bmp280');
    device(1, { name: 'ads1115\n', in_voltage0_raw: '7\n' });
    await until(() => expect(values()).toEqual([['voltage0', 7]]));
    await vi.waitFor(
      () => expect(adc.health()).toMatchObject({ state: 'open', error: null, reopens: 0 }),
      WAIT,
    );
  });

  test('that goes and comes back under another number is found again', async () => {
    device(0, { name: 'hx711\n', in_voltage0_raw: '100\n' });
    const adc = start('hx711', ['voltage0']);
    await vi.waitFor(() => expect(values()).toHaveLength(1), WAIT);
    rmSync(join(folder, 'iio:device0'), { recursive: true });
    await until(() => expect(adc.health().state).toBe('failed'));
    device(5, { name: 'hx711\n', in_voltage0_raw: '200\n' });
    await until(() => expect(readings.at(-1)?.raw).toBe(200));
    expect(adc.health().reopens).toBe(1);
  });

  test('without the folder of the kernel is missing, not a crash', async () => {
    rmSync(folder, { recursive: true });
    const adc = start('ads1115', ['voltage0']);
    await vi.waitFor(() => expect(adc.health().error).toContain('holds none at the moment'), WAIT);
    mkdirSync(folder);
  });

  test('is told which file is missing when the channel is wrong', async () => {
    device(0, { name: 'ads1115\n', in_voltage0_raw: '7\n' });
    const adc = start('ads1115', ['voltage9']);
    await vi.waitFor(
      () => expect(adc.health().error).toContain('in_voltage9_raw: correct the channel'),
      WAIT,
    );
  });

  test.each([
    ['nothing', ''],
    ['words', 'busy\n'],
    ['a fraction', '1.5\n'],
    ['two numbers', '1 2\n'],
    ['more digits than a number has', `${'9'.repeat(20)}\n`],
    ['a megabyte', '1'.repeat(1 << 20)],
    ['hexadecimal', '0x10\n'],
  ])('never gives a value for a file with %s', async (_, text) => {
    device(0, { name: 'ads1115\n', in_voltage0_raw: text, in_voltage1_raw: '3\n' });
    const adc = start('ads1115', ['voltage0', 'voltage1']);
    await until(() => expect(adc.health().error).toContain('holds no whole number'));
    // The other input is read all the same.
    expect(new Set(readings.map(({ channel, raw }) => `${channel} ${raw}`))).toEqual(new Set(['voltage1 3']));
    expect(adc.health()).toMatchObject({ state: 'open' });
    expect(adc.health().badFrames).toBeGreaterThanOrEqual(3);
  });

  test('reads no more once it is closed', async () => {
    device(0, { name: 'ads1115\n', in_voltage0_raw: '7\n' });
    const adc = start('ads1115', ['voltage0']);
    await vi.waitFor(() => expect(adc.health().state).toBe('open'), WAIT);
    await adc.close();
    await adc.close();
    expect([timing.pending, adc.health().state]).toEqual([0, 'closed']);
    expect(healths.at(-1)?.state).toBe('closed');
  });

  test('a name that is a path is no device', async () => {
    device(0, { name: 'ads1115\n', in_voltage0_raw: '7\n' });
    renameSync(join(folder, 'iio:device0'), join(folder, 'elsewhere'));
    const adc = start('../elsewhere', ['voltage0']);
    await vi.waitFor(() => expect(adc.health().state).toBe('failed'), WAIT);
  });
});
