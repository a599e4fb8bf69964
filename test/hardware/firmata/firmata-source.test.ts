import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FirmataChannelSettings } from '../../../hardware/firmata/firmata-channel.ts';
import { FirmataSource } from '../../../hardware/firmata/firmata-source.ts';
import type { HardwareHealth } from '../../../hardware/hardware-source.ts';
import type { Reading } from '../../../hardware/reading.ts';
import { Atmega328 } from '../../board/atmega328.ts';
import { ChipPort } from '../../board/chip-port.ts';
import { ownFirmware, standardFirmata } from '../../board/firmware.ts';
import { Hx711 } from '../../board/hx711.ts';
import { VirtualTiming } from '../../support/virtual-timing.ts';

/** From power-up until StandardFirmata says who it is, and has been told what is wanted. */
const BOOT_MS = 2_100;
/** From the opening of a board that runs already. */
const HANDSHAKE_MS = 100;
const SAMPLING_MS = 100;
const SILENCE_MS = 30_000;
const PROBE: FirmataChannelSettings = { kind: 'analog', pin: 'A0' };
const FLOAT = { kind: 'float-switch', pullup: true, invert: false } as const;
const LADDER: FirmataChannelSettings = {
  kind: 'float-ladder',
  pins: [2, 7, 8],
  pullup: true,
  invert: false,
};

let timing: VirtualTiming;
let sources: FirmataSource[];
/** A board that has power of its own: it runs on from test to test, as between two starts of the agent. */
let running: Atmega328;

beforeAll(() => {
  running = new Atmega328(standardFirmata());
  running.run(BOOT_MS);
});

beforeEach(() => {
  timing = new VirtualTiming();
  sources = [];
  for (let pin = 2; pin < 14; pin += 1) running.wire(pin, 'open');
});

afterEach(async () => {
  for (const source of sources) await source.close();
  expect(timing.pending).toBe(0);
});

/** A board that is being opened by the agent. */
function rig(channels: Readonly<Record<string, FirmataChannelSettings>>, chip = running) {
  const port = new ChipPort(chip, timing);
  const readings: Reading[] = [];
  const healths: HardwareHealth[] = [];
  const listener = {
    onReading: (reading: Reading) => void readings.push(reading),
    onHealth: (health: HardwareHealth) => void healths.push(health),
  };
  const settings = {
    port: '/dev/uno',
    baudRate: 57_600,
    samplingIntervalMs: SAMPLING_MS,
    channels,
    reopenAfterSilenceMs: SILENCE_MS,
  };
  const source = new FirmataSource('uno', settings, listener, timing, port.openPort);
  sources.push(source);
  source.open();
  /** What the channel reads within the next moment; what it read before does not count. */
  const next = async (channel: string): Promise<number | undefined> => {
    readings.length = 0;
    await port.pass(2 * SAMPLING_MS + 50);
    return readings.findLast((reading) => reading.channel === channel)?.raw;
  };
  return { chip, port, readings, healths, source, next };
}

async function opened(channels: Readonly<Record<string, FirmataChannelSettings>>) {
  const started = rig(channels);
  await started.port.pass(HANDSHAKE_MS);
  return started;
}

/** Pulls the cable of a board that has power of its own, and waits until it was asked and told anew. */
async function replug(port: ChipPort): Promise<void> {
  port.unplug();
  port.plugIn({ hasOwnPower: true });
  await port.pass(5);
  timing.advance(5_000);
  await port.pass(HANDSHAKE_MS);
}

