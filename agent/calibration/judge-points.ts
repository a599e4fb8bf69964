import type { Spread } from './spread.ts';

/** A raw value for a level. */
export type MeasuredPoint = {
  readonly percent: number;
  readonly raw: number;
  /** null where a person gave the raw value. */
  readonly spread: Spread | null;
};

/** What the configuration says of the raw values of the slot. */
export type RawLimits = {
  readonly valid: { readonly min: number | null; readonly max: number | null };
  readonly sentinels: readonly number[];
};

/** Noise up to this share of the step between two points is bearable: a tenth of it is 10 % of level. */
const NOISE_SHARE_MAX = 0.1;

/** Two raw values that differ by less than this share of the larger one are taken for the same. */
const SPAN_SHARE_MIN = 0.01;

/** Why these points make no calibration, as sentences with the remedy; null when they do. @param points at least two. */
export function whyNoCalibration(
  points: readonly MeasuredPoint[],
  { valid, sentinels }: RawLimits,
): string | null {
  for (const { percent, raw } of points) {
    if (sentinels.includes(raw))
      return `${raw}, at ${percent} %, is one of the slot's sentinels: the sensor says by it that it sees nothing. Look at how it is mounted.`;
    if ((valid.min !== null && raw < valid.min) || (valid.max !== null && raw > valid.max))
      return `${raw}, at ${percent} %, lies outside valid (${valid.min ?? 'any'} to ${valid.max ?? 'any'}) of this slot, so it would never be believed. Correct valid in the file first, then calibrate again.`;
  }
  const sorted = points.toSorted((a, b) => a.percent - b.percent);
  const steps = sorted.slice(1).map((upper, index) => ({ lower: sorted[index] ?? upper, upper }));
  for (const { lower, upper } of steps) {
    const why = whyNoStep(lower, upper);
    if (why !== null) return why;
  }
  if (steps.some(({ lower, upper }) => upper.raw > lower.raw !== isRising(sorted)))
    return `The raw values go up and down (${sorted.map(({ raw, percent }) => `${percent} %: ${raw}`).join(', ')}): each level needs a raw value between those of its neighbours. Measure again, in order, and let the container rest each time.`;
  return null;
}

/** Whether more in the container means a higher raw value. */
export function isRising(points: readonly MeasuredPoint[]): boolean {
  const sorted = points.toSorted((a, b) => a.percent - b.percent);
  return (sorted.at(-1)?.raw ?? 0) > (sorted[0]?.raw ?? 0);
}

function whyNoStep(lower: MeasuredPoint, upper: MeasuredPoint): string | null {
  const span = Math.abs(upper.raw - lower.raw);
  const between = `between ${lower.percent} % (raw ${lower.raw}) and ${upper.percent} % (raw ${upper.raw})`;
  if (span <= SPAN_SHARE_MIN * Math.max(Math.abs(lower.raw), Math.abs(upper.raw)))
    return `There is hardly any difference ${between}. Was the container really emptied and filled, and is it the sensor of this slot?`;
  for (const { percent, spread } of [lower, upper]) {
    if (spread === null || spread.noise <= NOISE_SHARE_MAX * span) continue;
    const share = Math.round((100 * spread.noise) / span);
    return `At ${percent} % the readings wander by ${spread.noise}, which is ${share} % of the step ${between}; ${100 * NOISE_SHARE_MAX} % is the most that can be calibrated on. Let the container rest, keep hands and motors away, look at cable, ground and supply of the sensor, and measure again.`;
  }
  return null;
}
