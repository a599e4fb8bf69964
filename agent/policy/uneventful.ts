import { wouldKeep } from '../forecast/usage.ts';
import type { SlotState } from './decision.ts';
import type { SlotLimits } from './limits.ts';
import { confirmedAtMs, sawLevel } from './watch.ts';

/**
 * What `decide` makes of a believed level by which nothing happens: the state with this level, no step, nothing to wake
 * for. Null when something may happen, or when in doubt: then ask `decide`. Readings come ten times a second, and are
 * almost always like this; a decision with all of its circumstances takes five times as long.
 *
 * @param nowMs monotonic, whole milliseconds, of the boot `bootId`.
 */
export function takeUneventful(
  state: SlotState,
  percent: number,
  limits: SlotLimits,
  { bootId, nowMs }: { readonly bootId: string; readonly nowMs: number },
): SlotState | null {
  const { record, usage } = state;
  if (record.snooze !== null || wouldKeep(usage, bootId, nowMs)) return null;
  const watch = sawLevel(state.watch, limits, percent, nowMs);
  // A customer's second cancellation is forgiven by a brimful slot.
  if (
    watch.brimful !== null &&
    (record.cancels !== null || confirmedAtMs(watch.brimful, limits, nowMs) !== null)
  )
    return null;
  const { depletion } = record;
  const mayHappen =
    depletion === null
      ? watch.low !== null || (limits.leadTimeMs !== null && watch.wellBelowFull !== null)
      : depletion.stage.kind !== 'on-order' || watch.full !== null;
  return mayHappen ? null : { record, watch, usage, subscribed: state.subscribed };
}