describe('the real StandardFirmata', () => {
  test('is waited for while it starts, and starts anew after a reset', async () => {
    const { chip, port, source, next } = rig(
      { probe: PROBE, float: { ...FLOAT, pin: 4 } },
      new Atmega328(standardFirmata()),
    );
    chip.setVolts(0, 1);
    await port.pass(BOOT_MS);
    expect(await next('probe')).toBe(204);
    chip.reset();
    chip.wire(4, 'low');
    expect(await next('probe')).toBeUndefined();
    await port.pass(BOOT_MS);
    expect(await next('probe')).toBe(204);
    expect(await next('float')).toBe(1);
    expect(source.health()).toMatchObject({ state: 'open', error: null, badFrames: 0, reopens: 0 });
  });

  test('gives voltages as ADC counts, stamped with their arrival, and follows them', async () => {
    const { chip, readings, next } = await opened({ probe: PROBE, other: { kind: 'analog', pin: 'A5' } });
    chip.setVolts(0, 1);
    chip.setVolts(5, 4.9999);
    expect(await next('probe')).toBe(204);
    expect(await next('other')).toBe(1023);
    expect(readings.at(-1)).toMatchObject({ hardware: 'uno' });
    expect(timing.nowMs() - (readings.at(-1)?.takenAtMs ?? 0)).toBeLessThanOrEqual(SAMPLING_MS + 10);
    chip.setVolts(0, 2.5);
    expect(await next('probe')).toBe(512);
  });

  test('sends as often as the sampling interval says, and only what this agent asked for', async () => {
    const before = await opened({ other: { kind: 'analog', pin: 'A3' } });
    await before.source.close();
    const { port, readings } = await opened({ probe: PROBE, float: { ...FLOAT, pin: 4 } });
    readings.length = 0;
    port.sentBytes = 0;
    await port.pass(1_000);
    for (const wanted of ['probe', 'float']) {
      const count = readings.filter(({ channel }) => channel === wanted).length;
      expect(count).toBeGreaterThanOrEqual(9);
      expect(count).toBeLessThanOrEqual(11);
    }
    // Three bytes for a value, and nothing else on the wire.
    expect(port.sentBytes).toBeLessThanOrEqual(3 * readings.length + 3);
  });

  test('gives a distance by the curve of the sensor, in millimetres', async () => {
    const { chip, next, source } = await opened({
      lid: { kind: 'proximity', pin: 'A1', model: 'GP2Y0A21YK' },
    });
    chip.setVolts(1, 2);
    expect(await next('lid')).toBe(123);
    chip.setVolts(1, 0.4);
    expect(await next('lid')).toBe(788);
    // Nothing in sight, or a wire that is off: the curve has no end there.
    chip.setVolts(1, 0);
    expect(await next('lid')).toBeUndefined();
    expect(source.health().badFrames).toBeGreaterThan(0);
  });
});

describe('float switches', () => {
  test('read 1 while the contact is closed, with and without the pull-up, and the other way round', async () => {
    const { chip, next } = await opened({
      ground: { ...FLOAT, pin: 2 },
      supply: { ...FLOAT, pin: 3, pullup: false },
      opening: { ...FLOAT, pin: 4, invert: true },
    });
    const all = async () => [await next('ground'), await next('supply'), await next('opening')];
    chip.wire(3, 'low');
    expect(await all()).toEqual([0, 0, 1]);
    for (const [pin, wire] of [
      [2, 'low'],
      [3, 'high'],
      [4, 'low'],
    ] as const)
      chip.wire(pin, wire);
    expect(await all()).toEqual([1, 1, 0]);
  });

  test('make a ladder that counts them from below, and is unknown where one is stuck', async () => {
    const { chip, port, next, readings, source } = await opened({ tank: LADDER });
    expect(await next('tank')).toBe(0);
    chip.wire(2, 'low');
    expect(await next('tank')).toBe(1);
    chip.wire(7, 'low');
    chip.wire(8, 'low');
    expect(await next('tank')).toBe(3);
    chip.wire(7, 'open');
    await port.pass(SAMPLING_MS);
    const { badFrames } = source.health();
    expect(await next('tank')).toBeUndefined();
    expect(readings).toEqual([]);
    expect(source.health().badFrames).toBeGreaterThan(badFrames);
    await port.pass(2_000);
    expect(source.health().error).toMatch(/^Channel tank: .* pin 8 is on .* pin 7, is off/);
    chip.wire(7, 'low');
    expect(await next('tank')).toBe(3);
    expect(source.health().error).toBeNull();
  });

  test('keep their resistors when they are set up again, whatever the pins beside them read', async () => {
    const { chip, port, next } = await opened({
      ground: { ...FLOAT, pin: 2 },
      supply: { ...FLOAT, pin: 3, pullup: false },
      last: { ...FLOAT, pin: 4 },
    });
    const all = async () => [await next('ground'), await next('supply'), await next('last')];
    for (const [pin, wire] of [
      [2, 'low'],
      [3, 'high'],
      [4, 'low'],
    ] as const) {
      chip.wire(pin, wire);
    }
    expect(await all()).toEqual([1, 1, 1]);
    await replug(port);
    for (const pin of [2, 3, 4]) chip.wire(pin, 'open');
    // Nothing is wired any more: with its pull-up a pin reads open, and so it does without one.
    expect(await all()).toEqual([0, 0, 0]);
  });
});

