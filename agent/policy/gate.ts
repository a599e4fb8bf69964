import { elapsedAtLeastMs, elapsedAtMostMs, type Instant } from '../system/instant.ts';
import type { Context, SlotState } from './decision.ts';
import type { SlotLimits } from './limits.ts';
import type { Cancels, Depletion } from './slot-state.ts';
import { snoozeRestMs } from './snooze.ts';
import { confirmedAtMs, isConfirmed } from './watch.ts';

/** Why an order that is due does not leave yet. */
export type Obstacle =
  /** The level is unknown. */
  | 'no-level'
  /** The level is known, but not for long enough after a restart, a fault or a high reading. */
  | 'unconfirmed'
  /** Amazon says that the customer has no product selected: only a subscribed slot may be ordered for. */
  | 'unsubscribed'
  | 'no-token'
  /** The only token at hand is the one that DRS refused. */
  | 'token-rejected'
  | 'budget'
  | 'cancelled-once'
  | 'cancelled-twice'
  /** A person wants nothing ordered for a while. */
  | 'snoozed'
  | 'backoff';

export type Gate =
  | { readonly open: true }
  | {
      readonly open: false;
      readonly obstacle: Obstacle;
      /** Monotonic time at which the obstacle goes by itself; null when only an event removes it. */
      readonly untilMs: number | null;
    };

const OPEN: Gate = { open: true };

/**
 * Whether a due order may leave now; what people have to mend is named before what passes by itself. Each question is
 * asked again before every single request: an order that waited is re-validated against the level, the token and the
 * budget of the moment.
 */
export function gate(state: SlotState, depletion: Depletion, limits: SlotLimits, context: Context): Gate {
  const { watch, record } = state;
  const nowMs = context.now.monotonicMs;
  if (context.tokenFingerprint === null) return shut('no-token', null);
  if (context.tokenFingerprint === depletion.rejectedToken) return shut('token-rejected', null);
  // A doubtful request was made while it might: what came of it can still be asked.
  if (state.subscribed === false && depletion.doubtSince === null) return shut('unsubscribed', null);
  const cancelled = cancelledGate(record.cancels, context.now);
  if (!cancelled.open) return cancelled;
  // A repeat of a doubtful request is the same purchase, which the budget counts already.
  const freeAtMs = depletion.doubtSince === null ? budgetFreeAtMs(record.placed, limits, context.now) : nowMs;
  if (freeAtMs > nowMs) return shut('budget', freeAtMs);
  const snoozedMs = snoozeRestMs(record.snooze, context.now);
  if (snoozedMs > 0) return shut('snoozed', nowMs + snoozedMs);
  if (watch.levelPercent === null) return shut('no-level', null);
  if (!isConfirmed(watch.notFull, limits, nowMs)) {
    return shut('unconfirmed', confirmedAtMs(watch.notFull, limits, nowMs));
  }
  const stage = depletion.stage;
  if (stage.kind === 'due') {
    const waitedMs = elapsedAtLeastMs(stage.since, context.now);
    if (waitedMs < stage.waitMs) return shut('backoff', nowMs + stage.waitMs - waitedMs);
  }
  return OPEN;
}

/** Amazon: a device reorders 5 days after the customer cancelled (docs/dash/customer-experience-guidelines.html). */
const CANCELLED_ONCE_MS = 5 * 24 * 60 * 60 * 1000;

/** After a second cancellation in a row, nothing is ordered until the slot was full again; `decide` forgets it then. */
function cancelledGate(cancels: Cancels | null, now: Instant): Gate {
  if (cancels === null) return OPEN;
  if (cancels.count === 2) return shut('cancelled-twice', null);
  const restMs = CANCELLED_ONCE_MS - elapsedAtLeastMs(cancels.at, now);
  return restMs > 0 ? shut('cancelled-once', now.monotonicMs + restMs) : OPEN;
}

/** Whether a doubtful order may no longer be repeated: DRS's lock may have gone with a delivery by now. */
export function isDoubtWindowOver(depletion: Depletion, limits: SlotLimits, now: Instant): boolean {
  if (depletion.doubtSince === null) return false;
  return elapsedAtMostMs(depletion.doubtSince, now) >= limits.inDoubtWindowMs;
}

/** Monotonic time at which another purchase fits the budget; now or earlier when one fits already. */
function budgetFreeAtMs(placed: readonly Instant[], limits: SlotLimits, now: Instant): number {
  if (limits.maxOrders === null || placed.length < limits.maxOrders.count) return now.monotonicMs;
  const oldestThatCounts = placed[placed.length - limits.maxOrders.count];
  if (oldestThatCounts === undefined) return now.monotonicMs;
  return now.monotonicMs + limits.maxOrders.perMs - elapsedAtLeastMs(oldestThatCounts, now);
}

function shut(obstacle: Obstacle, untilMs: number | null): Gate {
  return { open: false, obstacle, untilMs };
}
