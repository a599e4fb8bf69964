import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrate } from '../../agent/level/calibrate.ts';
import { drain, rawAt } from './drain.ts';
import { SLOTS } from './scene.ts';

test.each(SLOTS)('the readings of $name lead back to its level, give or take the noise', (slot) => {
  const points = ([[slot.empty, 0] as const, [slot.full, 100] as const] as const).toSorted(
    ([a], [b]) => a - b,
  );
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (level, chance) => {
        expect(Math.abs(calibrate(points, rawAt(slot, level, chance)) - level)).toBeLessThanOrEqual(0.51);
      },
    ),
  );
});

test.each(SLOTS)('$name is used up, and then stays empty', (slot) => {
  expect(drain(slot, 50, 1000, 2)).toBeCloseTo(50 - 2 * slot.drainPercentPerS);
  expect(drain(slot, 50, 1_000_000, 1)).toBe(0);
});
