import { describe, expect, it } from 'vitest';
import { lostRecord } from '../../agent/policy/decide.ts';
import { OUTCOMES, SlotStory } from './slot-story.ts';

const HOUR_MS = 3_600_000;

function low(limits: ConstructorParameters<typeof SlotStory>[0] = {}): SlotStory {
  return new SlotStory(limits).level(80).level(15);
}

describe('a depletion', () => {
  it('goes from unknown over stocked, low and ordering to on-order and back with the refill', () => {
    const slot = new SlotStory();
    const phases = [slot.phase];
    slot.level(80, 1);
    phases.push(slot.phase);
    slot.level(15, 1);
    phases.push(slot.phase);
    slot.level(15);
    phases.push(slot.phase);
    slot.answer(OUTCOMES.placed);
    phases.push(slot.phase);
    slot.level(90);
    phases.push(slot.phase);
    expect(phases).toEqual(['unknown', 'stocked', 'low', 'ordering', 'on-order', 'stocked']);
    expect(slot.sent).toEqual([{ kind: 'send', orderId: 'order-1', attempt: 1, slotId: 'slot-1' }]);
    expect(slot.reports).toHaveLength(1);
    expect(slot.reports[0]).toMatchObject({
      outcome: 'placed',
      detailCode: 'STANDARD_ORDER_PLACED',
      level: 15,
    });
  });

  it('is ordered once however long it lasts', () => {
    const slot = low().answer(OUTCOMES.placed);
    slot
      .level(15, 100)
      .pass(400 * 24 * HOUR_MS)
      .level(0, 100);
    expect(slot.sent).toHaveLength(1);
  });

  it('is ordered again after a believed refill, under another order id', () => {
    const slot = low().answer(OUTCOMES.placed).level(100).level(10);
    expect(slot.sent.map((request) => [request.orderId, request.attempt])).toEqual([
      ['order-1', 1],
      ['order-2', 1],
    ]);
  });

  it('begins at equality with the reorder threshold and ends at equality with the rearm threshold', () => {
    const slot = new SlotStory().level(20.0001);
    expect(slot.phase).toBe('stocked');
    slot.level(20);
    expect(slot.phase).toBe('ordering');
    slot.answer(OUTCOMES.placed).level(59.999);
    expect(slot.phase).toBe('on-order');
    slot.level(60);
    expect(slot.phase).toBe('stocked');
  });

  it('needs the samples as well as the time', () => {
    const slot = new SlotStory({ confirm: { samples: 3, forMs: 60_000 } }).level(10, 3);
    expect(slot.phase).toBe('low');
    slot.pass(56_999);
    expect(slot.sent).toHaveLength(0);
    slot.pass(1);
    expect(slot.sent).toHaveLength(1);

    const few = new SlotStory({ confirm: { samples: 3, forMs: 0 } }).level(10, 2).pass(HOUR_MS);
    expect(few.sent).toHaveLength(0);
  });

  it('is not begun by one odd reading among high ones', () => {
    const slot = new SlotStory({ confirm: { samples: 2, forMs: 0 } });
    for (let i = 0; i < 50; i++) slot.level(80, 1).level(5, 1);
    expect(slot.sent).toHaveLength(0);
  });

  it('is not ended by one odd high reading', () => {
    const slot = low().answer(OUTCOMES.placed).level(90, 2).level(15).level(90, 2).level(15);
    expect(slot.phase).toBe('on-order');
    expect(slot.sent).toHaveLength(1);
  });

  it('orders with one sample when confirmation is switched off', () => {
    const slot = new SlotStory({ confirm: { samples: 1, forMs: 0 } });
    expect(slot.tell({ kind: 'level', percent: 20 }).map((step) => step.kind)).toEqual(['send']);
  });
});

describe('an unknown level', () => {
  it('is never empty: nothing is ordered', () => {
    const slot = new SlotStory();
    slot.level(15, 2);
    slot.tell({ kind: 'unknown', cause: 'stale' });
    expect(slot.phase).toBe('unknown');
    slot.pass(HOUR_MS);
    expect(slot.sent).toHaveLength(0);
  });

  it('makes confirmation begin anew', () => {
    const slot = new SlotStory().level(15, 2);
    slot.tell({ kind: 'unknown', cause: 'out-of-range' });
    slot.level(15, 2);
    expect(slot.sent).toHaveLength(0);
    slot.level(15, 1);
    expect(slot.sent).toHaveLength(1);
  });

  it('freezes a retry until fresh samples are confirmed', () => {
    const slot = low().answer(OUTCOMES.failed);
    slot.tell({ kind: 'unknown', cause: 'stale' });
    slot.pass(HOUR_MS);
    expect(slot.sent).toHaveLength(1);
    slot.level(15, 2);
    expect(slot.sent).toHaveLength(1);
    slot.level(15, 1);
    expect(slot.sent).toHaveLength(2);
  });
});

