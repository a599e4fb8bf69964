import { describe, expect, it } from 'vitest';
import { lostRecord } from '../../agent/policy/decide.ts';
import type { NotificationType } from '../../agent/policy/decision.ts';
import { parseRecord } from '../../agent/store/record-schema.ts';
import { OUTCOMES, SlotStory } from './slot-story.ts';

const DAY_MS = 24 * 3_600_000;

function low(): SlotStory {
  return new SlotStory().level(80).level(15);
}

function hear(slot: SlotStory, type: NotificationType, instanceId: string | null): SlotStory {
  slot.tell({ kind: 'notification', type, instanceId });
  return slot;
}

function placed(instanceId: string) {
  return { ...OUTCOMES.placed, eventInstanceId: instanceId };
}

describe('a first cancellation', () => {
  it('lets the next order go five days later and not sooner, under an id of its own', () => {
    const slot = hear(low().answer(placed('i-1')), 'order-cancelled', 'i-1');
    expect(slot.phase).toBe('held(cancelled-once)');
    slot.pass(5 * DAY_MS - 1);
    expect(slot.sent).toHaveLength(1);
    slot.pass(1);
    expect(slot.sent.map(({ orderId, attempt }) => [orderId, attempt])).toEqual([
      ['order-1', 1],
      ['order-2', 1],
    ]);
  });

  it('counts for the depletion after a refill, too', () => {
    const slot = hear(low().answer(placed('i-1')), 'order-cancelled', 'i-1')
      .level(90)
      .level(10);
    expect(slot.phase).toBe('held(cancelled-once)');
    slot.pass(5 * DAY_MS);
    expect(slot.sent).toHaveLength(2);
  });

  it('is not waited out faster by a reboot or a wall clock that nobody trusts', () => {
    const slot = hear(low().answer(placed('i-1')), 'order-cancelled', 'i-1');
    slot.wallTrusted = false;
    slot.wallMs += 1000 * DAY_MS;
    slot.restart({ reboot: true }).level(10);
    expect(slot.phase).toBe('held(cancelled-once)');
  });

  it('told twice, or told of an order that is over, counts once', () => {
    const slot = hear(hear(low().answer(placed('i-1')), 'order-cancelled', 'i-1'), 'order-cancelled', 'i-1');
    expect(slot.phase).toBe('held(cancelled-once)');
    const refilled = low().answer(placed('i-1')).level(90).level(10).answer(placed('i-2'));
    hear(refilled, 'order-cancelled', 'i-1');
    expect(refilled.phase).toBe('on-order');
  });
});

describe('a second cancellation in a row', () => {
  function cancelledTwice(): SlotStory {
    const slot = hear(low().answer(placed('i-1')), 'order-cancelled', 'i-1').pass(5 * DAY_MS);
    return hear(slot.answer(placed('i-2')), 'order-cancelled', 'i-2');
  }

  it('lets nothing go until the slot was back at 100 %', () => {
    const slot = cancelledTwice();
    slot
      .pass(400 * DAY_MS)
      .level(90)
      .level(10)
      .pass(400 * DAY_MS);
    expect(slot.phase).toBe('held(cancelled-twice)');
    expect(slot.sent).toHaveLength(2);
    slot.level(100).level(10);
    expect(slot.phase).toBe('ordering');
    expect(slot.sent).toHaveLength(3);
  });

  it('is not forgiven by one odd full reading', () => {
    const slot = cancelledTwice();
    slot
      .level(100, 2)
      .level(10)
      .pass(10 * DAY_MS);
    expect(slot.phase).toBe('held(cancelled-twice)');
  });

  it('is no second one when an order was shipped in between', () => {
    const slot = hear(low().answer(placed('i-1')), 'order-cancelled', 'i-1')
      .pass(5 * DAY_MS)
      .answer(placed('i-2'));
    hear(slot, 'item-shipped', 'i-2').level(90).level(10).answer(placed('i-3'));
    expect(hear(slot, 'order-cancelled', 'i-3').phase).toBe('held(cancelled-once)');
  });

  it('survives a restart', () => {
    const slot = cancelledTwice()
      .restart({ reboot: true })
      .level(10)
      .pass(30 * DAY_MS);
    expect(slot.phase).toBe('held(cancelled-twice)');
  });
});

