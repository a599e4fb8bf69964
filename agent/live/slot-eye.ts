import type { SensorHealth } from '../level/sensor-health.ts';
import { letAge, NOTHING_READ, takeReading } from '../level/settle.ts';
import type { FoundRecord } from '../policy/assign-records.ts';
import { NEW_RECORD } from '../policy/decide.ts';
import type { Context } from '../policy/decision.ts';
import { storedStanding } from '../policy/stored-standing.ts';
import { isConfirmed, lostLevel, NOTHING_SEEN, sawLevel, sawRestless } from '../policy/watch.ts';
import type { SlotView } from '../report/payload.ts';
import { slotView } from '../report/slot-view.ts';
import type { SlotSettings } from '../settings.ts';
import type { Clock } from '../system/clock.ts';

/** Looks at one slot as the service does, and decides nothing: there is no way from here to an order. */
export type SlotEye = {
  take(raw: number): void;
  view(): SlotView;
  sensorHealth(): SensorHealth;
};

const LOW_WHY = 'The level is believed to be low: the service orders when it runs again.';

/** @param record the slot's history as it lies on disk; null without one. */
export function createSlotEye(settings: SlotSettings, record: FoundRecord | null, clock: Clock): SlotEye {
  const { limits } = settings;
  let level = NOTHING_READ;
  let watch = NOTHING_SEEN;
  const isOpen = record === 'lost' || (record !== null && record.depletion !== null);
  const known = record === null || record === 'lost' ? NEW_RECORD : record;
  const view = (): SlotView => {
    level = letAge(settings.level, level, clock.nowMs());
    if (level.level.kind === 'unknown') watch = lostLevel(watch, level.level.cause);
    const now = clock.instant();
    const state = { record: known, watch, usage: known.usage, subscribed: null };
    const context: Context = { now, tokenFingerprint: null, spareOrderId: '', jitter: 0 };
    const seen = slotView(state, level, settings.level, limits, context);
    if (isOpen) return { ...seen, ...storedStanding(record), nextWakeAtMs: null };
    const isLow = isConfirmed(watch.low, limits, now.monotonicMs);
    return isLow ? { ...seen, why: LOW_WHY } : seen;
  };
  return {
    take: (raw) => {
      const taken = takeReading(settings.level, level, raw, clock.nowMs());
      level = taken.state;
      if (level.level.kind === 'unknown') watch = lostLevel(watch, level.level.cause);
      else if (taken.counts) {
        const { percent } = level.level;
        watch = taken.isAtRest ? sawLevel(watch, limits, percent, clock.nowMs()) : sawRestless(percent);
      }
    },
    view,
    sensorHealth: () => level.health,
  };
}
