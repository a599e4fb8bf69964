import { median } from '../level/filter.ts';
import { elapsedAtMostMs, type Instant } from '../system/instant.ts';
import { BREAK, BUCKET_MS, BUCKETS_PER_DAY, MISSING } from './bucket.ts';
import { type Consumption, consumptionOf } from './consumption.ts';

/*
 *   believed samples, up to 10/s
 *     -> one kept every KEEP_EVERY_MS      `open`    the bucket that is being filled
 *     -> median of a bucket of 4 h         `closed`  six weeks of them, newest last
 *     -> percent points a day              `consumption`, worked out once per bucket
 */

/**
 * What is remembered of the use of a slot. Plain JSON, at most 4 KiB of it; replaced, never changed.
 * Levels are whole tenths of a percent: no sensor knows more, and it keeps the text short.
 */
export type UsageHistory = {
  /** When the last sample was kept; null before the first. */
  readonly keptAt: Instant | null;
  /** How long the open bucket lasted when that sample was kept. */
  readonly openForMs: number;
  /** Samples of the open bucket, oldest first, at most `OPEN_MAX`. */
  readonly open: readonly number[];
  /** Medians of the closed buckets, or `MISSING`, or `BREAK`; oldest first, at most `CLOSED_MAX`. */
  readonly closed: readonly number[];
  /** Spread of the single sample (standard deviation), percent points; averaged over about five buckets. */
  readonly noisePercent: number;
  /** Follows from `closed` and is kept beside it, because it is asked for with every sample. Null: too little known. */
  readonly consumption: Consumption | null;
};

/** Six weeks: a fortnight's holiday leaves four weeks that tell something. */
export const CLOSED_MAX = 42 * BUCKETS_PER_DAY;

const KEEP_EVERY_MS = 15 * 60_000;
/** Samples of one bucket. */
export const OPEN_MAX = BUCKET_MS / KEEP_EVERY_MS;

/** How much the newest bucket weighs in the noise. */
const NOISE_WEIGHT = 0.2;

export const NO_USAGE: UsageHistory = {
  keptAt: null,
  openForMs: 0,
  open: [],
  closed: [],
  noisePercent: 0,
  consumption: null,
};

/**
 * Takes one believed sample in. Returns `usage` itself unless the sample is kept, which is one in 15 minutes.
 * A sample that is not a number, or no later than the last one, is left out.
 *
 * @param sample `percent` 0 to 100; more or less is taken for the end of the scale.
 */
export function observe(
  usage: UsageHistory,
  sample: { readonly percent: number; readonly now: Instant },
): UsageHistory {
  const { percent, now } = sample;
  if (!Number.isFinite(percent)) return usage;
  if (usage.keptAt === null) return keep(usage, 0, percent, now);
  const elapsedMs = elapsedAtMostMs(usage.keptAt, now);
  // Within a boot a little back is a sample out of order; far back is a time that means nothing.
  if (elapsedMs < KEEP_EVERY_MS && elapsedMs > -BUCKET_MS) return usage;
  if (!Number.isFinite(elapsedMs) || elapsedMs < 0) return keep(close(usage, [BREAK]), 0, percent, now);
  const openForMs = usage.openForMs + elapsedMs;
  if (openForMs < BUCKET_MS) return keep(usage, openForMs, percent, now);
  const missing = Math.min(CLOSED_MAX, Math.floor(openForMs / BUCKET_MS) - 1);
  return keep(close(usage, Array<number>(missing).fill(MISSING)), openForMs % BUCKET_MS, percent, now);
}

/** Whether `observe` may do more with a finite sample of this moment than leave it out; true when in doubt. */
export function wouldKeep({ keptAt }: UsageHistory, bootId: string, nowMs: number): boolean {
  if (keptAt === null || keptAt.bootId !== bootId) return true;
  const elapsedMs = nowMs - keptAt.monotonicMs;
  return elapsedMs >= KEEP_EVERY_MS || elapsedMs <= -BUCKET_MS;
}

function keep(usage: UsageHistory, openForMs: number, percent: number, now: Instant): UsageHistory {
  const tenths = Math.round(Math.min(100, Math.max(0, percent)) * 10);
  return { ...usage, keptAt: now, openForMs, open: [...usage.open, tenths].slice(-OPEN_MAX) };
}

/** @param after what comes between the bucket that closes and the next. */
function close(usage: UsageHistory, after: readonly number[]): UsageHistory {
  const bucket = usage.open.length === 0 ? MISSING : Math.round(median(usage.open));
  const closed = [...usage.closed, bucket, ...after].slice(-CLOSED_MAX);
  const noisePercent = noiseOf(usage);
  return { ...usage, open: [], closed, noisePercent, consumption: consumptionOf(closed, noisePercent) };
}

/**
 * From the steps between neighbouring samples: within 15 minutes use hardly moves a level, so what moves is noise.
 * The median step of normal noise is 0.954 standard deviations.
 */
function noiseOf(usage: UsageHistory): number {
  const { open } = usage;
  if (open.length < 4) return usage.noisePercent;
  const steps = open.slice(1).map((tenths, i) => Math.abs(tenths - (open[i] ?? tenths)));
  const noisePercent = median(steps) / 10 / 0.954;
  if (usage.closed.length === 0) return noisePercent;
  return usage.noisePercent + NOISE_WEIGHT * (noisePercent - usage.noisePercent);
}
