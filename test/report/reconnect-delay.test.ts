import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failuresAfter, reconnectDelayMs } from '../../agent/report/reconnect-delay.ts';

test('the longest pause doubles from 1 s to 60 s and stays there', () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => reconnectDelayMs(failures, 1));
  expect(longest).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('no pause is shorter than a tenth of its step', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, random) => {
        const delayMs = reconnectDelayMs(failures, random);
        expect(delayMs).toBeGreaterThanOrEqual(reconnectDelayMs(failures, 1) / 10);
        expect(delayMs).toBeLessThanOrEqual(60_000);
      },
    ),
  );
});

test('10,000 devices that lose their broker together come back spread over seconds', () => {
  const perTenthOfASecond = new Map<number, number>();
  for (let device = 0; device < 10_000; device += 1) {
    const tenth = Math.floor(reconnectDelayMs(failuresAfter(0, 3_600_000), (device + 0.5) / 10_000) / 100);
    perTenthOfASecond.set(tenth, (perTenthOfASecond.get(tenth) ?? 0) + 1);
  }
  expect(Math.max(...perTenthOfASecond.values())).toBeLessThan(300);
});

test('attempts that fail count up', () => {
  expect(failuresAfter(0, null)).toBe(1);
  expect(failuresAfter(7, null)).toBe(8);
});

test('a connection that stood for a minute ends the count, a shorter one does not', () => {
  expect(failuresAfter(9, 60_000)).toBe(3);
  expect(failuresAfter(9, 59_999)).toBe(10);
  expect(failuresAfter(0, 10)).toBe(3);
});
