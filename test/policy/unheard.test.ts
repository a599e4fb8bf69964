import { expect, it } from 'vitest';
import type { SlotEvent } from '../../agent/policy/decision.ts';
import { keepUnheard } from '../../agent/policy/unheard.ts';
import { OUTCOMES } from './slot-story.ts';

const outcome: SlotEvent = { kind: 'outcome', orderId: 'o', attempt: 1, outcome: OUTCOMES.placed };
const news = (): SlotEvent => ({ kind: 'notification', type: 'order-placed', instanceId: null });

it('the answer to a request is kept however much news comes while the disk is out of order', () => {
  let unheard = keepUnheard([], outcome);
  for (let i = 0; i < 100; i++) unheard = keepUnheard(unheard, news());
  expect(unheard[0]).toBe(outcome);
  expect(unheard).toHaveLength(16);
  expect(keepUnheard(unheard.slice(1), outcome)).toContain(outcome);
});

it('what comes again by itself is not kept, and nothing is kept twice', () => {
  expect(keepUnheard([], { kind: 'level', percent: 5 })).toEqual([]);
  expect(keepUnheard([outcome], outcome)).toEqual([outcome]);
});
