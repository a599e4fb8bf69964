import { describe, expect, test } from 'vitest';
import { readCalibrateWords } from '../../agent/calibration/calibrate-words.ts';
import { calibrationEntry, evenPercents } from '../../agent/calibration/calibration-entry.ts';
import { type MeasuredPoint, whyNoCalibration } from '../../agent/calibration/judge-points.ts';
import { lineDiff } from '../../agent/calibration/line-diff.ts';
import { spreadOf, spreadWords } from '../../agent/calibration/spread.ts';

const ANYTHING = { valid: { min: null, max: null }, sentinels: [] };

function point(percent: number, raw: number, noise = 0): MeasuredPoint {
  return { percent, raw, spread: { readings: 20, min: raw - noise, max: raw + noise, median: raw, noise } };
}

describe('a spread', () => {
  test('is not widened by one odd reading, and says what it is made of', () => {
    const spread = spreadOf([120, 121, 119, 120, 700, 120, 121, 119, 120, 120]);
    expect(spread).toEqual({ readings: 10, min: 119, max: 700, median: 120, noise: 2 });
    expect(spread === null ? '' : spreadWords(spread)).toBe('raw 120 (10 readings, 119 to 700, noise 2)');
  });

  test('of readings that are all the same is none', () => {
    const spread = spreadOf([41.57, 41.57]);
    expect(spread).toMatchObject({ median: 41.57, noise: 0 });
    expect(spread === null ? '' : spreadWords(spread)).toBe('raw 41.57 (2 readings, all the same)');
    expect(spreadOf([])).toBeNull();
  });
});

describe('points', () => {
  test.each([
    ['a rising sensor', [point(0, 120), point(100, 880)]],
    ['an inverted one', [point(0, 900), point(100, 100)]],
    ['a shaped container', [point(0, 120), point(100, 880), point(50, 300)]],
    ['noise of a tenth of the span', [point(0, 100, 80), point(100, 900, 80)]],
    ['a negative raw value', [point(0, -50), point(100, 50)]],
  ])('of %s make a calibration', (_, points) => {
    expect(whyNoCalibration(points, ANYTHING)).toBeNull();
  });

  test.each([
    [
      'noisy',
      [point(0, 100, 90), point(100, 900)],
      /^At 0 % the readings wander by 90, which is 11 % .+ measure again\.$/,
    ],
    ['the same', [point(0, 500), point(100, 500)], /^There is hardly any difference/],
    ['nearly the same', [point(0, 500), point(100, 505)], /really emptied and filled/],
    ['up and down', [point(0, 100), point(50, 600), point(100, 400)], /go up and down/],
    ['noisy only between neighbours', [point(0, 100), point(10, 130, 9), point(100, 900)], /^At 10 % /],
  ])('that are %s make none, and the reason says what to do', (_, points, why) => {
    expect(whyNoCalibration(points, ANYTHING)).toMatch(why);
  });

  test('that would never be believed make none', () => {
    const points = [point(0, 120), point(100, 1023)];
    expect(whyNoCalibration(points, { valid: { min: 0, max: 1000 }, sentinels: [] })).toMatch(
      /^1023, at 100 %, lies outside valid \(0 to 1000\)/,
    );
    expect(whyNoCalibration(points, { valid: { min: null, max: null }, sentinels: [1023] })).toMatch(
      /sentinels/,
    );
  });

  test('are written as two ends where they are, else in the order of the raw values', () => {
    expect(calibrationEntry([point(100, 880), point(0, 120)])).toEqual({ empty: 120, full: 880 });
    expect(calibrationEntry([point(0, 900), point(40, 500), point(100, 100)])).toEqual({
      points: [
        [100, 100],
        [500, 40],
        [900, 0],
      ],
    });
    expect(evenPercents(4)).toEqual([0, 33, 67, 100]);
  });
});

test('a difference shows the lines that changed, and nothing for the same text', () => {
  expect(lineDiff('a\nb\nc\nd\n', 'a\nB\nc\nD\n')).toEqual(['- b', '- c', '- d', '+ B', '+ c', '+ D']);
  expect(lineDiff('a\r\nb\r\n', 'a\r\nx\r\n')).toEqual(['- b', '+ x']);
  expect(lineDiff('a\na\n', 'a\na\na\n')).toEqual(['+ a']);
  expect(lineDiff('a\n', 'a\n')).toEqual([]);
});

describe('the words of calibrate', () => {
  const read = (values: Record<string, string>, points: readonly string[] = []) =>
    readCalibrateWords('black', new Map(Object.entries(values)), points, new Set());

  test('give what is known', () => {
    expect(read({})).toMatchObject({ given: [], points: 2, isInverted: false });
    expect(read({ empty: '-1.5', full: '880' })).toMatchObject({
      given: [
        { percent: 0, raw: -1.5 },
        { percent: 100, raw: 880 },
      ],
    });
    expect(read({}, ['120=0', '500=40%', '880=100'])).toMatchObject({ points: 3 });
    expect(read({ points: '5' })).toMatchObject({ given: [], points: 5 });
  });

  test.each([
    [{ empty: 'none' }, [], /--empty is a raw value/],
    [{ points: '1' }, [], /from 2 to 20/],
    [{ points: '2.5' }, [], /from 2 to 20/],
    [{ points: '3', full: '5' }, [], /leave out/],
    [{ empty: '1' }, ['5=5'], /not both/],
    [{}, ['5=5'], /at least two/],
    [{}, ['5=5', '6=5'], /same level/],
    [{}, ['5=105', '6=5'], /RAW=PERCENT/],
    [{}, ['5', '6=5'], /RAW=PERCENT/],
  ])('refuse %j %j', (values, points, why) => {
    expect(read(values as Record<string, string>, points)).toMatch(why);
  });
});
