import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HardwareHealth, HardwareSource } from '../../../hardware/hardware-source.ts';
import type { ModbusChannel } from '../../../hardware/modbus/modbus-source.ts';
import { openHardware } from '../../../hardware/open-hardware.ts';
import type { Reading } from '../../../hardware/reading.ts';
import { ModbusSlave, sealed } from '../../support/modbus-slave.ts';
import { VirtualTiming } from '../../support/virtual-timing.ts';

const WAIT = { timeout: 30_000, interval: 1 };
const POLL_MS = 1000;
const LEVEL: ModbusChannel = {
  unit: 1,
  function: 3,
  register: 3,
  type: 'uint16',
  wordOrder: 'high-first',
  scale: 1,
};

let folder: string;
let timing: VirtualTiming;
let slave: ModbusSlave;
let source: HardwareSource;
let readings: Reading[];
let healths: HardwareHealth[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'modbus-source-'));
  timing = new VirtualTiming();
  slave = new ModbusSlave(join(folder, 'bus'));
  readings = [];
  healths = [];
});

afterEach(async () => {
  await source.close();
  slave.close();
  rmSync(folder, { recursive: true });
});

async function start(channels: Readonly<Record<string, ModbusChannel>>, reopenAfterSilenceMs = 3_600_000) {
  const settings = {
    driver: 'modbus',
    port: slave.path,
    baudRate: 9600,
    parity: 'even',
    stopBits: 2,
    pollEveryMs: POLL_MS,
    answerTimeoutMs: 500,
    reopenAfterSilenceMs,
    channels,
  } as const;
  const listener = {
    onReading: (reading: Reading) => void readings.push(reading),
    onHealth: (health: HardwareHealth) => void healths.push(health),
  };
  source = openHardware('bus', settings, listener, timing);
  source.open();
  await vi.waitFor(() => expect(source.health().state).toBe('open'), WAIT);
}

/** Lets the next question be asked, and waits until it is on the bus. The clock stands still meanwhile. */
async function nextQuestion(): Promise<string> {
  const before = slave.asked.length;
  timing.advance(timing.nextInMs ?? 0);
  await vi.waitFor(() => expect(slave.asked.length).toBe(before + 1), WAIT);
  return slave.asked.at(-1) ?? '';
}

/** The next question, and the reading that comes of it. */
async function nextReading(): Promise<readonly [channel: string, raw: number]> {
  const before = readings.length;
  await nextQuestion();
  await vi.waitFor(() => expect(readings.length).toBe(before + 1), WAIT);
  const { channel = '', raw = Number.NaN } = readings.at(-1) ?? {};
  return [channel, raw];
}

/** The next question, to which nothing believable comes, and the end of the wait for it. */
async function nextSilence(): Promise<string> {
  const question = await nextQuestion();
  timing.advance(timing.nextInMs ?? 0);
  return question;
}

/** Bytes are under way: waits until the bus has passed on what was written before. */
async function passed(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
}

