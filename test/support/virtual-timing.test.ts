import { expect, test } from 'vitest';
import { VirtualTiming } from './virtual-timing.ts';

test('runs what falls due in order, each at its own moment, also what is planned meanwhile', () => {
  const timing = new VirtualTiming(0);
  const ran: [string, number][] = [];
  const note = (name: string) => () => void ran.push([name, timing.nowMs()]);
  timing.after(20, note('b'));
  timing.after(10, () => {
    note('a')();
    timing.after(5, note('planned by a'));
  });
  timing.after(20, note('c'));
  timing.after(31, note('too late'));
  const cancel = timing.after(1, note('cancelled'));
  cancel();
  cancel();
  timing.advance(30);
  expect(ran).toEqual([
    ['a', 10],
    ['planned by a', 15],
    ['b', 20],
    ['c', 20],
  ]);
  expect([timing.nowMs(), timing.pending, timing.nextInMs]).toEqual([30, 1, 1]);
});