describe('an order in doubt', () => {
  it.each(['order-placed', 'item-shipped'] as const)('is settled by %s, whose id nobody knew', (type) => {
    const slot = hear(low().answer(OUTCOMES.noAnswer), type, 'i-1');
    expect(slot.phase).toBe('on-order');
    slot.pass(10 * DAY_MS);
    expect(slot.sent).toHaveLength(1);
  });

  it('that is held is settled by a notification that comes late', () => {
    const slot = low().answer(OUTCOMES.noAnswer);
    slot.wallTrusted = false;
    slot.restart({ reboot: true }).level(10);
    expect(slot.phase).toBe('held(in-doubt)');
    expect(hear(slot, 'order-placed', 'i-1').phase).toBe('on-order');
  });

  it('is not settled by news of an order that is over', () => {
    const slot = low().answer(placed('i-1')).level(90).level(10).answer(OUTCOMES.noAnswer);
    expect(hear(slot, 'item-shipped', 'i-1').phase).toBe('in-doubt');
  });

  it('that turns out cancelled is a cancellation', () => {
    const slot = hear(low().answer(OUTCOMES.noAnswer), 'order-cancelled', 'i-1');
    expect(slot.phase).toBe('held(cancelled-once)');
    slot.pass(5 * DAY_MS);
    expect(slot.sent.at(-1)).toMatchObject({ orderId: 'order-2', attempt: 1 });
  });

  it('is settled by hand', () => {
    const bought = low().answer(OUTCOMES.noAnswer);
    bought.tell({ kind: 'resolve', verdict: 'placed' });
    expect(bought.phase).toBe('on-order');
    const notBought = low().answer(OUTCOMES.noAnswer);
    notBought.tell({ kind: 'resolve', verdict: 'not-placed' });
    notBought.level(15);
    expect(notBought.phase).toBe('ordering');
    expect(notBought.sent.at(-1)).toMatchObject({ orderId: 'order-1', attempt: 2 });
  });
});

describe('a verdict by hand', () => {
  it('on a lost history lets fresh samples say whether the slot is low', () => {
    const fresh = new SlotStory();
    const slot = new SlotStory({}, lostRecord(fresh.limits, fresh.context()));
    slot.level(40);
    slot.tell({ kind: 'resolve', verdict: 'not-placed' });
    slot.level(40);
    expect(slot.phase).toBe('stocked');
    expect(slot.sent).toHaveLength(0);
    slot.level(10);
    expect(slot.sent).toHaveLength(1);
  });

  it('changes nothing where there is no question', () => {
    const slot = low().answer(OUTCOMES.placed);
    const before = slot.state.record;
    slot.tell({ kind: 'resolve', verdict: 'not-placed' });
    expect(slot.state.record).toBe(before);
  });
});

describe('a subscription', () => {
  it('lets an order go that was refused for want of it', () => {
    const slot = low().answer(OUTCOMES.unsubscribed);
    slot.tell({ kind: 'subscription', subscribed: true });
    expect(slot.sent).toHaveLength(2);
  });

  it('that ended holds an order that has not left yet', () => {
    const slot = low().answer(OUTCOMES.failed);
    slot.tell({ kind: 'subscription', subscribed: false });
    slot.pass(DAY_MS);
    expect(slot.phase).toBe('held(unsubscribed)');
    expect(slot.sent).toHaveLength(1);
  });

  it('does not release an order in doubt', () => {
    const slot = low().answer(OUTCOMES.noAnswer).pass(2000).answer(OUTCOMES.unsubscribed);
    slot.tell({ kind: 'subscription', subscribed: true });
    expect(slot.phase).toBe('held(in-doubt)');
  });
});

it('news about nothing changes nothing', () => {
  const slot = new SlotStory().level(80);
  for (const type of ['order-placed', 'item-shipped'] as const) hear(slot, type, 'i-9');
  hear(slot, 'order-cancelled', null);
  expect(slot.state.record.cancels).toBeNull();
  expect(slot.phase).toBe('stocked');
});

describe('news of another order', () => {
  it('cancels nothing but the right to reorder soon: the open order, whose id is known, stays open', () => {
    const slot = hear(low().answer(placed('i-1')), 'order-cancelled', 'i-of-another');
    expect(slot.phase).toBe('on-order');
    slot.pass(400 * DAY_MS);
    expect(slot.sent).toHaveLength(1);
    expect(slot.state.record.cancels?.count).toBe(1);
  });

  it('cancels the open order when its id is not known for sure', () => {
    expect(hear(low().answer(OUTCOMES.inProgress), 'order-cancelled', 'i-9').phase).toBe(
      'held(cancelled-once)',
    );
  });

  it('while a request is out is remembered and leaves the request alone', () => {
    const slot = low().answer(OUTCOMES.noAnswer).pass(2000);
    expect(slot.sent).toHaveLength(2);
    hear(slot, 'order-cancelled', 'i-1').answer(placed('i-2'));
    expect(slot.phase).toBe('on-order');
    expect(slot.state.record.cancels?.count).toBe(1);
  });
});

