import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../agent/level/calibrate.ts';

describe('calibrate', () => {
  it.each([
    [120, 0],
    [880, 100],
    [500, 50],
    [0, 0],
    [2000, 100],
    [272, 20],
  ])('takes raw %d for %d percent between empty 120 and full 880', (raw, percent) => {
    expect(
      calibrate(
        [
          [120, 0],
          [880, 100],
        ],
        raw,
      ),
    ).toBeCloseTo(percent, 9);
  });

  it('reads an inverted sensor: the distance to the surface shrinks as the container fills', () => {
    const points = [
      [50, 100],
      [300, 0],
    ] as const;
    expect(calibrate(points, 50)).toBe(100);
    expect(calibrate(points, 300)).toBe(0);
    expect(calibrate(points, 175)).toBe(50);
    expect(calibrate(points, 10)).toBe(100);
  });

  it('follows the corners of a shaped container', () => {
    const points = [
      [0, 0],
      [100, 10],
      [200, 90],
      [250, 100],
    ] as const;
    expect([50, 100, 150, 200, 225].map((raw) => calibrate(points, raw))).toEqual([5, 10, 50, 90, 95]);
  });

  it('stays within 0 and 100 and never falls as raw rises', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), fc.float({ noNaN: true }), (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((raw) =>
          calibrate(
            [
              [0, 5],
              [10, 95],
            ],
            raw,
          ),
        );
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(100);
        expect(low).toBeLessThanOrEqual(high ?? Number.NaN);
      }),
    );
  });
});
