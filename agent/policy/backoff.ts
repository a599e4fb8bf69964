/** A server may ask for patience, not for ever: longer hints are cut to a day. */
const RETRY_AFTER_MS_MAX = 24 * 60 * 60 * 1000;

/**
 * How long to wait after the n-th failure in a row, milliseconds. Steps double from `firstMs` to `maxMs`; each is
 * jittered between its half and its whole, so that a fleet that lost DRS together does not return together.
 * A `Retry-After` longer than that wins.
 *
 * @param failures 1 after the first failure.
 * @param jitter 0 (half of the step) up to 1 (the whole).
 */
export function backoffMs(
  failures: number,
  retry: { readonly firstMs: number; readonly maxMs: number },
  jitter: number,
  retryAfterMs: number | null,
): number {
  // 2^40 of anything is past any `maxMs`; without the bound the power runs to Infinity and times zero to NaN.
  const stepMs = Math.min(retry.maxMs, retry.firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 40));
  const jitteredMs = stepMs * (0.5 + 0.5 * jitter);
  return Math.max(jitteredMs, Math.min(retryAfterMs ?? 0, RETRY_AFTER_MS_MAX));
}
