import type { Product } from './registration.ts';

/**
 * Where an order stands: `in-resolution` has a problem (address, payment, stock) and 72 h to be mended,
 * `cancellable` is fine and the customer has 24 h to cancel, the rest as named.
 */
export type OrderStage = 'in-resolution' | 'cancellable' | 'shipped' | 'delivered' | 'cancelled';

export type Order = {
  readonly instanceId: string;
  readonly serial: string;
  readonly slotId: string;
  readonly isTest: boolean;
  readonly products: readonly Product[];
  readonly stage: OrderStage;
  /** When the stage began, on the test clock. */
  readonly stageSinceMs: number;
};

/** What DRS tells the maker about an order. There is no news of a delivery. */
export type OrderNews = 'placed' | 'shipped' | 'cancelled';

export type OrderStep = { readonly order: Order; readonly news: readonly OrderNews[] };

export type OrderTimers = { readonly cancelWindowMs: number; readonly resolutionMs: number };

export type OrderDraft = Omit<Order, 'stage' | 'stageSinceMs'>;

/** Whether the order still locks its slot. */
export function isOpen(order: Order): boolean {
  return order.stage !== 'delivered' && order.stage !== 'cancelled';
}

/** Accepts an order; with a problem nobody hears of it until the problem is gone. */
export function openOrder(draft: OrderDraft, hasProblem: boolean, nowMs: number): OrderStep {
  return hasProblem
    ? { order: { ...draft, stage: 'in-resolution', stageSinceMs: nowMs }, news: [] }
    : { order: { ...draft, stage: 'cancellable', stageSinceMs: nowMs }, news: ['placed'] };
}

/** What time alone does: the cancel window ends in shipment, the resolution time in cancellation. */
export function settleOrder(order: Order, nowMs: number, timers: OrderTimers): OrderStep {
  const waitedMs = nowMs - order.stageSinceMs;
  if (order.stage === 'cancellable' && waitedMs >= timers.cancelWindowMs) {
    return step(order, 'shipped', order.stageSinceMs + timers.cancelWindowMs, ['shipped']);
  }
  if (order.stage === 'in-resolution' && waitedMs >= timers.resolutionMs) {
    return step(order, 'cancelled', order.stageSinceMs + timers.resolutionMs, ['cancelled']);
  }
  return { order, news: [] };
}

/** The customer mended the problem: the order is placed after all, and the cancel window begins. */
export function resolveProblem(order: Order, nowMs: number): OrderStep {
  return order.stage === 'in-resolution'
    ? step(order, 'cancellable', nowMs, ['placed'])
    : { order, news: [] };
}

/** The customer cancels. Null when it is too late: shipped, or closed already. */
export function cancelOrder(order: Order, nowMs: number): OrderStep | null {
  const inTime = order.stage === 'cancellable' || order.stage === 'in-resolution';
  return inTime ? step(order, 'cancelled', nowMs, ['cancelled']) : null;
}

/** CancelTestOrder ends any open test order; whether it makes news is not documented. */
export function cancelTestOrder(order: Order, nowMs: number, makesNews: boolean): OrderStep {
  return isOpen(order)
    ? step(order, 'cancelled', nowMs, makesNews ? ['cancelled'] : [])
    : { order, news: [] };
}

/** The parcel arrives, with the news that had to come before. Null when the order is closed. */
export function deliverOrder(order: Order, nowMs: number): OrderStep | null {
  if (!isOpen(order)) return null;
  const missed: Partial<Record<OrderStage, readonly OrderNews[]>> = {
    'in-resolution': ['placed', 'shipped'],
    cancellable: ['shipped'],
  };
  return step(order, 'delivered', nowMs, missed[order.stage] ?? []);
}

function step(order: Order, stage: OrderStage, stageSinceMs: number, news: readonly OrderNews[]): OrderStep {
  return { order: { ...order, stage, stageSinceMs }, news };
}
