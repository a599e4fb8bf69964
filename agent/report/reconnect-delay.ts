const FIRST_STEP_MS = 1_000;
const LONGEST_STEP_MS = 60_000;
/** No attempt comes sooner than this part of the step. */
const SHORTEST_PART = 0.1;

/** Failures that the loss of a standing connection counts for: the step after it is 4 s. */
const LOSS_COUNTS_FOR = 3;
/** A connection that stood this long was well; a shorter one is part of the trouble. */
const STABLE_AFTER_MS = 60_000;

/**
 * Pause before the next attempt. Steps double from 1 s to 60 s, and the pause is spread over nearly the whole
 * step: ten thousand devices that lose one broker together must not come back together.
 * @param failures attempts that failed in a row, 1 or more.
 * @param random evenly spread, 0 to 1.
 */
export function reconnectDelayMs(failures: number, random: number): number {
  const stepMs = Math.min(LONGEST_STEP_MS, FIRST_STEP_MS * 2 ** Math.min(failures - 1, 10));
  return stepMs * (SHORTEST_PART + (1 - SHORTEST_PART) * random);
}

/**
 * Failures in a row, after one more connection or attempt ended. A loss starts at the 4 s step, because it is the
 * moment that all devices share; one that follows soon after connecting goes on counting, so that a broker which
 * accepts and throws out (two devices under one id, say) is not hammered.
 * @param connectedForMs how long the connection stood; null when it never did.
 */
export function failuresAfter(failures: number, connectedForMs: number | null): number {
  if (connectedForMs === null) return failures + 1;
  return connectedForMs >= STABLE_AFTER_MS ? LOSS_COUNTS_FOR : Math.max(failures + 1, LOSS_COUNTS_FOR);
}
