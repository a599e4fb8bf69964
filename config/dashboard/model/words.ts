/** Times and numbers for people. Pure. */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `45 s`, `12 min`, `3 h`, `9 d`. */
export function spanText(ms: number): string {
  const span = Math.abs(ms);
  if (span < MINUTE_MS) return `${Math.round(span / 1000)} s`;
  if (span < HOUR_MS) return `${Math.round(span / MINUTE_MS)} min`;
  if (span < 2 * DAY_MS) return `${Math.round(span / HOUR_MS)} h`;
  return `${Math.round(span / DAY_MS)} d`;
}

/** `in 3 h`, `12 min ago`, `now`. */
export function relativeText(atMs: number, nowMs: number): string {
  const ms = atMs - nowMs;
  if (Math.abs(ms) < 1_000) return 'now';
  return ms > 0 ? `in ${spanText(ms)}` : `${spanText(ms)} ago`;
}

/** `42 %`, or `unknown`. */
export function levelText(percent: number | null): string {
  return percent === null ? 'unknown' : `${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** `1 device`, `2 devices`. */
export function countText(count: number, word: string): string {
  return `${count.toLocaleString('en-GB')} ${word}${count === 1 ? '' : 's'}`;
}

/** What people call a phase, with the reason of a hold. */
export function phaseText(phase: string, reason: string | null): string {
  return reason === null ? phase : `${phase}: ${reason}`;
}
