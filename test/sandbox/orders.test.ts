import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cancelOrder,
  cancelTestOrder,
  deliverOrder,
  isOpen,
  type Order,
  type OrderDraft,
  openOrder,
  resolveProblem,
  settleOrder,
} from './orders.ts';
import { replenishSlot } from './slot-lock.ts';

const HOUR_MS = 3_600_000;
const TIMERS = { cancelWindowMs: 24 * HOUR_MS, resolutionMs: 72 * HOUR_MS };
const DRAFT: OrderDraft = { instanceId: 'i', serial: 's', slotId: 'a', isTest: false, products: [] };

function placed(hasProblem = false): Order {
  return openOrder(DRAFT, hasProblem, 0).order;
}

describe('an order', () => {
  test('without a problem is placed at once and ships after 24 hours', () => {
    const opened = openOrder(DRAFT, false, 0);
    expect(opened.news).toEqual(['placed']);
    expect(settleOrder(opened.order, 24 * HOUR_MS - 1, TIMERS).news).toEqual([]);
    const shipped = settleOrder(opened.order, 24 * HOUR_MS, TIMERS);
    expect([shipped.order.stage, shipped.news]).toEqual(['shipped', ['shipped']]);
    expect(settleOrder(shipped.order, 1000 * HOUR_MS, TIMERS).order.stage).toBe('shipped');
  });

  test('with a problem makes no news and is cancelled after 72 hours', () => {
    const opened = openOrder(DRAFT, true, 0);
    expect(opened.news).toEqual([]);
    expect(settleOrder(opened.order, 72 * HOUR_MS - 1, TIMERS).order.stage).toBe('in-resolution');
    const cancelled = settleOrder(opened.order, 72 * HOUR_MS, TIMERS);
    expect([cancelled.order.stage, cancelled.news]).toEqual(['cancelled', ['cancelled']]);
  });

  test('whose problem is mended is placed, with the whole cancel window before it', () => {
    const mended = resolveProblem(placed(true), 70 * HOUR_MS);
    expect([mended.order.stage, mended.news]).toEqual(['cancellable', ['placed']]);
    expect(settleOrder(mended.order, 93 * HOUR_MS, TIMERS).order.stage).toBe('cancellable');
    expect(settleOrder(mended.order, 94 * HOUR_MS, TIMERS).order.stage).toBe('shipped');
  });

  test('can be cancelled until it ships, and not after', () => {
    expect(cancelOrder(placed(), 1)?.news).toEqual(['cancelled']);
    expect(cancelOrder(placed(true), 1)?.news).toEqual(['cancelled']);
    expect(cancelOrder(settleOrder(placed(), 24 * HOUR_MS, TIMERS).order, 0)).toBeNull();
  });

  test('that is delivered early sends the news that had to come before', () => {
    expect(deliverOrder(placed(), 1)?.news).toEqual(['shipped']);
    expect(deliverOrder(placed(true), 1)?.news).toEqual(['placed', 'shipped']);
    expect(deliverOrder(settleOrder(placed(), 24 * HOUR_MS, TIMERS).order, 1)?.news).toEqual([]);
  });

  test('that is closed can be neither delivered nor cancelled', () => {
    const closed = cancelTestOrder(placed(), 1, false);
    expect(closed.news).toEqual([]);
    expect(deliverOrder(closed.order, 2)).toBeNull();
    expect(cancelOrder(closed.order, 2)).toBeNull();
    expect(cancelTestOrder(closed.order, 2, true).news).toEqual([]);
  });
});

describe('the lock of a slot', () => {
  test('answers in progress with the open order, until that is closed', () => {
    const first = replenishSlot(null, DRAFT, false, 0);
    expect([first.detailCode, first.purchased]).toEqual(['STANDARD_ORDER_PLACED', true]);
    const again = replenishSlot(first.order, { ...DRAFT, instanceId: 'j' }, false, 1);
    expect([again.detailCode, again.purchased, again.order]).toEqual([
      'ORDER_INPROGRESS',
      false,
      first.order,
    ]);
    const delivered = deliverOrder(first.order, 2);
    const next = replenishSlot(delivered?.order ?? null, { ...DRAFT, instanceId: 'k' }, false, 3);
    expect([next.detailCode, next.order.instanceId]).toEqual(['STANDARD_ORDER_PLACED', 'k']);
  });

  test('says TEST_ORDER_PLACED for a test device', () => {
    expect(replenishSlot(null, { ...DRAFT, isTest: true }, false, 0).detailCode).toBe('TEST_ORDER_PLACED');
  });

  test('never holds two open orders, whatever happens in whatever order', () => {
    const action = fc.constantFrom('replenish', 'deliver', 'cancel', 'wait', 'mend', 'trouble');
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const orders = new Map<string, Order>();
        let latest: Order | null = null;
        let nowMs = 0;
        let hasProblem = false;
        for (const [index, name] of actions.entries()) {
          if (name === 'wait') nowMs += 30 * HOUR_MS;
          if (name === 'trouble') hasProblem = true;
          if (latest !== null) latest = settleOrder(latest, nowMs, TIMERS).order;
          if (name === 'replenish') {
            latest = replenishSlot(latest, { ...DRAFT, instanceId: `${index}` }, hasProblem, nowMs).order;
          } else if (latest !== null) {
            if (name === 'deliver') latest = deliverOrder(latest, nowMs)?.order ?? latest;
            if (name === 'cancel') latest = cancelOrder(latest, nowMs)?.order ?? latest;
            if (name === 'mend') latest = resolveProblem(latest, nowMs).order;
          }
          if (latest !== null) orders.set(latest.instanceId, latest);
          expect([...orders.values()].filter(isOpen).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
