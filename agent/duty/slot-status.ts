import type { SlotStatus } from '../replenish/request.ts';

/** What is known of a slot when its level is told. */
export type SlotKnown = {
  /** Believed level, percent. */
  readonly levelPercent: number;
  /** What a full container holds, in the unit agreed for the device. */
  readonly capacity: number;
  /** When the forecast has the slot empty, wall time; null without a forecast. */
  readonly emptyAtMs: number | null;
  /** Whether a depletion is open, or the level low. */
  readonly isLow: boolean;
  /** Wall time. */
  readonly lastUseAtMs: number;
};

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/**
 * The level of a slot in the words of DRS. `expectedReplenishmentDate` has to be passed also while nothing is known:
 * a low slot needs it now; of another one, whose use nobody has seen yet, no need is in sight, which a year says, and
 * the first forecast corrects.
 *
 * @param wallMs now, milliseconds since 1970 UTC.
 */
export function slotStatusOf(known: SlotKnown, wallMs: number): SlotStatus {
  const unforeseenAtMs = known.isLow ? wallMs : wallMs + YEAR_MS;
  return {
    expectedReplenishmentAtMs: Math.max(wallMs, known.emptyAtMs ?? unforeseenAtMs),
    remainingQuantity: Math.round(known.levelPercent * known.capacity) / 100,
    originalQuantity: known.capacity,
    lastUseAtMs: Math.min(wallMs, known.lastUseAtMs),
  };
}