describe('a restart', () => {
  it('needs fresh confirmed samples before a due order leaves', () => {
    const slot = low().answer(OUTCOMES.failed).restart();
    slot.pass(HOUR_MS);
    expect(slot.sent).toHaveLength(1);
    slot.level(15);
    expect(slot.sent).toHaveLength(2);
  });

  it('keeps an open order open', () => {
    const slot = low().answer(OUTCOMES.placed).restart({ reboot: true }).level(15, 20);
    expect(slot.phase).toBe('on-order');
    expect(slot.sent).toHaveLength(1);
  });

  it('while a request is out leaves it in doubt, reports it once and repeats it under the same order', () => {
    const slot = low().restart();
    expect(slot.phase).toBe('in-doubt');
    expect(slot.reports.map((event) => [event.attempt, event.outcome])).toEqual([[1, 'in-doubt']]);
    slot.level(15).answer(OUTCOMES.inProgress);
    expect(slot.sent.map((request) => [request.orderId, request.attempt])).toEqual([
      ['order-1', 1],
      ['order-1', 2],
    ]);
    expect(slot.phase).toBe('on-order');
    slot.restart().level(15, 10);
    expect(slot.sent).toHaveLength(2);
  });

  it('in the backoff does not shorten it within one boot', () => {
    const slot = low({ retry: { firstMs: 600_000, maxMs: 600_000 } }).answer(OUTCOMES.failed);
    for (let i = 0; i < 10; i++) slot.restart({ awayMs: 1000 }).level(15);
    expect(slot.sent).toHaveLength(1);
    slot.pass(600_000);
    expect(slot.sent).toHaveLength(2);
  });
});

describe('an order in doubt', () => {
  it('is repeated within its window and held after it', () => {
    const slot = low({ inDoubtWindowMs: HOUR_MS });
    slot.answer(OUTCOMES.noAnswer);
    expect(slot.phase).toBe('in-doubt');
    while (slot.nowMs < 1_000_000 + HOUR_MS - 60_000) {
      const before = slot.sent.length;
      slot.pass(60_000);
      if (slot.sent.length > before) slot.answer(OUTCOMES.noAnswer);
    }
    const repeats = slot.sent.length;
    expect(repeats).toBeGreaterThan(5);
    slot.pass(2 * HOUR_MS);
    if (slot.state.record.depletion?.stage.kind === 'sending') slot.answer(OUTCOMES.noAnswer);
    slot.pass(100 * HOUR_MS);
    expect(slot.phase).toBe('held(in-doubt)');
    expect(slot.sent.length).toBeLessThanOrEqual(repeats + 1);
  });

  it('is settled by ORDER_INPROGRESS, which is then ours', () => {
    const slot = low().answer(OUTCOMES.noAnswer).pass(2000).answer(OUTCOMES.inProgress);
    expect(slot.phase).toBe('on-order');
  });

  it('is settled by a refill', () => {
    const slot = low({ inDoubtWindowMs: 0 }).answer(OUTCOMES.noAnswer);
    expect(slot.phase).toBe('held(in-doubt)');
    slot.level(100);
    expect(slot.phase).toBe('stocked');
  });

  it('stays in doubt when a repeat is refused: a refusal says nothing about the first request', () => {
    const slot = low().answer(OUTCOMES.noAnswer).pass(2000).answer(OUTCOMES.unsubscribed);
    expect(slot.phase).toBe('held(in-doubt)');
    const failing = low().answer(OUTCOMES.noAnswer).pass(2000).answer(OUTCOMES.failed);
    expect(failing.phase).toBe('in-doubt');
  });

  it('is not repeated after a reboot when nobody can know how long ago it was', () => {
    const slot = low().answer(OUTCOMES.noAnswer);
    slot.wallTrusted = false;
    slot.restart({ reboot: true }).level(15);
    expect(slot.phase).toBe('held(in-doubt)');
    expect(slot.sent).toHaveLength(1);
  });

  it('is repeated after a reboot when the wall clock was right before and after', () => {
    const slot = low().answer(OUTCOMES.noAnswer).restart({ reboot: true }).level(15);
    expect(slot.sent).toHaveLength(2);
  });

  it('is not repeated for another slot id, whose lock would not protect it', () => {
    const slot = low().answer(OUTCOMES.noAnswer);
    slot.limits = { ...slot.limits, slotId: 'corrected' };
    slot.restart().level(15);
    expect(slot.phase).toBe('held(in-doubt)');
    expect(slot.sent).toHaveLength(1);
  });
});

