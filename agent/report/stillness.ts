import { isStuck } from '../level/sensor-health.ts';
import { type LevelSettings, type LevelState, sensorWord } from '../level/settle.ts';
import type { SlotState } from '../policy/decision.ts';
import type { SlotLimits } from '../policy/limits.ts';
import type { SlotView } from './payload.ts';

/** What a slot's view is drawn from. */
export type Seen = { readonly state: SlotState; readonly level: LevelState };

/**
 * Whether a slot surely stands where it stood, so that its view would bring no news. Readings come ten times a second
 * and change nothing for weeks: then no view is drawn, with its sentences and forecasts. When in doubt, false.
 *
 * @param sent the view that was reported last, and nothing has been held back since.
 * @param before what was seen when a view was last compared with it.
 */
export function standsStill(
  sent: SlotView,
  before: Seen,
  { state, level }: Seen,
  {
    limits,
    level: { stuckAfterMs },
    report,
  }: {
    readonly limits: Pick<SlotLimits, 'reorderAtPercent'>;
    readonly level: Pick<LevelSettings, 'stuckAfterMs'>;
    readonly report: { readonly deadbandPercent: number };
  },
  nowMs: number,
): boolean {
  const { record, subscribed, watch } = state;
  // Whoever waits to send, or is snoozed, depends on the time and the token of the moment.
  if (record !== before.state.record || record.snooze !== null || record.depletion?.stage.kind === 'due')
    return false;
  if (subscribed !== before.state.subscribed || sensorWord(level.level) !== sent.sensor) return false;
  if (isStuck(level.health, stuckAfterMs, nowMs) !== (sent.warning !== null)) return false;
  if (watch.levelPercent === null || sent.level === null) return watch.levelPercent === sent.level;
  const isSameSide = watch.levelPercent <= limits.reorderAtPercent === sent.level <= limits.reorderAtPercent;
  const change = Math.abs(watch.levelPercent - sent.level);
  return isSameSide && (change === 0 || change < report.deadbandPercent);
}
