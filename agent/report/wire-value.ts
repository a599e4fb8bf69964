import { isoTime } from '../system/iso-instant.ts';

const LAST_WIRE_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * A wall time as the wire has it: ISO 8601, UTC, milliseconds. Times that four-digit years cannot show are
 * brought to the nearest that can, because a report about a bad clock must not fail on that clock.
 */
export function wireTime(wallMs: number): string {
  const finiteMs = Number.isFinite(wallMs) ? wallMs : 0;
  return isoTime(Math.min(Math.max(finiteMs, 0), LAST_WIRE_TIME_MS));
}

/** Like {@link wireTime}; null stays null. */
export function wireTimeOrNull(wallMs: number | null): string | null {
  return wallMs === null ? null : wireTime(wallMs);
}

/** A level for the wire: percent, 0 to 100, rounded to 0.1; null when it is not known. */
export function wireLevel(levelPercent: number | null): number | null {
  if (levelPercent === null || !Number.isFinite(levelPercent)) return null;
  const rounded = Math.round(Math.min(Math.max(levelPercent, 0), 100) * 10) / 10;
  // Minus zero would pass for a number of its own in comparisons.
  return rounded === 0 ? 0 : rounded;
}
