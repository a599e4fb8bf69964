import { describe, expect, it } from 'vitest';
import { lostRecord } from '../../agent/policy/decide.ts';
import { OUTCOMES, SlotStory } from './slot-story.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const stocked = (limits: ConstructorParameters<typeof SlotStory>[0] = {}): SlotStory =>
  new SlotStory(limits).level(40);
const low = (): SlotStory => new SlotStory().level(15);
const doubtful = (): SlotStory => low().answer(OUTCOMES.noAnswer);
const doubtfulForGood = (): SlotStory => {
  const slot = doubtful();
  slot.tell({ kind: 'unknown', cause: 'stale' });
  return slot.pass(7 * HOUR_MS);
};

describe('an order by hand', () => {
  it('leaves at once, opens a depletion, and is followed by none before a refill', () => {
    const slot = stocked();
    expect(slot.ask({ kind: 'order' })).toMatchObject({ ok: true });
    expect(slot.sent).toHaveLength(1);
    slot.answer(OUTCOMES.placed).level(15, 10);
    expect(slot.phase).toBe('on-order');
    expect(slot.ask({ kind: 'order' })).toEqual({
      ok: false,
      message: expect.stringMatching(/under way since 2026-12-01T/),
    });
    expect(slot.sent).toHaveLength(1);
    slot.level(90).level(15);
    expect(slot.sent).toHaveLength(2);
  });

  it.each<[string, () => SlotStory, RegExp]>([
    ['an unknown level', () => new SlotStory(), /level is unknown/],
    ['a level of one sample', () => new SlotStory().level(40, 1), /confirmed by fresh samples/],
    ['a level that is not confirmed since a restart', () => stocked().restart().level(40, 1), /confirmed/],
    ['a level near rearmAt', () => new SlotStory().level(55), /Above 50 %/],
    ['a full slot', () => new SlotStory().level(95), /Above 50 %/],
    ['dry run', () => stocked({ dryRun: true }), /dryRun is on/],
    [
      'no token',
      () => {
        const slot = stocked();
        slot.token = null;
        return slot;
      },
      /no valid access token/,
    ],
    [
      'a used-up budget',
      () =>
        new SlotStory({ maxOrders: { count: 1, perMs: 30 * DAY_MS } })
          .level(15)
          .answer(OUTCOMES.placed)
          .level(90)
          .level(40),
      /maxOrders/,
    ],
    ['a request that is out', () => low(), /Wait for its answer/],
    ['a pause after a failure', () => low().answer(OUTCOMES.failed), /after a pause/],
    ['a doubt', () => doubtful(), /in doubt.*resolve/],
    ['an unsubscribed slot', () => low().answer(OUTCOMES.unsubscribed), /ask them to choose a product/],
    [
      'a lost history',
      () => {
        const { limits, context } = { limits: new SlotStory().limits, context: new SlotStory().context() };
        return new SlotStory({}, lostRecord(limits, context)).level(40);
      },
      /in doubt|lost/,
    ],
  ])('is refused for %s, and not kept for later', (_, make, why) => {
    const slot = make();
    const before = slot.sent.length;
    const { record } = slot.state;
    const reply = slot.ask({ kind: 'order' });
    expect(reply).toEqual({ ok: false, message: expect.stringMatching(why) });
    expect(slot.sent).toHaveLength(before);
    expect(slot.state.record).toBe(record);
  });

  it('waits for the customer who cancelled, like any other', () => {
    const slot = low().answer(OUTCOMES.placed);
    slot.tell({ kind: 'notification', type: 'order-cancelled', instanceId: 'e1' });
    slot.level(90).level(40);
    expect(slot.ask({ kind: 'order' })).toEqual({ ok: false, message: expect.stringMatching(/5 days/) });
    slot.pass(5 * DAY_MS).level(40);
    expect(slot.ask({ kind: 'order' }).ok).toBe(true);
  });
});

describe('rearm', () => {
  it('lets a slot whose pack never came order again after fresh samples, under another id', () => {
    const slot = low().answer(OUTCOMES.placed).level(10, 20);
    expect(slot.ask({ kind: 'rearm' }).ok).toBe(true);
    expect(slot.sent).toHaveLength(1);
    expect(slot.phase).toBe('low');
    slot.level(10);
    expect(slot.sent.map(({ orderId }) => orderId)).toEqual(['order-1', 'order-2']);
  });

  it('leaves the budget and the customer as they are', () => {
    const slot = new SlotStory({ maxOrders: { count: 1, perMs: 30 * DAY_MS } }).level(15);
    slot.answer(OUTCOMES.placed);
    expect(slot.ask({ kind: 'rearm' }).ok).toBe(true);
    slot.level(10, 10);
    expect(slot.sent).toHaveLength(1);
    expect(slot.phase).toBe('held(budget)');
  });

  it.each<[string, () => SlotStory, RegExp]>([
    ['nothing is open', () => stocked(), /nothing to rearm/],
    ['a request is out', () => low(), /Wait for its answer/],
    ['an order waits for the backoff', () => low().answer(OUTCOMES.failed), /was not sent yet/],
    ['an order is in doubt', () => doubtful(), /resolve/],
    ['an order is in doubt for good', () => doubtfulForGood(), /resolve/],
  ])('is refused while %s', (_, make, why) => {
    const slot = make();
    const { record } = slot.state;
    expect(slot.ask({ kind: 'rearm' })).toEqual({ ok: false, message: expect.stringMatching(why) });
    expect(slot.state.record).toBe(record);
  });
});