it('a subscription told again and again is followed at the pace of the backoff', () => {
  const slot = low().answer(OUTCOMES.unknownSlot);
  for (let i = 0; i < 30; i++) {
    slot.tell({ kind: 'subscription', subscribed: true });
    if (slot.state.record.depletion?.stage.kind === 'sending') slot.answer(OUTCOMES.unknownSlot);
    slot.pass(30);
  }
  expect(slot.sent).toHaveLength(2);
  slot.pass(DAY_MS);
  expect(slot.sent).toHaveLength(3);
});

describe('an order that an earlier depletion made', () => {
  it('and that DRS still holds open is the open one: its cancellation is no forgotten depletion', () => {
    const slot = low().answer(placed('i-1')).level(90).level(10).answer(OUTCOMES.inProgress);
    hear(slot, 'order-cancelled', 'i-1');
    expect(slot.phase).toBe('held(cancelled-once)');
    slot.pass(5 * DAY_MS);
    expect(slot.sent).toHaveLength(3);
  });

  it('does not settle a doubt of this one, and leaves it to people where nobody can tell the two apart', () => {
    const doubtful = low().answer(placed('i-1')).level(90).level(10).answer(OUTCOMES.noAnswer);
    expect(hear(doubtful, 'order-cancelled', 'i-1').phase).toBe('in-doubt');
    const unclear = low().answer(placed('i-1')).level(90).level(10).answer(OUTCOMES.noAnswer);
    unclear.pass(2000).answer(OUTCOMES.inProgress);
    expect(hear(unclear, 'order-cancelled', 'i-1').phase).toBe('held(in-doubt)');
  });
});

describe('a cancellation that overtakes the answer to its own request', () => {
  it('counts as if it had come right after the answer: the slot is low, and no order is open', () => {
    const slot = hear(low(), 'order-cancelled', 'i-1').answer(placed('i-1'));
    expect(slot.phase).toBe('held(cancelled-once)');
    slot.pass(5 * DAY_MS);
    expect(slot.sent.map(({ orderId, attempt }) => [orderId, attempt])).toEqual([
      ['order-1', 1],
      ['order-2', 1],
    ]);
  });

  it('survives a power cut before the answer, which is then a doubt that it settles', () => {
    const slot = hear(low(), 'order-cancelled', 'i-1').restart({ reboot: true }).level(10);
    expect(slot.phase).toBe('held(cancelled-once)');
    slot.pass(5 * DAY_MS);
    expect(slot.sent.map(({ orderId }) => orderId)).toEqual(['order-1', 'order-2']);
  });

  it('counts once, however often and in whatever order it is told', () => {
    const slot = low();
    for (const type of ['order-cancelled', 'order-placed', 'order-cancelled'] as const)
      hear(slot, type, 'i-1');
    slot.answer(placed('i-1'));
    for (const type of ['order-placed', 'order-cancelled'] as const) hear(slot, type, 'i-1');
    expect(slot.phase).toBe('held(cancelled-once)');
    expect(slot.state.record.cancels?.count).toBe(1);
    slot.pass(5 * DAY_MS).answer(placed('i-2'));
    hear(slot, 'order-cancelled', 'i-1');
    expect(slot.phase).toBe('on-order');
  });

  it('is forgotten with the answer: told again during a later request, it leaves the newer order alone', () => {
    const slot = hear(low(), 'order-cancelled', 'i-1')
      .answer(placed('i-1'))
      .pass(5 * DAY_MS);
    hear(slot, 'order-cancelled', 'i-1').answer(placed('i-2'));
    expect(slot.phase).toBe('on-order');
  });

  it.each([
    ['is lost', OUTCOMES.noAnswer],
    ['can not be read', { ...OUTCOMES.placed, eventInstanceId: null, detailCode: null }],
  ])('frees the slot, too, when the answer %s', (_, outcome) => {
    const slot = hear(low(), 'order-cancelled', 'i-1').answer(outcome);
    expect(slot.phase).toBe('held(cancelled-once)');
  });

  it('of another order leaves the one alone that the answer tells of', () => {
    const refilled = low().answer(placed('i-1')).level(90).level(10);
    hear(refilled, 'order-cancelled', 'i-1').answer(placed('i-2'));
    expect(refilled.phase).toBe('on-order');
    const failed = hear(low(), 'order-cancelled', 'i-of-another').answer(OUTCOMES.failed);
    expect(failed.sent).toHaveLength(1);
    expect(failed.state.record.depletion?.orderId).toBe('order-1');
  });

  it('of an earlier order is the open one where the answer says ORDER_INPROGRESS', () => {
    const slot = low().answer(placed('i-1')).level(90).level(10);
    hear(slot, 'order-cancelled', 'i-1').answer(OUTCOMES.inProgress);
    expect(slot.phase).toBe('held(cancelled-once)');
  });

  it.each([
    ['overtakes', { ...OUTCOMES.placed, eventInstanceId: null }],
    ['follows', { ...OUTCOMES.placed, eventInstanceId: null, detailCode: null }],
  ])('of an earlier order is for people to settle where it %s an answer without an id', (when, outcome) => {
    const slot = low().answer(placed('i-1')).level(90).level(10);
    if (when === 'overtakes') hear(slot, 'order-cancelled', 'i-1').answer(outcome);
    else hear(slot.answer(outcome), 'order-cancelled', 'i-1');
    expect(slot.phase).toBe('held(in-doubt)');
    slot.pass(10 * DAY_MS).level(10);
    expect(slot.sent).toHaveLength(2);
    expect(hear(slot, 'order-placed', 'i-2').phase).toBe('on-order');
  });

  it('settles the doubt of the request before, when the repeat surely bought nothing', () => {
    const slot = low().answer(OUTCOMES.noAnswer).pass(2000);
    hear(slot, 'order-cancelled', 'i-1').answer(OUTCOMES.failed);
    expect(slot.phase).toBe('held(cancelled-once)');
    slot.pass(5 * DAY_MS);
    expect(slot.sent.at(-1)).toMatchObject({ orderId: 'order-2', attempt: 1 });
  });

  it.each([
    ['unanswered', OUTCOMES.noAnswer],
    ['answered without an id', { ...OUTCOMES.placed, eventInstanceId: null, detailCode: null }],
  ])('is for people to settle where two requests may have bought and the second went %s', (_, outcome) => {
    const slot = low().answer(OUTCOMES.noAnswer).pass(2000);
    hear(slot, 'order-cancelled', 'i-1').answer(outcome);
    expect(slot.phase).toBe('held(in-doubt)');
    expect(hear(slot, 'order-placed', 'i-2').phase).toBe('on-order');
  });

  it('is bounded in the record, whoever sends it', () => {
    const slot = low();
    for (let i = 0; i < 1000; i++) hear(slot, 'order-cancelled', `i-${i}`);
    const stage = slot.state.record.depletion?.stage;
    expect(stage?.kind === 'sending' && stage.cancelled?.length).toBeLessThanOrEqual(8);
    expect(parseRecord(JSON.stringify(slot.state.record))).toEqual(slot.state.record);
  });
});