describe('freshness', () => {
  test('is what arrives: a contact that never changes reads on, a board that stops does not', async () => {
    const { port, next, readings, source } = await opened({ probe: PROBE, float: { ...FLOAT, pin: 4 } });
    expect(await next('float')).toBe(0);
    expect(await next('float')).toBe(0);
    port.halt();
    readings.length = 0;
    await port.pass(3_000);
    expect(readings).toEqual([]);
    timing.advance(SILENCE_MS);
    expect(source.health()).toMatchObject({
      state: 'silent',
      error: expect.stringContaining('Nothing has arrived'),
    });
  });

  test('survives 50 replugs, with the same objects, listeners and timers', async () => {
    const { chip, port, source, next } = await opened({ probe: PROBE, tank: LADDER });
    await replug(port);
    const before = [timing.pending, activeTimers()];
    for (let times = 1; times < 50; times += 1) {
      await replug(port);
      expect(source.health()).toMatchObject({ state: 'open', error: null });
    }
    expect([timing.pending, activeTimers()]).toEqual(before);
    chip.setVolts(0, 3);
    chip.wire(2, 'low');
    expect(await next('probe')).toBe(614);
    expect(await next('tank')).toBe(1);
    expect(source.health().reopens).toBe(50);
  });

  test('ends with the plug', async () => {
    const { port, readings, source } = await opened({ probe: PROBE, float: { ...FLOAT, pin: 4 } });
    port.unplug();
    readings.length = 0;
    await port.pass(300);
    timing.advance(10_000);
    expect(readings).toEqual([]);
    expect(source.health()).toMatchObject({ state: 'failed' });
  });
});

describe('an HC-SR04 on PingFirmata', () => {
  /** Version, name, eight digital pins of which the last can do it, no analog one. */
  const PING_FIRMATA = [
    [0xf9, 2, 5],
    [0xf0, 0x79, 2, 5, 0xf7],
    [0xf0, 0x6c, ...Array(7).fill([0, 1, 0x7f]).flat(), 0, 1, 0x75, 1, 0x7f, 0xf7],
    [0xf0, 0x6a, ...Array(8).fill(0x7f), 0xf7],
  ].flat();
  /** 1160 us, in four bytes of two times seven bits. */
  const ECHO = [0xf0, 0x75, 7, 0, 0, 0, 0, 0, 4, 0, 8, 1, 0xf7];
  const NO_ECHO = [0xf0, 0x75, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf7];

  test('is asked at each interval, and an echo is a distance', async () => {
    const { port, readings, source } = rig({ tank: { kind: 'ping', pin: 7 } });
    port.halt();
    await port.pass(10);
    port.inject(Uint8Array.from(PING_FIRMATA));
    port.takeUnread();
    for (let times = 0; times < 3; times += 1) {
      timing.advance(SAMPLING_MS);
      // Pin 7, high, for 10 us, and a second for the answer.
      const request = [0xf0, 0x75, 7, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 15, 0, 66, 0, 64, 0, 0xf7];
      expect([...port.takeUnread()]).toEqual(request);
      port.inject(Uint8Array.from(ECHO));
    }
    expect(readings.map(({ raw }) => raw)).toEqual([200, 200, 200]);
    port.inject(Uint8Array.from(ECHO));
    expect(readings).toHaveLength(3);
    for (let times = 0; times < 25; times += 1) {
      timing.advance(SAMPLING_MS);
      port.inject(Uint8Array.from(NO_ECHO));
    }
    expect(readings).toHaveLength(3);
    expect(source.health().error).toContain('no echo comes back to the sensor on pin 7');
  });
});