describe('resolve', () => {
  it('is answered, and settles a doubt either way', () => {
    const bought = doubtful();
    expect(bought.ask({ kind: 'resolve', verdict: 'placed' }).ok).toBe(true);
    expect(bought.phase).toBe('on-order');
    const notBought = doubtful();
    expect(notBought.ask({ kind: 'resolve', verdict: 'not-placed' }).ok).toBe(true);
    expect(notBought.level(15).sent).toHaveLength(2);
  });

  it('not-placed lets nothing go on samples from before: a refill that nobody has measured yet is one', () => {
    const slot = doubtfulForGood().level(15);
    expect(slot.ask({ kind: 'resolve', verdict: 'not-placed' }).ok).toBe(true);
    expect(slot.sent).toHaveLength(1);
    expect(slot.level(90).sent).toHaveLength(1);
    const fresh = new SlotStory();
    const lost = new SlotStory({}, lostRecord(fresh.limits, fresh.context())).level(15);
    lost.ask({ kind: 'resolve', verdict: 'not-placed' });
    expect(lost.sent).toHaveLength(0);
    expect(lost.level(90).phase).toBe('stocked');
  });

  it.each<[string, () => SlotStory]>([
    ['no depletion', () => stocked()],
    ['a placed order', () => low().answer(OUTCOMES.placed)],
    ['a request that is out', () => low()],
    ['a failure that surely bought nothing', () => low().answer(OUTCOMES.failed)],
  ])('is refused for %s', (_, make) => {
    const slot = make();
    const { record } = slot.state;
    expect(slot.ask({ kind: 'resolve', verdict: 'not-placed' })).toMatchObject({ ok: false });
    expect(slot.state.record).toBe(record);
  });
});

describe('a snooze', () => {
  it('keeps an order back until it ends, and then lets it go', () => {
    const slot = stocked();
    expect(slot.ask({ kind: 'snooze', forMs: 3 * DAY_MS })).toEqual({
      ok: true,
      message: 'Nothing is ordered for the slot for 3 days.',
    });
    slot.level(15).pass(3 * DAY_MS - 60_000);
    expect(slot.sent).toEqual([]);
    expect(slot.standing()).toMatchObject({ phase: 'ordering', why: expect.stringContaining('snoozed') });
    slot.pass(60_000);
    expect(slot.sent).toHaveLength(1);
    expect(slot.state.record.snooze).toBeNull();
  });

  it('leaves the phase as it is, also a hold', () => {
    const slot = stocked();
    slot.token = null;
    slot.level(15);
    expect(slot.phase).toBe('held(auth)');
    slot.ask({ kind: 'snooze', forMs: DAY_MS });
    expect(slot.phase).toBe('held(auth)');
    expect(slot.standing().why).toMatch(/snoozed/);
  });

  it('can be ended, and refuses an order by hand while it lasts', () => {
    const slot = stocked();
    slot.ask({ kind: 'snooze', forMs: DAY_MS });
    expect(slot.ask({ kind: 'order' })).toEqual({ ok: false, message: expect.stringMatching(/snoozed/) });
    expect(slot.ask({ kind: 'snooze', forMs: null }).ok).toBe(true);
    expect(slot.ask({ kind: 'order' }).ok).toBe(true);
  });

  it('survives a restart, and a reboot with a clock that cannot be trusted does not shorten it', () => {
    const slot = stocked();
    slot.ask({ kind: 'snooze', forMs: DAY_MS });
    slot.wallTrusted = false;
    slot.restart({ reboot: true, awayMs: 400 * DAY_MS }).level(15);
    slot.pass(DAY_MS - HOUR_MS);
    expect(slot.sent).toEqual([]);
    slot.pass(2 * HOUR_MS);
    expect(slot.sent).toHaveLength(1);
  });

  it('ends also on a device that is switched off every night and never knows the time', () => {
    const slot = stocked();
    slot.wallTrusted = false;
    slot.ask({ kind: 'snooze', forMs: 30 * DAY_MS });
    let days = 0;
    while (slot.state.record.snooze !== null && days < 100) {
      slot.pass(14 * HOUR_MS).restart({ reboot: true, awayMs: 10 * HOUR_MS });
      days += 1;
    }
    expect(days).toBeGreaterThanOrEqual(30);
    expect(days).toBeLessThan(70);
  });

  it('rehearses nothing in a dry run before it ends', () => {
    const slot = stocked({ dryRun: true });
    slot.ask({ kind: 'snooze', forMs: DAY_MS });
    slot.level(15);
    expect(slot.reports).toEqual([]);
    slot.pass(DAY_MS);
    expect(slot.reports).toMatchObject([{ outcome: 'dry-run' }]);
  });

  it.each([0, -1, 31 * DAY_MS, Number.NaN])('of %s ms is refused', (forMs) => {
    const slot = stocked();
    expect(slot.ask({ kind: 'snooze', forMs }).ok).toBe(false);
    expect(slot.state.record.snooze).toBeNull();
  });
});
