import type { OrderEvent } from '../policy/slot-state.ts';
import type { Log } from '../system/log.ts';

/** One line of log for what a request came to. */
export function logOutcome(log: Log, slot: string, event: OrderEvent): void {
  const { orderId, attempt, outcome, detailCode, httpStatus, message } = event;
  const isGood = outcome === 'placed' || outcome === 'in-progress' || outcome === 'dry-run';
  const facts = { slot, orderId, attempt, outcome, detailCode, httpStatus };
  log[isGood ? 'info' : 'warn'](facts, message ?? `Replenish: ${detailCode ?? outcome}.`);
}
