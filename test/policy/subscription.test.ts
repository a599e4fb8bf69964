import { describe, expect, it } from 'vitest';
import { OUTCOMES, SlotStory } from './slot-story.ts';

const told = (subscribed: boolean | null, isRead = true) =>
  ({ kind: 'subscription', subscribed, isRead }) as const;

describe('a slot that is known to have no subscription', () => {
  it('is not ordered for, and is once it has one', () => {
    const slot = new SlotStory();
    slot.tell(told(false));
    slot.level(10);
    expect(slot.sent).toEqual([]);
    expect(slot.standing()).toMatchObject({ phase: 'held', reason: 'unsubscribed' });
    slot.tell(told(true));
    expect(slot.sent).toHaveLength(1);
  });

  it('is ordered for when DRS lists it no more: unknown is allowed', () => {
    const slot = new SlotStory();
    slot.tell(told(false));
    slot.level(10);
    slot.tell(told(null));
    expect(slot.sent).toHaveLength(1);
  });

  it('still has a doubtful request repeated, which DRS alone can settle', () => {
    const slot = new SlotStory();
    slot.level(10);
    slot.answer(OUTCOMES.noAnswer);
    slot.tell(told(false));
    slot.level(10, 30);
    expect(slot.sent.length).toBeGreaterThan(1);
  });
});

describe('a notification that takes the product away', () => {
  it('holds what is due, and alone stops no later order', () => {
    const slot = new SlotStory();
    slot.tell(told(false, false));
    slot.level(10);
    expect(slot.sent).toHaveLength(1);
    slot.answer(OUTCOMES.failed);
    slot.tell(told(false, false));
    slot.level(10, 60);
    expect(slot.sent).toHaveLength(1);
    expect(slot.standing()).toMatchObject({ phase: 'held', reason: 'unsubscribed' });
  });
});

describe('a slot whose subscription is not known', () => {
  it('is ordered for', () => {
    const slot = new SlotStory();
    slot.level(10);
    expect(slot.sent).toHaveLength(1);
  });

  it('that Replenish does not know stays held whatever the list says, until the cloud has news', () => {
    const slot = new SlotStory();
    slot.level(10);
    slot.answer(OUTCOMES.unknownSlot);
    slot.tell(told(true));
    slot.level(10);
    expect(slot.sent).toHaveLength(1);
    slot.tell(told(true, false));
    expect(slot.sent).toHaveLength(2);
  });
});

describe('a cancelled test order', () => {
  const cancelled = { kind: 'test-order-cancelled' } as const;
  const notified = (instanceId: string | null) =>
    ({ kind: 'notification', type: 'order-cancelled', instanceId }) as const;

  it.each([
    ['placed, and told of by its id', OUTCOMES.placed, 'e1'],
    ['open without an id, and told of by one', OUTCOMES.inProgress, 'e7'],
  ])('%s: is no customer cancellation, and nothing is reordered before a refill', (_name, outcome, id) => {
    const slot = new SlotStory();
    slot.level(10);
    slot.answer(outcome);
    slot.tell(cancelled);
    slot.tell(notified(id));
    slot.level(10, 20);
    expect(slot.state.record.cancels).toBeNull();
    expect(slot.standing().phase).toBe('on-order');
    expect(slot.sent).toHaveLength(1);
    slot.level(95).level(10);
    expect(slot.sent).toHaveLength(2);
  });

  it('settles a doubt: nothing is open, and nothing is repeated', () => {
    const slot = new SlotStory();
    slot.level(10);
    slot.answer(OUTCOMES.noAnswer);
    slot.tell(cancelled);
    slot.level(10, 60);
    expect(slot.sent).toHaveLength(1);
    expect(slot.standing().phase).toBe('on-order');
  });

  it('of an earlier depletion frees its id too', () => {
    const slot = new SlotStory();
    slot.level(10);
    slot.answer(OUTCOMES.placed);
    slot.level(95);
    slot.tell(cancelled);
    slot.tell(notified('e1'));
    expect(slot.state.record.cancels).toBeNull();
  });

  it('says nothing about a slot that is waiting for its first order', () => {
    const slot = new SlotStory();
    slot.token = null;
    slot.level(10);
    slot.tell(cancelled);
    slot.token = 'token-1';
    slot.tell({ kind: 'token' });
    expect(slot.sent).toHaveLength(1);
  });
});
