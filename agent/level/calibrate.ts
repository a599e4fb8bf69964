/** One fixed point of a container: this raw value means this percent full. */
export type CalibrationPoint = readonly [raw: number, percent: number];

/**
 * Raw value -> percent full, 0..100, straight lines between the calibration points.
 * Beyond the outermost points the level is theirs: a scale that reads a little under its tare is empty, not odd.
 * What must not be believed at all is said by `valid` and `sentinels`, before this is asked.
 *
 * @param points at least two, sorted by raw, percent rising or falling throughout (inverted sensors).
 */
export function calibrate(points: readonly CalibrationPoint[], raw: number): number {
  let below = points[0];
  if (below === undefined)
    throw new RangeError('A calibration needs two points; the configuration lets none through with fewer.');
  if (raw <= below[0]) return clampPercent(below[1]);
  for (const above of points) {
    if (raw < above[0]) {
      const share = (raw - below[0]) / (above[0] - below[0]);
      return clampPercent(below[1] + share * (above[1] - below[1]));
    }
    below = above;
  }
  return clampPercent(below[1]);
}

function clampPercent(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}
