import type { ReplenishOutcome } from '../../agent/policy/outcome.ts';
import type { OrderTaker } from '../../agent/replenish/provider.ts';
import type { Clock } from '../../agent/system/clock.ts';
import type { Cancel } from '../../hardware/timing.ts';
import type { Chance } from '../simulation/chance.ts';

/** How Amazon treats a device. */
export type Treatment = 'orders' | 'unsubscribed' | 'never-answers';

const ANSWER_MS = { from: 80, to: 400 };
const DELIVERY_MS = { from: 20_000, to: 90_000 };

/** Amazon for one device: one order per slot at a time, delivered in a minute or so. */
export function drsStandIn(
  treatment: Treatment,
  clock: Pick<Clock, 'after'>,
  chance: Chance,
  onDelivered: (slotId: string) => void,
): OrderTaker & { readonly close: () => void } {
  const open = new Map<string, string>();
  let orders = 0;
  const plans = new Set<Cancel>();
  const plan = (delayMs: number, run: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      plans.delete(cancel);
      run();
    });
    plans.add(cancel);
  };
  const answer = (slotId: string): ReplenishOutcome => {
    const facts = { message: null, requestId: null };
    if (treatment === 'never-answers')
      return { ...facts, kind: 'no-answer', httpStatus: null, message: 'No answer came.' };
    if (treatment === 'unsubscribed') return { ...facts, kind: 'unsubscribed', httpStatus: 400 };
    const ordered = { ...facts, httpStatus: 200 };
    const before = open.get(slotId);
    if (before !== undefined)
      return { ...ordered, kind: 'in-progress', detailCode: 'ORDER_INPROGRESS', eventInstanceId: before };
    orders += 1;
    const eventInstanceId = `amzn1.dash.v2.o.${slotId}.${orders}`;
    open.set(slotId, eventInstanceId);
    plan(chance.between(DELIVERY_MS.from, DELIVERY_MS.to), () => {
      open.delete(slotId);
      onDelivered(slotId);
    });
    return { ...ordered, kind: 'placed', detailCode: 'STANDARD_ORDER_PLACED', eventInstanceId };
  };
  return {
    replenish: (slotId) =>
      new Promise((resolve) => {
        plan(chance.between(ANSWER_MS.from, ANSWER_MS.to), () => resolve(answer(slotId)));
      }),
    close: () => {
      for (const cancel of plans) cancel();
    },
  };
}
