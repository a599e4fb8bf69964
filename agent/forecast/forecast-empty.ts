import { elapsedAtMostMs, type Instant } from '../system/instant.ts';
import type { UsageHistory } from './usage.ts';

/** When a slot will be empty, from now, milliseconds, each at most ten years. `soonestMs <= emptyInMs <= latestMs`. */
export type Forecast = {
  /** With the use to reckon with; errs towards too soon where the past is uneven. */
  readonly emptyInMs: number;
  /** With heavy use. */
  readonly soonestMs: number;
  /** With light use. */
  readonly latestMs: number;
  /** How much the past has to say: 0 nothing, 1 weeks of even use, far above the noise, up to this very day. */
  readonly sureness: number;
};

const DAY_MS = 86_400_000;

/** Nobody plans further, and a date beyond helps nobody. */
const HORIZON_MS = 3_650 * DAY_MS;

/** A history is half as good after this much silence. */
const HALF_LIFE_MS = 21 * DAY_MS;

/** How good it is after a silence that nobody can measure. */
const SURENESS_AFTER_BREAK = 0.5;

/** Two days of even use are sure enough; an order too early costs shelf space, one too late an empty slot. */
const SURE_ENOUGH = 0.5;

/**
 * Part of the lead time that the slot has to outlast at the busy pace. Averages are slow over a weekend: nothing is used,
 * the end stays a week away, and on Monday it is five days away. Six days of busy use at hand on Friday prevent that.
 */
const BUSY_PART = 6 / 7;

/**
 * When the slot will be empty. Null when not enough is known, or nothing is used.
 *
 * The level that it starts from is `percent`, or the middle of the latest kept samples where that is higher: one odd
 * reading never brings the end nearer, and a refill counts at once. For the same history a lower level is never
 * empty later.
 *
 * @param percent the believed level, 0 to 100.
 */
export function forecastEmpty(usage: UsageHistory, percent: number, now: Instant): Forecast | null {
  const { consumption, keptAt } = usage;
  if (consumption === null || keptAt === null || !Number.isFinite(percent)) return null;
  const fromPercent = Math.min(100, Math.max(0, percent, latestPercent(usage)));
  const silentMs = Math.max(0, elapsedAtMostMs(keptAt, now));
  const freshness = Number.isFinite(silentMs) ? 2 ** (-silentMs / HALF_LIFE_MS) : SURENESS_AFTER_BREAK;
  return {
    emptyInMs: lastsMs(fromPercent, consumption.perDay),
    soonestMs: lastsMs(fromPercent, consumption.highPerDay),
    latestMs: lastsMs(fromPercent, consumption.lowPerDay),
    sureness: consumption.sureness * freshness,
  };
}

/**
 * Whether to order ahead: the past says clearly enough that empty comes within the lead time, or, should the days to
 * come be busy ones, within most of it.
 *
 * @param leadTimeMs how long before empty an order has to be made, milliseconds.
 */
export function isEmptyWithin(forecast: Forecast, leadTimeMs: number): boolean {
  if (forecast.sureness < SURE_ENOUGH) return false;
  return forecast.emptyInMs <= leadTimeMs || forecast.soonestMs <= BUSY_PART * leadTimeMs;
}

/** Middle of the last three that are known, of fewer the highest; 0 when there is none. */
function latestPercent({ closed, open }: UsageHistory): number {
  const known = [...closed.slice(-3), ...open.slice(-3)].filter((tenths) => tenths >= 0).slice(-3);
  const [low = 0, middle = low, high = middle] = known.sort((a, b) => a - b);
  return (known.length < 3 ? high : middle) / 10;
}

function lastsMs(percent: number, perDay: number): number {
  return perDay > 0 ? Math.min(HORIZON_MS, (percent / perDay) * DAY_MS) : HORIZON_MS;
}
