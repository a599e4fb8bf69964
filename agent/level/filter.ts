/** Middle value; of an even count the mean of the two in the middle. NaN for an empty window. */
export function median(values: readonly number[]): number {
  if (values.length === 1) return values[0] ?? Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Fewer values than this say nothing about noise: a step and a jitter look alike. */
export const NOISE_WINDOW_MIN = 5;

/**
 * How restless a window is, in its own unit per value: the way that the values went beyond the way that they came,
 * after single outliers are taken out (the median disposes of those).
 * A refill (one step), a drain (a ramp) and one odd reading are 0; values that jump to and fro are not.
 */
export function restlessness(values: readonly number[]): number {
  if (values.length < NOISE_WINDOW_MIN) return 0;
  let path = 0;
  let first = Number.NaN;
  let previous = Number.NaN;
  for (let i = 2; i < values.length; i++) {
    const smooth = median([
      values[i - 2] ?? Number.NaN,
      values[i - 1] ?? Number.NaN,
      values[i] ?? Number.NaN,
    ]);
    if (i === 2) first = smooth;
    else path += Math.abs(smooth - previous);
    previous = smooth;
  }
  return (path - Math.abs(previous - first)) / (values.length - 3);
}
