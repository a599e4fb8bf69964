import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SlotEvent } from '../../agent/policy/decision.ts';
import { OUTCOMES, SlotStory } from './slot-story.ts';

const HOUR_MS = 3_600_000;

/** A slot that orders, then is told to report only, as a restart with another configuration does. */
function changedOver(story: SlotStory): SlotStory {
  story.limits = { ...story.limits, reportsOnly: true };
  return story.restart();
}

const ordering = (): SlotStory => new SlotStory().level(80).level(10);

describe('a slot that only reports', () => {
  test('is low and says who orders, and stays so', () => {
    const slot = new SlotStory({ reportsOnly: true }).level(80).level(10).pass(HOUR_MS).level(5);
    expect(slot.phase).toBe('low');
    expect(slot.standing().why).toMatch(/at or below 20 %\. Amazon orders by the inventory/);
    expect(slot.sent).toEqual([]);
    expect(slot.level(90).phase).toBe('stocked');
  });

  test('does not order ahead, nor report a dry run', () => {
    const slot = new SlotStory({ reportsOnly: true, dryRun: true, leadTimeMs: 30 * 24 * HOUR_MS });
    slot.level(80).level(10).pass(HOUR_MS);
    expect([slot.phase, slot.reports]).toEqual(['low', []]);
  });

  test.each([
    ['order', { kind: 'order' }],
    ['snooze', { kind: 'snooze', forMs: HOUR_MS }],
  ] as const)('refuses %s by hand with the reason', (_, event) => {
    const slot = new SlotStory({ reportsOnly: true }).level(40);
    const reply = slot.ask(event);
    expect(reply.ok).toBe(false);
    expect(reply.message).toContain('Amazon orders by the inventory');
    expect(slot.sent).toEqual([]);
  });

  test('lets go of an order that was due, or held, and of none that may exist', () => {
    const waiting = ordering();
    waiting.answer(OUTCOMES.unsubscribed);
    expect(waiting.phase).toBe('held(unsubscribed)');
    expect(changedOver(waiting).level(10).phase).toBe('low');

    const placed = ordering().answer(OUTCOMES.placed);
    expect(changedOver(placed).level(10).phase).toBe('on-order');
    expect(placed.level(90).phase).toBe('stocked');
  });

  test('never repeats a request that was in doubt, and lets a person settle it', () => {
    const slot = changedOver(ordering()).level(10).pass(HOUR_MS);
    expect(slot.phase).toBe('held(in-doubt)');
    expect(slot.sent).toHaveLength(1);
    const reply = slot.ask({ kind: 'resolve', verdict: 'not-placed' });
    expect(reply).toEqual({ ok: true, message: expect.stringContaining('Amazon orders') });
    expect(slot.level(10).phase).toBe('low');
    expect(slot.sent).toHaveLength(1);
  });

  test('orders again when the provider is changed back', () => {
    const slot = new SlotStory({ reportsOnly: true }).level(80).level(10);
    slot.limits = { ...slot.limits, reportsOnly: false };
    slot.restart().level(10);
    expect(slot.sent).toHaveLength(1);
  });

  test('sends nothing, whatever happens', () => {
    const event = fc.oneof(
      fc.constantFrom<SlotEvent>(
        { kind: 'token' },
        { kind: 'wake' },
        { kind: 'order' },
        { kind: 'rearm' },
        { kind: 'resolve', verdict: 'not-placed' },
        { kind: 'subscription', subscribed: true },
        { kind: 'unknown', cause: 'stale' },
        { kind: 'notification', type: 'order-cancelled', instanceId: 'e1' },
        { kind: 'notification', type: 'order-placed', instanceId: null },
      ),
      fc.constantFrom(5, 15, 40, 90, 100),
    );
    const beginnings = [
      () => new SlotStory(),
      ordering,
      () => ordering().answer(OUTCOMES.noAnswer),
      () => ordering().answer(OUTCOMES.failed),
      () => ordering().answer(OUTCOMES.placed),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.array(event, { maxLength: 20 }), (begin, events) => {
        const slot = changedOver(begin());
        const before = slot.sent.length;
        for (const one of events) {
          if (typeof one === 'number') slot.level(one);
          else slot.tell(one);
          slot.pass(1000);
          expect(slot.phase).not.toBe('ordering');
        }
        expect(slot.sent).toHaveLength(before);
      }),
    );
  });
});
