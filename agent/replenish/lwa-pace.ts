/** The access token is replaced this long before its end, or after four fifths of a short life. */
const MARGIN_MS = { min: 60_000, max: 300_000 } as const;

/** A service that gave ever shorter lives would otherwise be asked without a pause. */
const DUE_MS_MIN = 5_000;

/**
 * When the next access token is due, from the request for this one; drawn within the margin, so that a fleet that was
 * switched on together does not ask together for ever.
 *
 * @param lifeMs of the access token.
 * @param draw 0 up to 1.
 */
export function dueAfterMs(lifeMs: number, draw: number): number {
  const shortestMs = Math.min(MARGIN_MS.min, lifeMs / 5);
  const longestMs = Math.min(MARGIN_MS.max, lifeMs / 5);
  return Math.max(DUE_MS_MIN, lifeMs - shortestMs - draw * (longestMs - shortestMs));
}
