/** Good readings that noise is judged by, whatever the median is taken of. */
export const NOISE_WINDOW = 15;

/** Fewer readings than this say nothing about noise. */
const NOISE_WINDOW_MIN = 5;

/** So many swings within a whole window are noise; two odd readings and a refill are fewer. */
const NOISY_SWINGS = 7;

/** The least that is noise at all: an odd reading alone makes two. */
const NOISY_SWINGS_MIN = 3;

/** No more than one odd reading among readings that rest. */
const CALM_SWINGS = 2;

/**
 * Whether readings jump to and fro, by the number of swings wider than `widthPercent`. A window that is not yet full is
 * held to its share of the swings. What was noisy stays so until the window is calm again, a window's length at most.
 *
 * Believed at a width of 15, simulated: gaussian up to sigma 5, steps, ramps, 1 odd in 10 regularly > 99.9 %, at random
 * 99 %; sigma 10 42 %, uniform 0-40 % 11 %, 0-60 % 1 %, wider, or to and fro by 30, 0.2 %. A wave of 6 readings and more is none.
 *
 * @param percents the last good readings as levels, oldest first, at most `NOISE_WINDOW`.
 */
export function isNoisy(percents: readonly number[], widthPercent: number, wasNoisy: boolean): boolean {
  if (percents.length < NOISE_WINDOW_MIN) return false;
  const swings = swingsOf(percents, widthPercent);
  if (wasNoisy) return swings > CALM_SWINGS;
  const share = Math.ceil((NOISY_SWINGS * percents.length) / NOISE_WINDOW);
  return swings >= Math.max(NOISY_SWINGS_MIN, share);
}

/** Readings that have to rest before anything is confirmed on them. */
const RESTING_WINDOW = 7;

/** After a step, so many of them have to agree on where it led to; one odd reading among them is allowed. */
const AGREEING_WINDOW = 5;

/**
 * Whether the last few readings rest. Noise is known for noise after a while only; until then a run of low values in
 * it must not be taken for a confirmed low. A ramp and one odd reading do not disturb the rest; a step does until the
 * readings agree on where it led to.
 */
export function isAtRest(percents: readonly number[], widthPercent: number): boolean {
  const swings = swingsOf(percents, widthPercent, percents.length - RESTING_WINDOW);
  if (swings === 0) return true;
  const last = percents.slice(-AGREEING_WINDOW);
  return swings <= CALM_SWINGS && (agreeButOne(last, widthPercent) || isRamp(last, widthPercent));
}

/** Up all the way, or down, in steps that are no swings by themselves. */
function isRamp(percents: readonly number[], widthPercent: number): boolean {
  const steps = percents.slice(1).map((percent, index) => percent - (percents[index] ?? percent));
  const isGentle = steps.every((step) => Math.abs(step) <= widthPercent);
  return isGentle && (steps.every((step) => step >= 0) || steps.every((step) => step <= 0));
}

function agreeButOne(percents: readonly number[], widthPercent: number): boolean {
  const sorted = percents.toSorted((a, b) => a - b);
  const last = sorted.length - 1;
  const spread = (from: number, to: number): number => (sorted[to] ?? 0) - (sorted[from] ?? 0);
  return Math.min(spread(0, last - 1), spread(1, last)) <= widthPercent;
}

/**
 * How often values went up, or down, by more than `width` since they last turned. However long it lasts, a ramp or a
 * step is one swing, and an odd reading is two.
 *
 * @param from what comes before this place is left out.
 */
export function swingsOf(values: readonly number[], width: number, from = 0): number {
  let swings = 0;
  let direction: 'none' | 'up' | 'down' = 'none';
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = Math.max(0, from); index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    if (direction !== 'up' && value - lowest > width) {
      direction = 'up';
      highest = value;
      swings++;
    } else if (direction !== 'down' && highest - value > width) {
      direction = 'down';
      lowest = value;
      swings++;
    }
  }
  return swings;
}
