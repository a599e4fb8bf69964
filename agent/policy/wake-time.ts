import { elapsedAtMostMs } from '../system/instant.ts';
import type { Context, SlotState } from './decision.ts';
import { gate } from './gate.ts';
import type { SlotLimits } from './limits.ts';
import type { Depletion } from './slot-state.ts';
import { snoozeWakeAtMs } from './snooze.ts';
import { confirmedAtMs } from './watch.ts';

/** When time alone may change the decision, monotonic milliseconds; null when only an event can. */
export function wakeAtMs(state: SlotState, limits: SlotLimits, context: Context): number | null {
  return earliest(snoozeWakeAtMs(state.record.snooze, context.now), decisionWakeAtMs(state, limits, context));
}

function decisionWakeAtMs(state: SlotState, limits: SlotLimits, context: Context): number | null {
  const { watch, record } = state;
  const nowMs = context.now.monotonicMs;
  const { depletion } = record;
  if (depletion === null) {
    return earliest(confirmedAtMs(watch.low, limits, nowMs), confirmedAtMs(watch.brimful, limits, nowMs));
  }
  const refilledAtMs = confirmedAtMs(watch.full, limits, nowMs);
  if (depletion.stage.kind !== 'due') return refilledAtMs;
  const way = gate(state, depletion, limits, context);
  return earliest(
    refilledAtMs,
    earliest(way.open ? null : way.untilMs, doubtEndsAtMs(depletion, limits, context)),
  );
}

function doubtEndsAtMs(depletion: Depletion, limits: SlotLimits, context: Context): number | null {
  if (depletion.doubtSince === null) return null;
  return (
    context.now.monotonicMs + limits.inDoubtWindowMs - elapsedAtMostMs(depletion.doubtSince, context.now)
  );
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
