import { expect, it } from 'vitest';
import { latestOfEach } from '../../../hardware/serial/latest-of-each.ts';

const values = (...pairs: [string, number][]) => pairs.map(([channel, raw]) => ({ channel, raw }));

it('leaves few values as they are', () => {
  const few = values(['a', 1], ['b', 2], ['a', 3]);
  expect(latestOfEach(few, 3)).toBe(few);
});

it('keeps the last of each channel, in their order, and never loses a quiet channel to a loud one', () => {
  const flood = values(['a', 1], ['b', 2], ['a', 3], ['a', 4], ['c', 5], ['a', 6]);
  expect(latestOfEach(flood, 2)).toEqual(values(['b', 2], ['a', 4], ['c', 5], ['a', 6]));
});
