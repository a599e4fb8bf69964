import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationHint, durationMs, durationText, levelHint, levelPercent } from '../../config/quantity.ts';

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['0s', 0],
  ])('%s is understood', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  test.each(['30', '', 's', '1.5h', '-1s', '30 s', '30S', '1h30m', ' 30s', '30s\n', '1e3s', '٣s'])(
    '%j is refused',
    (text) => {
      expect(durationMs(text)).toBeNull();
    },
  );

  test('is written so that it is read as the same', () => {
    fc.assert(fc.property(fc.nat(), (ms) => durationMs(durationText(ms)) === ms));
  });

  test.each([
    ['30 s', 'type 30s'],
    ['30 SEC', 'type 30s'],
    ['90 minutes', 'type 90m'],
    ['1 day', 'type 1d'],
    ['1h 30m', 'type 90m'],
    ['0.5 hours', 'type 30m'],
    ['1 fortnight', 'type for example 30s'],
    ['s30', 'type for example 30s'],
    [{}, 'type for example 30s'],
    [' '.repeat(100_000), 'type for example 30s'],
  ])('%j is told what to type', (found, hint) => {
    expect(durationHint(found)).toBe(`a duration is a whole number and a unit (ms, s, m, h or d): ${hint}`);
  });
});

describe('a level', () => {
  test.each([
    ['20%', 20],
    ['0%', 0],
    ['12.5%', 12.5],
    ['100%', 100],
  ])('%s is understood', (text, percent) => {
    expect(levelPercent(text)).toBe(percent);
  });

  test.each(['20', '0.2', '20 %', '%', '-1%', '1e2%', '.5%', '20%%'])('%j is refused', (text) => {
    expect(levelPercent(text)).toBeNull();
  });

  test.each([
    [0.2, 'type 20%'],
    [0.07, 'type 7%'],
    [20, 'type 20%'],
    [0, 'type 0%'],
    ['20 percent', 'type 20%'],
    ['12,5%', 'type 12.5%'],
    ['0.5 %', 'type 0.5%'],
    [-5, 'type for example 20%'],
    [Number.NaN, 'type for example 20%'],
    ['half', 'type for example 20%'],
  ])('%j is told what to type', (found, hint) => {
    expect(levelHint(found)).toBe(`a level is written with a percent sign: ${hint}`);
  });
});
