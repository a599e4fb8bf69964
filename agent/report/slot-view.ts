import { forecastEmpty } from '../forecast/forecast-empty.ts';
import { isStuck } from '../level/sensor-health.ts';
import { type LevelSettings, type LevelState, sensorWord } from '../level/settle.ts';
import type { Context, SlotState } from '../policy/decision.ts';
import type { SlotLimits } from '../policy/limits.ts';
import { snoozeRestMs } from '../policy/snooze.ts';
import { standingOf } from '../policy/standing.ts';
import { wakeAtMs } from '../policy/wake-time.ts';
import { isConfirmed } from '../policy/watch.ts';
import { elapsedAtLeastMs } from '../system/instant.ts';
import type { SlotView } from './payload.ts';

const STUCK_SENTENCE =
  'The raw value has not changed for longer than stuckAfter: see whether the sensor still follows the level.';

/** All that people are told of a slot, as it is at this moment. */
export function slotView(
  state: SlotState,
  level: LevelState,
  levelSettings: Pick<LevelSettings, 'stuckAfterMs'>,
  limits: SlotLimits,
  context: Context,
): SlotView {
  const { levelPercent, wellBelowFull, notFull, full } = state.watch;
  const { wallMs, monotonicMs } = context.now;
  const wakesAtMs = wakeAtMs(state, limits, context);
  const snoozedMs = snoozeRestMs(state.record.snooze, context.now);
  const forecast = levelPercent === null ? null : forecastEmpty(state.usage, levelPercent, context.now);
  return {
    ...standingOf(state, limits, context),
    level: levelPercent,
    raw: level.lastRaw,
    sensor: sensorWord(level.level),
    emptyAtMs: forecast === null ? null : context.now.wallMs + Math.round(forecast.emptyInMs),
    subscribed: state.subscribed,
    lastOrder: state.record.lastOrder,
    snoozedUntilMs: snoozedMs === 0 ? null : wallMs + Math.round(snoozedMs),
    warning: isStuck(level.health, levelSettings.stuckAfterMs, context.now.monotonicMs)
      ? STUCK_SENTENCE
      : null,
    isNoisy: level.isNoisy,
    isConfirmed: isConfirmed(wellBelowFull ?? notFull ?? full, limits, monotonicMs),
    nextWakeAtMs: wakesAtMs === null ? null : Math.round(wallMs - monotonicMs + wakesAtMs),
    standsSince: standsSince(state, context),
    atMs: wallMs,
  };
}

function standsSince({ record: { depletion } }: SlotState, { now }: Context): SlotView['standsSince'] {
  if (depletion === null) return null;
  const { stage, doubtSince } = depletion;
  const since = stage.kind === 'on-order' || stage.kind === 'held' ? stage.since : doubtSince;
  return since === null ? null : { wallMs: since.wallMs, atLeastMs: elapsedAtLeastMs(since, now) };
}
