import type { SlotRecord } from '../../../agent/policy/slot-state.ts';
import type { Attempt } from '../attempts.ts';
import { clockFace } from '../timeline.ts';

/** What leaves is known to the disk, as it would be after a power cut (contract, section 3, rule 3). */
export function intentIsDurableBeforeItIsSent(durable: SlotRecord | null): string | null {
  const stage = durable?.depletion?.stage.kind ?? 'none';
  return stage === 'sending' ? null : `A request left while the durable record stood at ${stage}.`;
}

/** One intent, one request. */
export function anIntentLeavesOnce(attempt: Attempt): string | null {
  return attempt.leftAtMs === null ? null : `${attempt.orderId}/${attempt.attempt} left a second time.`;
}

/** `orderId` names one depletion's order, and `attempt` counts its requests: reports are told apart by them. */
export function attemptsCountUp(attempt: number, before: number): string | null {
  return attempt === before + 1 ? null : `Attempt ${attempt} follows attempt ${before}.`;
}

/** A new depletion, or a new order after a cancellation, has an id that no order had before. */
export function orderIdsAreNew(orderId: string, known: ReadonlySet<string>): string | null {
  return known.has(orderId) ? `Order id ${orderId} is used for another order.` : null;
}

/** DRS said that an order exists, and the agent has it on disk: nothing is sent for it again. */
export function nothingFollowsAnOrder(earlier: readonly Attempt[]): string | null {
  const placed = earlier.find(({ answer, isReported }) => answer?.kind === 'order' && isReported);
  return placed === undefined
    ? null
    : `${placed.orderId}/${placed.attempt} was answered with an order, and another request left.`;
}

/** What may have been ordered is repeated within the in-doubt window, by the true clock, and never after (rule 5). */
export function nothingIsRepeatedAfterTheWindow(
  earlier: readonly Attempt[],
  windowMs: number,
  nowMs: number,
): string | null {
  const doubtful = earlier.find(({ answer }) => answer === null || answer.kind === 'unanswered');
  if (doubtful === undefined || nowMs - doubtful.intendedAtMs <= windowMs) return null;
  const hours = ((nowMs - doubtful.intendedAtMs) / 3_600_000).toFixed(1);
  return `${doubtful.orderId}/${doubtful.attempt} of ${clockFace(doubtful.intendedAtMs)} is in doubt and repeated ${hours} h later.`;
}