describe('a cancelled order, of which nobody knows whether it was the only one', () => {
  function twoMayExist(): SlotStory {
    return low().answer(OUTCOMES.noAnswer).pass(2000).answer(OUTCOMES.noAnswer);
  }

  it.each(['order-placed', 'item-shipped'] as const)('%s of the other one is an open order', (type) => {
    const slot = hear(hear(twoMayExist(), 'order-cancelled', 'i-1'), type, 'i-2');
    expect(slot.phase).toBe('on-order');
    slot.pass(400 * DAY_MS);
    expect(slot.sent).toHaveLength(2);
  });

  it('and the news of it outlives a restart', () => {
    const slot = hear(twoMayExist(), 'order-cancelled', 'i-1').restart({ reboot: true });
    expect(hear(slot, 'order-placed', 'i-2').phase).toBe('on-order');
    expect(parseRecord(JSON.stringify(slot.state.record))).toEqual(slot.state.record);
  });

  it('is followed by another one 5 days later when no news comes', () => {
    const slot = hear(twoMayExist(), 'order-cancelled', 'i-1');
    hear(slot, 'order-placed', 'i-1')
      .pass(5 * DAY_MS)
      .level(15);
    expect(slot.sent.at(-1)).toMatchObject({ orderId: 'order-2', attempt: 1 });
  });

  it('that was the only request lets no news of an order stop the next one', () => {
    const slot = hear(low().answer(OUTCOMES.noAnswer), 'order-cancelled', 'i-1');
    expect(hear(slot, 'item-shipped', 'i-of-long-ago').phase).not.toBe('on-order');
  });
});

describe('an id that only a notification told', () => {
  const shippedLate = (): SlotStory =>
    hear(low().answer({ ...OUTCOMES.inProgress, eventInstanceId: 'i-2' }), 'item-shipped', 'i-of-long-ago');

  it('gives way to the one in the answer: a cancellation of that is the open one', () => {
    expect(hear(shippedLate(), 'order-cancelled', 'i-2').phase).toBe('held(cancelled-once)');
  });

  it('may be of another order: whose a cancellation of a third one is, people settle', () => {
    const slot = hear(shippedLate(), 'order-cancelled', 'i-3');
    expect(slot.phase).toBe('held(in-doubt)');
    expect(slot.ask({ kind: 'resolve', verdict: 'not-placed' }).ok).toBe(true);
  });
});