describe('an invalid token', () => {
  it('is refreshed once and the request repeated once at once', () => {
    const slot = low().answer(OUTCOMES.invalidToken);
    expect(slot.refreshes).toEqual(['token-1']);
    expect(slot.phase).toBe('held(auth)');
    slot.token = 'token-2';
    slot.tell({ kind: 'token' });
    slot.answer(OUTCOMES.placed);
    expect(slot.phase).toBe('on-order');
    expect(slot.sent).toHaveLength(2);
  });

  it('is held after the second one, and another token opens the way at the pace of the backoff', () => {
    const slot = low().answer(OUTCOMES.invalidToken);
    slot.token = 'token-2';
    slot.tell({ kind: 'token' });
    slot.answer(OUTCOMES.invalidToken);
    expect(slot.refreshes).toEqual(['token-1', 'token-2']);
    slot.pass(24 * HOUR_MS);
    expect(slot.sent).toHaveLength(2);
    expect(slot.phase).toBe('held(auth)');
    slot.token = 'token-3';
    slot.tell({ kind: 'token' });
    expect(slot.sent).toHaveLength(3);
    slot.answer(OUTCOMES.invalidToken);
    slot.token = 'token-4';
    slot.tell({ kind: 'token' });
    expect(slot.sent).toHaveLength(3);
    slot.pass(4000);
    expect(slot.sent).toHaveLength(4);
  });

  it('is not tried again after a restart', () => {
    const slot = low().answer(OUTCOMES.invalidToken).restart().level(15);
    expect(slot.sent).toHaveLength(1);
    expect(slot.phase).toBe('held(auth)');
  });
});

