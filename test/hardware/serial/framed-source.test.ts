import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HardwareHealth, HardwareSource } from '../../../hardware/hardware-source.ts';
import { type HardwareSettings, openHardware } from '../../../hardware/open-hardware.ts';
import { openPty, type Pty } from '../../support/pty.ts';
import { VirtualTiming } from '../../support/virtual-timing.ts';
import { lidarFrame, ultrasonicFrame } from './frames.ts';

const WAIT = { timeout: 30_000, interval: 2 };

let folder: string;
let timing: VirtualTiming;
let ends: (() => Promise<void> | void)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framed-source-'));
  timing = new VirtualTiming();
  ends = [];
});

afterEach(async () => {
  for (const end of ends) await end();
  rmSync(folder, { recursive: true });
});

function settings(driver: string, port: string): HardwareSettings {
  const serial = { port, baudRate: 9600, reopenAfterSilenceMs: 60_000 };
  const channel = { unit: 1, function: 3, register: 1, type: 'uint16', wordOrder: 'high-first', scale: 1 };
  const bus = {
    parity: 'none',
    stopBits: 1,
    pollEveryMs: 1000,
    answerTimeoutMs: 500,
    channels: { a: channel },
  };
  const own: Readonly<Record<string, object>> = {
    lines: { pattern: '(?<value>\\d+)' },
    ultrasonic: { model: 'a02yyuw' },
    modbus: bus,
  };
  return { driver, ...serial, ...own[driver] } as HardwareSettings;
}

function start(driver: string, port: string) {
  const raws: number[] = [];
  const healths: HardwareHealth[] = [];
  const listener = {
    onReading: ({ raw }: { raw: number }) => void raws.push(raw),
    onHealth: (health: HardwareHealth) => void healths.push(health),
  };
  const source = openHardware('probe', settings(driver, port), listener, timing);
  ends.push(() => source.close());
  source.open();
  return { source, raws, healths };
}

async function rig(driver: string) {
  const link = join(folder, driver);
  const pty = openPty({ link });
  ends.push(() => pty.unplug());
  const started = start(driver, link);
  await vi.waitFor(() => expect(started.source.health().state).toBe('open'), WAIT);
  return { pty, link, ...started };
}

/** Sends the same until the source says what is expected; time passes meanwhile. */
async function untilSaid(pty: Pty, bytes: Buffer | string, source: HardwareSource, what: string) {
  await vi.waitFor(() => {
    pty.write(bytes);
    timing.advance(100);
    expect(source.health().error ?? '').toContain(what);
  }, WAIT);
}

const GOOD: Readonly<Record<string, readonly [bytes: Buffer | string, raw: number]>> = {
  scale: ['\r\nST,GS,+  12.300kg\r\n', 12_300],
  ultrasonic: [ultrasonicFrame(1953), 1953],
  lidar: [lidarFrame(150, 1000), 1500],
};

describe.each(Object.entries(GOOD))('%s', (driver, [bytes, raw]) => {
  test('gives its values, and is picked up again after an unplug in the middle of a frame', async () => {
    const { pty, link, raws, source } = await rig(driver);
    pty.write(bytes);
    await vi.waitFor(() => expect(raws).toEqual([raw]), WAIT);
    expect(source.health()).toMatchObject({ error: null, badFrames: 0, emptyFrames: 0 });
    pty.write(Buffer.from(bytes).subarray(0, -2));
    pty.unplug();
    await vi.waitFor(() => expect(source.health().state).toBe('failed'), WAIT);
    const again = openPty({ link });
    ends.push(() => again.unplug());
    await vi.waitFor(() => {
      timing.advance(500);
      expect(source.health().state).toBe('open');
    }, WAIT);
    again.write(Buffer.from(bytes).subarray(-2));
    again.write(bytes);
    await vi.waitFor(() => expect(raws).toEqual([raw, raw]), WAIT);
    expect(source.health()).toMatchObject({ reopens: 1, badFrames: 0, error: null });
  });

  test('is silent, not fine, when it stops sending', async () => {
    const { pty, raws, source } = await rig(driver);
    pty.write(bytes);
    await vi.waitFor(() => expect(raws).toHaveLength(1), WAIT);
    timing.advance(60_000);
    expect(source.health()).toMatchObject({ state: 'silent' });
  });

  test('says what to check when nothing of its kind arrives, and takes it back', async () => {
    const { pty, raws, source } = await rig(driver);
    await untilSaid(pty, Buffer.alloc(64, 0x0a).fill('x\n'), source, 'check baudRate (9600 now)');
    await vi.waitFor(() => {
      pty.write(bytes);
      expect(raws.length).toBeGreaterThan(0);
    }, WAIT);
    await vi.waitFor(() => expect(source.health().error).toBeNull(), WAIT);
  });
});

describe('a sensor that has no value', () => {
  test.each([
    ['scale', '\r\nOL,GS,+  60.000kg\r\n', 'overload'],
    ['scale', '\r\nUS,GS,+  12.300kg\r\n', 'does not come to rest'],
    ['ultrasonic', ultrasonicFrame(0), 'too near'],
    ['ultrasonic', ultrasonicFrame(5500), 'sees nothing'],
    ['lidar', lidarFrame(150, 20), 'too little light'],
  ] as const)('%s: says so when it lasts, gives none, and takes it back', async (driver, empty, because) => {
    const { pty, raws, healths, source } = await rig(driver);
    await untilSaid(pty, empty, source, because);
    expect(raws).toEqual([]);
    expect(source.health()).toMatchObject({ state: 'open', badFrames: 0 });
    expect(source.health().emptyFrames).toBeGreaterThan(10);
    const [bytes, raw] = GOOD[driver] ?? ['', 0];
    await vi.waitFor(() => {
      pty.write(bytes);
      expect(raws).toContain(raw);
    }, WAIT);
    await vi.waitFor(() => expect(source.health().error).toBeNull(), WAIT);
    // Opened, no value, well again: a message each, and none for each frame.
    expect(healths.filter(({ state }) => state === 'open').length).toBe(3);
  });

  test('for a moment only is not worth a word', async () => {
    const { pty, raws, healths, source } = await rig('ultrasonic');
    pty.write(ultrasonicFrame(0));
    await vi.waitFor(() => expect(source.health().emptyFrames).toBe(1), WAIT);
    timing.advance(3000);
    pty.write(ultrasonicFrame(100));
    await vi.waitFor(() => expect(raws).toEqual([100]), WAIT);
    timing.advance(3000);
    pty.write(ultrasonicFrame(0));
    await vi.waitFor(() => expect(source.health().emptyFrames).toBe(2), WAIT);
    expect(healths.map(({ error }) => error)).toEqual([null]);
  });
});

describe.each(['lines', 'scale', 'ultrasonic', 'lidar', 'modbus'])('the port of %s', (driver) => {
  test('that is not there, no serial device or in use is told with the remedy', async () => {
    const missing = start(driver, join(folder, 'nothing'));
    await vi.waitFor(() => expect(missing.source.health().error).toContain('is it plugged in?'), WAIT);
    const noTty = start(driver, '/dev/null');
    await vi.waitFor(() => expect(noTty.source.health().error).toContain('is not a serial device'), WAIT);
    const { link } = await rig('lines');
    const locked = start(driver, link);
    await vi.waitFor(() => expect(locked.source.health().error).toContain('is in use'), WAIT);
  });
});
