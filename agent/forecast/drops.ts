import { BREAK, MISSING } from './bucket.ts';

/** A rise of this much, percent points, from one bucket to the next is a refill, whatever the noise. */
const REFILL_PERCENT_MIN = 3;

/** And of so many standard deviations of a single sample. A bucket has about a third of them. */
const REFILL_NOISE_MIN = 2;

/** At and below this level, percent, nothing is left to be used: such time says nothing about use. */
const EMPTY_PERCENT = 0.5;

/**
 * By how many percent points the level fell in each bucket that tells something, oldest first; a rise below a refill
 * is a negative fall, so that noise and drift cancel out instead of adding up.
 *
 * Left out, time and all: refills, time at the bottom, breaks, and a gap that ends higher than it began.
 * A gap that ends lower is spread evenly: so much was used at least, and in a time that is known.
 *
 * @param closed medians in tenths of a percent, or `MISSING`, or `BREAK`, as in `UsageHistory`.
 */
export function dropsPerBucket(closed: readonly number[], noisePercent: number): readonly number[] {
  const refillPercent = Math.max(REFILL_PERCENT_MIN, REFILL_NOISE_MIN * noisePercent);
  const drops: number[] = [];
  let last: number[] = [];
  let before: number | null = null;
  let gap = 0;
  for (const entry of closed) {
    if (entry === MISSING) {
      gap += 1;
      continue;
    }
    if (entry === BREAK) {
      [last, before, gap] = [[], null, 0];
      continue;
    }
    if (gap > 2) last = [];
    last.push(entry / 10);
    if (last.length > 3) last.shift();
    const percent = steady(last);
    if (before !== null && isTelling(before, percent, refillPercent)) {
      const share = (before - percent) / (gap + 1);
      for (let i = 0; i <= gap; i++) drops.push(share);
    }
    [before, gap] = [percent, 0];
  }
  return drops;
}

/** Of three the middle one: a bucket that is off by itself (a lifted container) counts for nothing. Of two the higher. */
function steady(last: readonly number[]): number {
  const [a = 0, b = a, c] = last;
  if (c === undefined) return Math.max(a, b);
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function isTelling(before: number, percent: number, refillPercent: number): boolean {
  if (percent - before >= refillPercent) return false;
  return before > EMPTY_PERCENT || percent > EMPTY_PERCENT;
}
