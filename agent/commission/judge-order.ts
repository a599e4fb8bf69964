import type { LiveSlot } from '../local/service-view.ts';
import type { OrderSeen } from './report.ts';

/**
 * What has come of the order so far. Whether a device was registered as a test device is known to Amazon alone, and told
 * by nothing but the detailCode of an order (docs/dash/test-device-purchases.html).
 */
export type OrderNews =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'test-order'; readonly order: OrderSeen }
  /** A customer will get and pay for something. */
  | { readonly kind: 'real-order'; readonly order: OrderSeen }
  /** It will not become a test order any more; why. */
  | { readonly kind: 'failed'; readonly order: OrderSeen | null; readonly why: string };

export const TEST_ORDER = 'TEST_ORDER_PLACED';

/** @param before the last order when the commissioning began. PURE. */
export function judgeOrder(slot: LiveSlot, before: OrderSeen | null): OrderNews {
  const { lastOrder: order, phase, why } = slot;
  const isNews = order !== null && keyOf(order) !== keyOf(before);
  if (isNews && order.outcome === 'placed')
    return { kind: order.detailCode === TEST_ORDER ? 'test-order' : 'real-order', order };
  if (isNews && order.outcome === 'in-progress')
    return {
      kind: 'failed',
      order,
      why: 'An earlier order of this slot is still open at Amazon, so no new one was placed. On a test device, type replenish-agent order cancel-test SLOT, refill, and start again.',
    };
  if (phase === 'held')
    return { kind: 'failed', order: isNews ? order : null, why: `The slot is held: ${why}` };
  return { kind: 'waiting' };
}

function keyOf(order: OrderSeen | null): string {
  return order === null ? '' : `${order.orderId} ${order.attempt} ${order.outcome}`;
}
