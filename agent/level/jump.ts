/** Where the level was about a second ago: what changes are measured against. */
export type Anchor = { readonly percent: number; readonly atMs: number };

/** Readings that come faster than this say no more about a container than one in this time does. */
const ANCHOR_MS = 1_000;

/**
 * Whether a level went away from the anchor faster than a container can fill or drain by itself. A refill does, and a
 * hand before the sensor: which of them it was is told by what comes after.
 *
 * @param maxRatePercentPerS percent points a second.
 */
export function isJump(anchor: Anchor, percent: number, atMs: number, maxRatePercentPerS: number): boolean {
  const elapsedMs = Math.max(ANCHOR_MS, atMs - anchor.atMs);
  return Math.abs(percent - anchor.percent) * 1_000 > maxRatePercentPerS * elapsedMs;
}

/** The anchor for the next reading: moved after a jump, and when it has aged; kept in between, so that a ramp is seen. */
export function nextAnchor(anchor: Anchor | null, percent: number, atMs: number, jumped: boolean): Anchor {
  return anchor === null || jumped || atMs - anchor.atMs >= ANCHOR_MS ? { percent, atMs } : anchor;
}

/** Whether values lie together, within `width`. */
export function agree(values: readonly number[], width: number): boolean {
  return Math.max(...values) - Math.min(...values) <= width;
}
