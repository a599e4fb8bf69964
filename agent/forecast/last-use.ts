import { median } from '../level/filter.ts';
import { elapsedAtMostMs, type Instant } from '../system/instant.ts';
import { BREAK, BUCKET_MS, MISSING } from './bucket.ts';
import type { UsageHistory } from './usage.ts';

/** A fall smaller than this, percent points, may be resolution or drift. */
const USE_PERCENT_MIN = 0.3;

/** And of so many standard deviations of a single sample; a bucket's median has about a third of them. */
const USE_NOISE_MIN = 1.5;

/**
 * How long ago the slot was used last, milliseconds, to a bucket of four hours. Where the history shows no use, since
 * when it would have: the use was earlier than that.
 *
 * @param percent the believed level, 0 to 100.
 */
export function lastUseAgoMs(usage: UsageHistory, percent: number, now: Instant): number {
  const { keptAt, closed, open, openForMs } = usage;
  if (keptAt === null) return 0;
  const elapsedMs = elapsedAtMostMs(keptAt, now);
  const silentMs = Number.isFinite(elapsedMs) ? Math.max(0, elapsedMs) : 0;
  const fall = Math.max(USE_PERCENT_MIN, USE_NOISE_MIN * usage.noisePercent);
  const latest = open.length === 0 ? percent : median(open) / 10;
  if (latest - percent >= fall) return 0;
  /** When bucket `index` ended, before now. */
  const endedAgoMs = (index: number): number =>
    silentMs + openForMs + (closed.length - 1 - index) * BUCKET_MS;
  // Backwards: the first bucket that lies above all later ones; its end is when something was used, give or take one.
  let lowest = Math.min(percent, latest);
  for (let index = closed.length - 1; index >= 0; index--) {
    const tenths = closed[index] ?? MISSING;
    if (tenths === BREAK) return endedAgoMs(index);
    if (tenths === MISSING) continue;
    if (tenths / 10 - lowest >= fall) return endedAgoMs(index);
    lowest = Math.min(lowest, tenths / 10);
  }
  return silentMs + openForMs + closed.length * BUCKET_MS;
}
