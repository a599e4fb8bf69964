import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CalibrationText, withCalibration } from '../../config/with-calibration.ts';
import { changed, configOf, GOOD_CONFIG } from './good-config.ts';

const ENDS = { empty: 101, full: 902.5 };
const POINTS: CalibrationText = {
  points: [
    [101, 0],
    [500, 40],
    [902.5, 100],
  ],
};
const WRITTEN = 'calibration: { empty: 120, full: 880 }';

function pointsOf(text: string | null, slot = 'black') {
  return configOf(text ?? expect.fail('Nothing was written.')).slots[slot]?.calibration.points;
}

describe('a new calibration', () => {
  test('exchanges the numbers of one slot, and nothing else in the file', () => {
    expect(withCalibration(GOOD_CONFIG, 'black', ENDS)).toBe(
      GOOD_CONFIG.replace(WRITTEN, 'calibration: { empty: 101, full: 902.5 }'),
    );
    expect(pointsOf(withCalibration(GOOD_CONFIG, 'blue', ENDS), 'black')).toEqual([
      [120, 0],
      [880, 100],
    ]);
  });

  test('keeps notes, order, quotes and line ends, however the lines are written', () => {
    const text = changed(
      WRITTEN,
      [
        'calibration:   # see the job sheet',
        '      full: 880     # to the brim',
        '      empty: +120   # only the tray',
        '    valid: { min: 0 } # next',
      ].join('\n'),
    ).replaceAll('\n', '\r\n');
    expect(withCalibration(text, 'black', ENDS)).toBe(
      text.replace('full: 880 ', 'full: 902.5 ').replace('empty: +120 ', 'empty: 101 '),
    );
  });

  test.each([
    ['ends by points', WRITTEN, POINTS],
    ['points by ends', 'calibration:\n      points:\n        - [1, 0]\n        - [2, 100]   # b', ENDS],
    ['points by points', 'calibration: { points: [[1, 0], [2, 100]] } # c', POINTS],
  ])('takes the place of %s', (_, written, calibration) => {
    const text = changed(WRITTEN, written);
    const after = withCalibration(text, 'black', calibration);
    expect(pointsOf(after)?.at(0)).toEqual([101, 0]);
    expect(pointsOf(after)?.at(-1)).toEqual([902.5, 100]);
    expect(pointsOf(after, 'blue')).toEqual(pointsOf(GOOD_CONFIG, 'blue'));
  });

  test('is refused where an anchor shares it with another slot, and given where the slot only borrows it', () => {
    const [before, after] = GOOD_CONFIG.split('  blue:');
    const text = `${before?.replace(WRITTEN, 'calibration: &same { empty: 120, full: 880 }')}  blue:${after?.replace(WRITTEN, 'calibration: *same')}`;
    expect(withCalibration(text, 'black', ENDS)).toBeNull();
    expect(pointsOf(withCalibration(text, 'blue', ENDS), 'blue')?.at(0)).toEqual([101, 0]);
    expect(pointsOf(withCalibration(text, 'blue', ENDS), 'black')?.at(0)).toEqual([120, 0]);
  });

  test('is what was asked for, whatever the numbers', () => {
    // YAML knows one zero only.
    const raw = fc.double({ min: -1e12, max: 1e12, noNaN: true }).map((value) => value + 0);
    fc.assert(
      fc.property(raw, raw, (empty, full) => {
        fc.pre(empty !== full);
        const wanted = [
          [empty, 0],
          [full, 100],
        ].toSorted(([a = 0], [b = 0]) => a - b);
        expect(pointsOf(withCalibration(GOOD_CONFIG, 'black', { empty, full }))).toEqual(wanted);
      }),
      { numRuns: 100 },
    );
  });
});