describe('no token', () => {
  it('holds the order and lets it go when one comes', () => {
    const slot = new SlotStory();
    slot.token = null;
    slot.level(10);
    expect(slot.phase).toBe('held(auth)');
    slot.token = 'token-1';
    slot.tell({ kind: 'token' });
    expect(slot.phase).toBe('ordering');
    expect(slot.sent).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it.each([
    ['unsubscribed', OUTCOMES.unsubscribed, 'held(unsubscribed)'],
    ['unknown slot', OUTCOMES.unknownSlot, 'held(unknown-slot)'],
  ])('%s holds until something changes', (_name, outcome, phase) => {
    const slot = low().answer(outcome);
    expect(slot.phase).toBe(phase);
    slot
      .level(10, 20)
      .pass(100 * HOUR_MS)
      .restart()
      .level(10);
    expect(slot.sent).toHaveLength(1);
    slot.level(90).level(10);
    expect(slot.sent).toHaveLength(2);
  });

  it('of an unknown slot ends when the slot id is corrected', () => {
    const slot = low().answer(OUTCOMES.unknownSlot);
    slot.limits = { ...slot.limits, slotId: 'corrected' };
    slot.restart().level(10);
    expect(slot.sent.at(-1)).toMatchObject({ slotId: 'corrected', attempt: 2 });
  });
});

describe('a failure', () => {
  it('is retried for as long as the depletion lasts, never faster than the backoff', () => {
    const slot = low();
    const times: number[] = [];
    for (let i = 0; i < 40; i++) {
      slot.answer(OUTCOMES.failed);
      const before = slot.sent.length;
      const failedAtMs = slot.nowMs;
      while (slot.sent.length === before) slot.pass(500);
      times.push(slot.nowMs - failedAtMs);
    }
    expect(times.slice(0, 7)).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(slot.phase).toBe('ordering');
  });

  it('waits for as long as the server asks', () => {
    const slot = low().answer({ ...OUTCOMES.failed, retryAfterMs: 900_000 });
    slot.pass(899_999);
    expect(slot.sent).toHaveLength(1);
    slot.pass(1);
    expect(slot.sent).toHaveLength(2);
  });

  it('is not retried when the slot was refilled meanwhile', () => {
    const slot = low()
      .answer({ ...OUTCOMES.failed, retryAfterMs: 900_000 })
      .level(90);
    slot.pass(HOUR_MS);
    expect(slot.sent).toHaveLength(1);
    expect(slot.phase).toBe('stocked');
  });
});

describe('the budget', () => {
  it('holds an order that would exceed it and lets it go when the window has room', () => {
    const slot = low({ maxOrders: { count: 2, perMs: 24 * HOUR_MS } }).answer(OUTCOMES.placed);
    slot.level(90).level(10).answer(OUTCOMES.placed);
    slot.level(90).level(10);
    expect(slot.phase).toBe('held(budget)');
    expect(slot.sent).toHaveLength(2);
    slot.pass(24 * HOUR_MS);
    expect(slot.sent).toHaveLength(3);
  });

  it('is not emptied by a reboot or a wall clock that jumps ahead without being trusted', () => {
    const slot = low({ maxOrders: { count: 1, perMs: 24 * HOUR_MS } }).answer(OUTCOMES.placed);
    slot.level(90);
    slot.wallTrusted = false;
    slot.wallMs += 1000 * 24 * HOUR_MS;
    slot.restart({ reboot: true }).level(10);
    expect(slot.phase).toBe('held(budget)');
    expect(slot.sent).toHaveLength(1);
  });

  it('counts an order in doubt once, and never keeps its repeat from leaving', () => {
    const slot = low({ maxOrders: { count: 1, perMs: 24 * HOUR_MS } }).answer(OUTCOMES.noAnswer);
    slot.pass(2000);
    expect(slot.sent).toHaveLength(2);
    slot.answer(OUTCOMES.placed);
    expect(slot.state.record.placed).toHaveLength(1);
  });
});

it('a purchase counts for the budget from the latest request that may have brought it', () => {
  const slot = low({ maxOrders: { count: 1, perMs: 24 * HOUR_MS } }).answer(OUTCOMES.noAnswer);
  const firstAtMs = slot.nowMs;
  slot.pass(2000).answer(OUTCOMES.noAnswer).pass(4000);
  slot.answer(OUTCOMES.inProgress);
  expect(slot.state.record.placed).toHaveLength(1);
  expect(slot.state.record.placed[0]?.monotonicMs).toBe(firstAtMs + 2000);
});

describe('dry run', () => {
  it('decides and reports once, and sends nothing', () => {
    const slot = low({ dryRun: true });
    expect(slot.phase).toBe('held(dry-run)');
    slot.level(10, 10).pass(HOUR_MS);
    expect(slot.sent).toHaveLength(0);
    expect(slot.reports.map((event) => [event.attempt, event.outcome])).toEqual([[1, 'dry-run']]);
  });

  it('switched off lets the lasting depletion be ordered, as the next attempt', () => {
    const slot = low({ dryRun: true });
    slot.limits = { ...slot.limits, dryRun: false };
    slot.restart().level(10);
    expect(slot.sent).toMatchObject([{ attempt: 2 }]);
  });
});

describe('a lost history', () => {
  it('orders nothing until a refill shows where the slot stands', () => {
    const fresh = new SlotStory();
    const slot = new SlotStory({}, lostRecord(fresh.limits, fresh.context()));
    slot
      .restart()
      .level(5, 20)
      .pass(100 * HOUR_MS);
    expect(slot.phase).toBe('held(state-lost)');
    expect(slot.sent).toHaveLength(0);
    slot.level(90).level(5);
    expect(slot.sent).toHaveLength(1);
  });
});

describe('a corrected slot id', () => {
  it('does not release what is held for another reason', () => {
    const fresh = new SlotStory();
    const slot = new SlotStory({ slotId: 'corrected' }, lostRecord(fresh.limits, fresh.context()));
    slot.restart().level(5);
    expect(slot.phase).toBe('held(state-lost)');
    expect(slot.sent).toHaveLength(0);
  });
});

describe('an outcome', () => {
  it('of another request changes nothing', () => {
    const slot = low().answer(OUTCOMES.failed).pass(2000);
    slot.tell({ kind: 'outcome', orderId: 'order-1', attempt: 1, outcome: OUTCOMES.placed });
    expect(slot.phase).toBe('ordering');
    slot.tell({ kind: 'outcome', orderId: 'order-9', attempt: 2, outcome: OUTCOMES.placed });
    expect(slot.phase).toBe('ordering');
    expect(slot.reports).toHaveLength(1);
  });

  it('is heard before a refill that was believed meanwhile ends the depletion', () => {
    const slot = low().level(90);
    expect(slot.phase).toBe('ordering');
    slot.answer(OUTCOMES.placed);
    expect(slot.phase).toBe('stocked');
    expect(slot.reports).toHaveLength(1);
  });
});

describe('a level that does not rest', () => {
  it('is shown, confirms nothing, and lets nothing go', () => {
    const slot = new SlotStory().level(15, 2);
    slot.tell({ kind: 'restless', percent: 12 });
    expect(slot.standing()).toMatchObject({ phase: 'low', why: expect.stringContaining('readings rest') });
    slot.level(15, 2);
    expect(slot.sent).toHaveLength(0);
    const failed = low().answer(OUTCOMES.failed);
    failed.tell({ kind: 'restless', percent: 12 });
    failed.pass(HOUR_MS);
    expect(failed.sent).toHaveLength(1);
    expect(failed.phase).toBe('ordering');
  });
});
