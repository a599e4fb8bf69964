import type { Config } from '../config/config.ts';
import type { LevelSettings } from './level/settle.ts';
import type { SlotLimits } from './policy/limits.ts';
import { REPORTS_ONLY } from './replenish/provider.ts';

/** Everything that one slot's flow is told by the configuration, stage by stage. */
export type SlotSettings = {
  /** Local name; part of topics and the key of the slot's record. */
  readonly name: string;
  readonly level: LevelSettings;
  readonly limits: SlotLimits;
  readonly report: {
    /** Smallest change of level worth a message of its own, percent points. */
    readonly deadbandPercent: number;
  };
};

/** The configuration's slots as each stage of the flow wants them. */
export function slotSettingsOf(config: Config): readonly SlotSettings[] {
  const { provider, inDoubtWindowMs, retry, dryRun } = config.replenish;
  return Object.entries(config.slots).map(([name, slot]) => ({
    name,
    level: {
      points: slot.calibration.points,
      valid: slot.valid,
      sentinels: slot.sentinels,
      medianOf: slot.filter.median,
      // Whoever confirms by a single, unfiltered reading wants each of them acted on.
      judgesNoise: slot.filter.median > 1 || slot.confirm.samples > 1,
      maxNoisePercent: slot.filter.maxNoisePercent,
      maxRatePercentPerS: slot.filter.maxRatePercentPerS,
      staleAfterMs: slot.staleAfterMs,
      stuckAfterMs: slot.stuckAfterMs,
    },
    limits: {
      slotId: slot.slotId,
      leadTimeMs: slot.leadTimeMs,
      reorderAtPercent: slot.reorderAtPercent,
      rearmAtPercent: slot.rearmAtPercent,
      confirm: slot.confirm,
      maxOrders: slot.maxOrders,
      inDoubtWindowMs,
      retry,
      reportsOnly: REPORTS_ONLY[provider],
      dryRun,
    },
    report: { deadbandPercent: config.mqtt.deadbandPercent },
  }));
}

/** A connection is silent too long when the first of its slots would go stale; a slot nobody reads never does. */
export function silenceLimitMs(config: Config, hardware: string): number {
  const settings = config.hardware[hardware];
  const configured =
    settings !== undefined && 'reopenAfterSilenceMs' in settings ? settings.reopenAfterSilenceMs : null;
  if (configured !== null) return configured;
  const staleAfter = Object.values(config.slots)
    .filter((slot) => slot.sensor.from === hardware)
    .map((slot) => slot.staleAfterMs);
  return staleAfter.length === 0 ? UNREAD_SILENCE_MS : Math.min(...staleAfter);
}

/** For a connection that no slot reads: it is watched all the same, at leisure. */
const UNREAD_SILENCE_MS = 60_000;

/** The channels of a connection that slots read. */
export function channelsRead(config: Config, hardware: string): readonly string[] {
  return Object.values(config.slots).flatMap(({ sensor }) =>
    sensor.from === hardware && sensor.channel !== null ? [sensor.channel] : [],
  );
}
