import type { SlotLimits } from '../../../agent/policy/limits.ts';
import { clockFace } from '../timeline.ts';

/** Orders that exist in truth and were not cancelled, of one physical depletion (contract, section 3, rule 1). */
export function onePurchasePerDepletion(instanceIds: readonly string[], filling: number): string | null {
  return instanceIds.length <= 1
    ? null
    : `Filling ${filling} was bought for ${instanceIds.length} times: ${instanceIds.join(', ')}.`;
}

/** A container that is full in truth, and that the sensor shows as it is, is not ordered for. */
export function ordersComeFromNeed(
  percent: number,
  isHonest: boolean,
  fullFromPercent: number,
): string | null {
  if (!isHonest || percent < fullFromPercent) return null;
  return `A request left at a true level of ${percent.toFixed(1)} %, and ${fullFromPercent.toFixed(1)} % is refilled.`;
}

/** Nothing is ordered before the time that a person said, whatever the clock says. */
export function aSnoozeIsHonoured(untilMs: number, nowMs: number): string | null {
  return nowMs >= untilMs ? null : `A request left, and the slot is snoozed until ${clockFace(untilMs)}.`;
}

/** A request can be recorded this long after it was given up. */
const LATE_MS_MAX = 15 * 60_000;

/**
 * No more purchases than `maxOrders` in its window (rule 8), whatever the clock says (rule 9). The agent counts a
 * purchase from the request that brought it, or, without an answer, from the first that may have.
 */
export function budgetIsKept(recordedAtMs: readonly number[], limits: SlotLimits): string | null {
  const { maxOrders } = limits;
  const lastMs = recordedAtMs.at(-1);
  if (maxOrders === null || lastMs === undefined) return null;
  const inWindow = recordedAtMs.filter((atMs) => atMs > lastMs - maxOrders.perMs + LATE_MS_MAX);
  if (inWindow.length <= maxOrders.count) return null;
  return `${inWindow.length} orders within ${maxOrders.perMs / 86_400_000} days, and ${maxOrders.count} are the most: ${inWindow.map(clockFace).join(', ')}.`;
}

const AFTER_CANCEL_MS = 5 * 86_400_000;

/** After a cancellation that the agent was told of: 5 days of nothing; after a second one, nothing until full (rule 7). */
export function cancellationsAreHonoured(toldAtMs: readonly number[], nowMs: number): string | null {
  const lastMs = toldAtMs.at(-1);
  if (lastMs === undefined) return null;
  if (nowMs - lastMs < AFTER_CANCEL_MS)
    return `The customer cancelled at ${clockFace(lastMs)}; 5 days have not passed.`;
  return toldAtMs.length < 2 ? null : 'The customer cancelled twice, and the slot was not full since.';
}
