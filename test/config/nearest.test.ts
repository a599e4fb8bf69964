import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance, nearestName } from '../../config/nearest.ts';

describe('the nearest name', () => {
  const known = ['url', 'username', 'passwordFile', 'topicPrefix', 'heartbeat', 'reorderAt', 'rearmAt'];
  test.each([
    ['usernam', 'username'],
    ['urll', 'url'],
    ['topic_prefix', 'topicPrefix'],
    ['HEARTBEAT', 'heartbeat'],
    ['hearbteat', 'heartbeat'],
    ['password', 'passwordFile'],
    ['reorderat', 'reorderAt'],
    ['zebra', null],
    ['', null],
    ['x', null],
    ['u'.repeat(100_000), null],
  ])('to %s is %s', (typed, nearest) => {
    expect(nearestName(typed, known)).toBe(nearest);
  });

  test('is none among none', () => {
    expect(nearestName('url', [])).toBeNull();
  });
});

describe('the edit distance', () => {
  test.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'abx', 1],
    ['abc', 'ab', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('from %j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  test('is the same both ways, and no longer than the longer text', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
