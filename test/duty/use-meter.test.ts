import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MeterChange, type MeterSettings, readMeter } from '../../agent/duty/use-meter.ts';

const SETTINGS: MeterSettings = { stepPercent: 5, unitPercent: 0, settleMs: 30_000 };
const PODS: MeterSettings = { ...SETTINGS, unitPercent: 100 / 12 };

/** Reads one level after another, ten seconds apart; a restart forgets what is not durable. */
function uses(levels: readonly (number | null | 'restart')[], settings = SETTINGS): number[] {
  const used: number[] = [];
  let accounted: number | null = null;
  let change: MeterChange | null = null;
  let nowMs = 0;
  for (const level of levels) {
    nowMs += 10_000;
    if (level === 'restart') {
      change = null;
      continue;
    }
    const reading = readMeter(accounted, change, level, nowMs, settings);
    accounted = reading.accountedPercent;
    change = reading.change;
    if (reading.usedPercent > 0) used.push(Math.round(reading.usedPercent * 10) / 10);
  }
  return used;
}

const for40s = (level: number): number[] => [level, level, level, level, level];

test('a fall that lasts is one use, told once', () => {
  expect(uses([...for40s(80), ...for40s(70), ...for40s(70)])).toEqual([10]);
});

test('a fall that lasts is counted only as far as it lasted', () => {
  expect(uses([80, 74, 74, 70, 70, 70])).toEqual([6]);
});

test('a container that is lifted for a moment is not used up', () => {
  expect(uses([...for40s(80), 0, 0, 80, ...for40s(80)])).toEqual([]);
});

test('small steps add up, and noise does not', () => {
  expect(uses([...for40s(80), ...for40s(78), ...for40s(76), ...for40s(74)])).toEqual([6]);
  expect(uses([80, 78, 82, 79, 81, 78, 82, 77, 80, 83, 78])).toEqual([]);
});

test('a refill is no negative use, and uses go on from it', () => {
  expect(uses([...for40s(30), ...for40s(95), ...for40s(85)])).toEqual([10]);
});

test('an unknown level freezes the meter', () => {
  expect(uses([...for40s(80), 70, null, 70, null, 70])).toEqual([]);
});

test('a restart neither loses nor repeats a use', () => {
  expect(uses([...for40s(80), 70, 70, 'restart', ...for40s(70), 'restart', ...for40s(70)])).toEqual([10]);
});

test('pieces are told whole, and what was rounded is not told again', () => {
  expect(uses([...for40s(100), ...for40s(94), ...for40s(97), ...for40s(91.7), ...for40s(83)], PODS)).toEqual([
    8.3, 8.3,
  ]);
});

test('what is told is never more than fell, to half a piece for each filling', () => {
  const level = fc.integer({ min: 0, max: 100 });
  const unit = fc.constantFrom(0, 100 / 12);
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 30 }), unit, (levels, unitPercent) => {
      const used = uses(levels.flatMap(for40s), { ...SETTINGS, unitPercent });
      const told = used.reduce((sum, one) => sum + one, 0);
      const steps = levels.map((one, index) => (levels[index - 1] ?? one) - one);
      const fallen = steps.reduce((sum, step) => sum + Math.max(0, step), 0);
      const fillings = 1 + steps.filter((step) => step < 0).length;
      expect(told).toBeLessThanOrEqual(fallen + (fillings * unitPercent) / 2 + 0.05 * used.length);
    }),
  );
});
