import { median } from '../level/filter.ts';
import { BUCKETS_PER_DAY } from './bucket.ts';
import { dropsPerBucket } from './drops.ts';

/** How much is used, percent points a day, as far as the past tells. */
export type Consumption = {
  /** What to reckon with from now on. Above 0. */
  readonly perDay: number;
  /** A busy stretch without a weekend; not below `perDay`. */
  readonly highPerDay: number;
  /** A light week, idle ones among them; 0 to `perDay`. */
  readonly lowPerDay: number;
  /** 0 to 1. */
  readonly sureness: number;
};

/** Whole weeks: so a weekend is in each of them, whatever day it is. */
const WINDOW_DAYS = 7;

/** A working week. One stretch in seven has no weekend in it, so the highest tenth shows it. */
const BUSY_DAYS = 5;

/** With less nothing is said. */
const DAYS_MIN = 1;

/** A window counts as used from this part of a heavy one on; below, the slot stood idle. */
const ACTIVE_PART = 0.25;

const HALF_DAY = BUCKETS_PER_DAY / 2;

/** A working day touches two half days, so three of them tell it from a leak. */
const LOSS_HALF_DAYS = 3;

/** Days that have to pass before a forecast is half as sure as the past can make it. */
const HALF_SURE_DAYS = 1.5;

/** What noise may fake between two buckets: three standard deviations of their difference, and the resolution. */
const FAKED_PER_NOISE = 3 * 0.45;
const FAKED_PERCENT_MIN = 0.3;

/**
 * The consumption that a history shows, null when it is too short or shows none.
 *
 * `perDay` is the largest of three, each deaf to what the other two hear:
 * - the usual week: the median of all weeks in which something was used. Holidays don't thin it, a burst doesn't move it;
 * - the last week: use that has grown;
 * - what each of the last half days lost: a leak. It runs by night too; a burst, or one odd step, does not.
 *
 * @param closed as in `UsageHistory`.
 */
export function consumptionOf(closed: readonly number[], noisePercent: number): Consumption | null {
  const drops = dropsPerBucket(closed, noisePercent);
  const days = Math.floor(drops.length / BUCKETS_PER_DAY);
  if (days < DAYS_MIN) return null;
  const weeks = windows(drops, Math.min(days, WINDOW_DAYS));
  const heavy = quantile(weeks, 0.9);
  const used = weeks.filter((perDay) => perDay > 0 && perDay >= ACTIVE_PART * heavy);
  const usual = used.length === 0 ? 0 : median(used);
  const lastWeek = weeks[0] ?? 0;
  const loss = steadyLoss(drops);
  const perDay = Math.max(usual, lastWeek, loss);
  const evidenceDays = perDay === loss ? LOSS_HALF_DAYS / 2 : Math.min(days, WINDOW_DAYS);
  const evidencePercent = perDay * evidenceDays;
  const fakedPercent = FAKED_PERCENT_MIN + FAKED_PER_NOISE * noisePercent;
  if (!(evidencePercent > fakedPercent)) return null;
  const highPerDay = Math.max(perDay, quantile(windows(drops, Math.min(days, BUSY_DAYS)), 0.9));
  const lowPerDay = Math.max(0, Math.min(perDay, quantile(weeks, 0.1)));
  const covered = 1 - 2 ** (-days / HALF_SURE_DAYS);
  const significant = 1 - fakedPercent / evidencePercent;
  const steady = perDay / (perDay + 0.25 * (highPerDay - lowPerDay));
  return {
    perDay: rounded(perDay),
    highPerDay: rounded(highPerDay),
    lowPerDay: rounded(lowPerDay),
    sureness: rounded(covered * significant * steady),
  };
}

/** Percent points a day over each stretch of `days`, the newest first, the next one day further back. */
function windows(drops: readonly number[], days: number): readonly number[] {
  const found: number[] = [];
  const length = days * BUCKETS_PER_DAY;
  for (let end = drops.length; end >= length; end -= BUCKETS_PER_DAY)
    found.push(fall(drops, end, length) / days);
  return found;
}

/** The least of the last half days: what runs by night as by day. A burst is over before it fills them all. */
function steadyLoss(drops: readonly number[]): number {
  if (drops.length < LOSS_HALF_DAYS * HALF_DAY) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < LOSS_HALF_DAYS; i++)
    least = Math.min(least, fall(drops, drops.length - i * HALF_DAY, HALF_DAY));
  return least * 2;
}

/** Percent points over `length` buckets, the last of them before `end`. */
function fall(drops: readonly number[], end: number, length: number): number {
  let total = 0;
  for (let i = end - length; i < end; i++) total += drops[i] ?? 0;
  return total;
}

/** The value that `part` of all are not above. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(part * (sorted.length - 1))] ?? 0;
}

/** Six digits tell enough, and keep the history short. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