describe('what is not as it should be', () => {
  test('a board without Firmata is told apart from a silent one', async () => {
    const chip = new Atmega328(ownFirmware('load-cell'));
    new Hx711(chip, 2, 3).weigh(500);
    const { port, source, healths, readings } = rig({ probe: PROBE }, chip);
    await port.pass(9_500);
    expect(source.health()).toMatchObject({ state: 'open', error: null });
    await port.pass(2_000);
    expect(port.sentBytes).toBeGreaterThan(1_000);
    expect(source.health()).toMatchObject({
      state: 'open',
      error: expect.stringMatching(
        /^No Firmata firmware answered on \/dev\/uno: upload StandardFirmata.*57600/,
      ),
    });
    expect(healths.filter(({ error }) => error !== null)).toHaveLength(1);
    expect(readings).toEqual([]);
    timing.advance(SILENCE_MS);
    expect(source.health()).toMatchObject({ state: 'silent', error: expect.stringMatching(/^No Firmata/) });
  });

  test('pins that the board does not have are named, and the others are read', async () => {
    const { next, source } = await opened({ probe: PROBE, tank: { kind: 'analog', pin: 'A7' } });
    expect(await next('probe')).toBeDefined();
    expect(source.health()).toMatchObject({
      state: 'open',
      error: 'Channel tank: this board has no analog pin A7: it has A0 to A5.',
    });
  });

  test.each([
    ['an HC-SR04 needs PingFirmata', { kind: 'ping', pin: 7 } as const, 'PingFirmata'],
    ['pin 1 is the serial port', { ...FLOAT, pin: 1 }, "pin 1 of this board can't be"],
    ['an analog pin is no digital one', { ...FLOAT, pin: 14 }, 'pin 14 is an analog pin'],
  ])('%s', async (_, settings, words) => {
    const { source } = await opened({ tank: settings });
    expect(source.health().error).toContain(words);
  });

  test('another kind of board at the same plug is not read by the pins of the first', async () => {
    const { port, readings, source } = await opened({ probe: PROBE });
    port.unplug();
    port.halt();
    port.plugIn({ hasOwnPower: true });
    await port.pass(1_000);
    const tiny = [0xf9, 2, 5, 0xf0, 0x79, 2, 5, 0xf7, 0xf0, 0x6c, 0, 1, 0x7f, 2, 10, 0x7f, 0xf7];
    port.inject(Buffer.from([...tiny, 0xf0, 0x6a, 0x7f, 0, 0xf7]));
    readings.length = 0;
    port.inject(Buffer.from([0xe0, 1, 1]));
    expect(readings).toEqual([]);
    expect(source.health().error).toContain('Another kind of board');
  });

  test('no bytes end it, in the handshake or after', async () => {
    const { port, chip, next } = await opened({ probe: PROBE, tank: LADDER });
    const command = fc.constantFrom(0xf0, 0xf7, 0xf9, 0xe0, 0xe5, 0xef, 0x90, 0x91, 0x9f, 0xff, 0xc0);
    const known = fc.constantFrom(0x79, 0x6c, 0x6a, 0x75, 0x6e, 0x71, 0x77, 0x73, 0x62, 0x60, 0x7f, 0x43);
    const bytes = fc.array(fc.oneof(command, known, fc.integer({ min: 0, max: 255 })), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, (garbage) => {
        port.inject(Uint8Array.from(garbage));
      }),
      { numRuns: 2_000 },
    );
    await replug(port);
    chip.setVolts(0, 1);
    expect(await next('probe')).toBe(204);
  });
});

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
