import { isOpen, type Order, type OrderDraft, type OrderNews, openOrder } from './orders.ts';

/** The complete documented set. */
export type DetailCode = 'STANDARD_ORDER_PLACED' | 'TEST_ORDER_PLACED' | 'ORDER_INPROGRESS';

export type ReplenishStep = {
  readonly detailCode: DetailCode;
  /** The order that now locks the slot: the new one, or the one that did before. */
  readonly order: Order;
  readonly news: readonly OrderNews[];
  /** Whether this call bought something. */
  readonly purchased: boolean;
};

/**
 * What one Replenish call does to a slot: an open order answers for every further call, until it is delivered or
 * cancelled. This lock is the service's only protection against a second purchase.
 */
export function replenishSlot(
  latest: Order | null,
  draft: OrderDraft,
  hasProblem: boolean,
  nowMs: number,
): ReplenishStep {
  if (latest !== null && isOpen(latest)) {
    return { detailCode: 'ORDER_INPROGRESS', order: latest, news: [], purchased: false };
  }
  const { order, news } = openOrder(draft, hasProblem, nowMs);
  const detailCode = draft.isTest ? 'TEST_ORDER_PLACED' : 'STANDARD_ORDER_PLACED';
  return { detailCode, order, news, purchased: true };
}
