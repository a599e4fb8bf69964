import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrate } from '../../agent/level/calibrate.ts';
import { drain, voltsAt } from './drain.ts';
import { countsAt, SLOTS } from './scene.ts';

test.each(SLOTS)(
  'the voltage of $name leads back to its level, give or take the noise and a count',
  (slot) => {
    const ends = [[countsAt(slot.emptyVolts), 0] as const, [countsAt(slot.fullVolts), 100] as const] as const;
    const points = ends.toSorted(([a], [b]) => a - b);
    const countPercent = 100 / Math.abs(ends[1][0] - ends[0][0]);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (level, chance) => {
          const seen = calibrate(points, countsAt(voltsAt(slot, level, chance)));
          expect(Math.abs(seen - level)).toBeLessThanOrEqual(0.51 + 2 * countPercent);
        },
      ),
    );
  },
);

test.each(SLOTS)('$name is used up, and then stays empty', (slot) => {
  expect(drain(slot, 50, 1000, 2)).toBeCloseTo(50 - 2 * slot.drainPercentPerS);
  expect(drain(slot, 50, 1_000_000, 1)).toBe(0);
});
