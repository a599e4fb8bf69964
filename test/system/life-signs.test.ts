import { expect, test } from 'vitest';
import type { SystemClock } from '../../agent/system/clock.ts';
import { createLifeSigns } from '../../agent/system/life-signs.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const WATCHDOG_MS = 240_000;
const MINUTE_MS = 60_000;

function setUp() {
  const timing = new VirtualTiming();
  let passed = 0;
  const life = createLifeSigns(timing, WATCHDOG_MS, () => {
    passed += 1;
  });
  return { timing, life, passed: () => passed };
}

test('ten thousand signs in a moment are one beat, and a third of the watchdog later there is one more', () => {
  const { timing, life, passed } = setUp();
  for (let sign = 0; sign < 10_000; sign++) life.show();
  expect(passed()).toBe(1);
  timing.advance(WATCHDOG_MS / 3 - 1);
  life.show();
  expect(passed()).toBe(1);
  timing.advance(1);
  life.show();
  expect(passed()).toBe(2);
});

test('time alone is no sign', () => {
  const { timing, passed } = setUp();
  timing.advance(100 * WATCHDOG_MS);
  expect(passed()).toBe(0);
});

test('a device that is tried again and again, in vain, keeps the watchdog content', () => {
  const { timing, life, passed } = setUp();
  const part = life.part(timing);
  const tryAgain = (): void => void part.timing.after(5_000, tryAgain);
  tryAgain();
  timing.advance(10 * WATCHDOG_MS);
  expect(passed()).toBeGreaterThanOrEqual(20);
});

test('a part that neither plans nor does anything for more than two minutes silences all others', () => {
  const { timing, life, passed } = setUp();
  const part = life.part(timing);
  part.timing.after(1_000, () => undefined);
  timing.advance(1_000);
  const before = passed();
  timing.advance(2 * MINUTE_MS + 1);
  life.show();
  expect(passed()).toBe(before);
  part.show();
  expect(passed()).toBe(before + 1);
});

test('a long plan is no standstill, a cancelled one is', () => {
  const { timing, life, passed } = setUp();
  const part = life.part(timing);
  const cancel = part.timing.after(24 * 60 * MINUTE_MS, () => undefined);
  timing.advance(60 * MINUTE_MS);
  life.show();
  expect(passed()).toBe(1);
  cancel();
  cancel();
  timing.advance(60 * MINUTE_MS);
  life.show();
  expect(passed()).toBe(1);
});

test('nothing is expected of a part that has ended, nor of one that never began', () => {
  const { timing, life, passed } = setUp();
  life.part(timing);
  const part = life.part(timing);
  part.timing.after(0, () => undefined);
  part.end();
  timing.advance(60 * MINUTE_MS);
  life.show();
  expect(passed()).toBe(1 + 1);
});

test('whatever an attended clock has brought about is a sign, and everything else of it stays as it was', () => {
  const { timing, life, passed } = setUp();
  const instant = { bootId: 'b', monotonicMs: 1, wallMs: 2, wallTrusted: true };
  const told: number[] = [];
  const clock: SystemClock = {
    nowMs: () => timing.nowMs(),
    after: (delayMs, run) => timing.after(delayMs, run),
    wallMs: () => 2,
    wallTrusted: () => true,
    instant: () => instant,
    hearWallMs: (toldMs) => void told.push(toldMs),
  };
  const attended = life.attend(clock);
  let ran = 0;
  attended.after(10, () => {
    ran += 1;
    expect(passed()).toBe(0);
  });
  timing.advance(10);
  expect([ran, passed()]).toEqual([1, 1]);
  attended.hearWallMs(7);
  expect(told).toEqual([7]);
  expect(attended.instant()).toBe(instant);
  expect([attended.wallMs(), attended.wallTrusted(), attended.nowMs()]).toEqual([2, true, timing.nowMs()]);
});