describe('a Modbus bus', () => {
  test('is asked for each channel in turn, and again when their time has come', async () => {
    slave.set(1, 3, 4000);
    slave.set(4, 100, 0xffff);
    slave.set(4, 101, 0xfff6);
    await start({
      level: LEVEL,
      weight: { ...LEVEL, unit: 4, function: 4, register: 100, type: 'int32', scale: 0.5 },
    });
    expect(await nextReading()).toEqual(['level', 4000]);
    expect(await nextReading()).toEqual(['weight', -5]);
    slave.set(1, 3, 3990);
    const askedAtMs = timing.nowMs();
    expect(await nextReading()).toEqual(['level', 3990]);
    expect(timing.nowMs() - askedAtMs).toBeGreaterThan(POLL_MS - 100);
    expect(slave.asked).toEqual(['1/3/3/1', '4/4/100/2', '1/3/3/1']);
    expect(source.health()).toMatchObject({ state: 'open', error: null, badFrames: 0 });
  });

  test('has only one question open, and keeps the silence between frames', async () => {
    slave.set(1, 3, 1);
    slave.set(1, 4, 2);
    slave.behave(1, { kind: 'held' });
    await start({ a: LEVEL, b: { ...LEVEL, register: 4 } });
    await nextQuestion();
    timing.advance(400);
    await passed();
    expect(slave.asked).toEqual(['1/3/3/1']);
    const before = readings.length;
    slave.release();
    await vi.waitFor(() => expect(readings.length).toBe(before + 1), WAIT);
    // 3.5 characters of 11 bits at 9600 baud.
    expect(timing.nextInMs).toBeCloseTo(4.01, 1);
  });

  test('that echoes every request is read all the same', async () => {
    slave.echoes = true;
    slave.set(1, 0x0200, 7);
    await start({ level: { ...LEVEL, register: 0x0200 } });
    expect(await nextReading()).toEqual(['level', 7]);
    expect(source.health().badFrames).toBe(0);
  });

  test('says by a sentence what a device refuses, and takes it back', async () => {
    slave.set(1, 3, 5);
    slave.behave(1, { kind: 'exception', code: 2 });
    await start({ level: LEVEL });
    await nextQuestion();
    await vi.waitFor(
      () =>
        expect(source.health().error).toBe(
          'Channel level: Unit 1 has no such register: correct register, which is counted from 0 here, or function (Modbus exception 2).',
        ),
      WAIT,
    );
    slave.behave(1, { kind: 'answer' });
    expect(await nextReading()).toEqual(['level', 5]);
    expect(source.health().error).toBeNull();
  });

  test.each([
    ['a wrong CRC', { kind: 'damaged' }],
    ['another address', { kind: 'as', unit: 9 }],
  ] as const)('does not believe an answer with %s, and counts it', async (_, behaviour) => {
    slave.set(1, 3, 5);
    slave.behave(1, behaviour);
    await start({ level: LEVEL });
    await vi.waitFor(async () => {
      await nextQuestion();
      await passed();
      timing.advance(timing.nextInMs ?? 0);
      expect(source.health().badFrames).toBeGreaterThan(0);
    }, WAIT);
    expect(source.health().error).toContain('no answer of unit 1, or a damaged one');
    expect(readings).toEqual([]);
  });

  test('goes on with the others while a unit is silent, which is asked ever less often', async () => {
    slave.set(1, 3, 10);
    await start({ dead: { ...LEVEL, unit: 7 }, dead2: { ...LEVEL, unit: 7, register: 9 }, level: LEVEL });
    const endMs = timing.nowMs() + 20_000;
    while (timing.nowMs() < endMs) {
      const question = await nextQuestion();
      if (question.startsWith('7/')) timing.advance(timing.nextInMs ?? 0);
      else {
        const count = slave.asked.filter((asked) => asked.startsWith('1/')).length;
        await vi.waitFor(() => expect(readings.length).toBe(count), WAIT);
      }
    }
    const asked = (unit: number) => slave.asked.filter((each) => each.startsWith(`${unit}/`)).length;
    expect(asked(1)).toBeGreaterThanOrEqual(17);
    expect(asked(7)).toBeLessThanOrEqual(6);
    expect(source.health().error).toMatch(/^Channel dead: Unit 7 on .* does not answer: check its power/);
    expect(source.health().error).toContain('dead2');
  });

  test('never takes the late answer to one question for the answer to another', async () => {
    slave.set(1, 3, 1111);
    slave.set(1, 4, 2222);
    slave.behave(1, { kind: 'held' });
    await start({ a: LEVEL, b: { ...LEVEL, register: 4 } });
    expect(await nextSilence()).toBe('1/3/3/1');
    // The question for b is on the bus when the answer to a comes at last.
    expect(await nextQuestion()).toBe('1/3/4/1');
    slave.release();
    await passed();
    slave.behave(1, { kind: 'answer' });
    await vi.waitFor(async () => {
      timing.advance(timing.nextInMs ?? 0);
      await passed();
      expect(new Set(readings.map(({ channel }) => channel))).toEqual(new Set(['a', 'b']));
    }, WAIT);
    const wrong = readings.filter(({ channel, raw }) => raw !== (channel === 'a' ? 1111 : 2222));
    expect(wrong).toEqual([]);
  });

  test('does not believe what comes when nothing was asked', async () => {
    slave.set(1, 3, 42);
    await start({ level: LEVEL });
    expect(await nextReading()).toEqual(['level', 42]);
    slave.write(sealed(Buffer.from([1, 3, 2, 0, 99])));
    await passed();
    slave.behave(1, { kind: 'silent' });
    await nextSilence();
    expect(readings.map(({ raw }) => raw)).toEqual([42]);
  });

  test('is read again after an unplug', async () => {
    slave.set(1, 3, 1);
    await start({ level: LEVEL });
    expect(await nextReading()).toEqual(['level', 1]);
    slave.unplug();
    await vi.waitFor(() => expect(source.health().state).toBe('failed'), WAIT);
    expect(source.health().error).toContain('was unplugged or stopped working');
    slave.plugIn();
    await vi.waitFor(() => {
      timing.advance(500);
      expect(source.health().state).toBe('open');
    }, WAIT);
    await vi.waitFor(() => {
      timing.advance(100);
      expect(readings.length).toBeGreaterThan(1);
    }, WAIT);
    expect(source.health()).toMatchObject({ reopens: 1, error: null });
  });

  test('on which nobody answers is silent, and is opened anew', async () => {
    await start({ level: LEVEL }, 5000);
    await vi.waitFor(() => {
      timing.advance(timing.nextInMs ?? 0);
      expect(source.health().state).toBe('silent');
    }, WAIT);
    expect(healths.some(({ error }) => error?.includes('are A and B swapped?') === true)).toBe(true);
    expect(source.health().error).toContain('Nothing has arrived');
    await vi.waitFor(() => expect(source.health().reopens).toBe(1), WAIT);
  });

  test('that floods costs neither memory nor a wrong value', async () => {
    slave.set(1, 3, 6);
    slave.behave(1, { kind: 'silent' });
    await start({ level: LEVEL });
    await nextQuestion();
    for (let round = 0; round < 200; round += 1) {
      slave.write(Buffer.alloc(1000, round));
      await new Promise(setImmediate);
    }
    await vi.waitFor(async () => {
      slave.write(Buffer.alloc(1000, 0x55));
      await passed();
      timing.advance(timing.nextInMs ?? 0);
      expect(source.health().badFrames).toBeGreaterThan(0);
    }, WAIT);
    expect(readings).toEqual([]);
  });
});
