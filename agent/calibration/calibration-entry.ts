import type { CalibrationText } from '../../config/with-calibration.ts';
import type { MeasuredPoint } from './judge-points.ts';

/** The points as they are written: two ends where that is all, else a list in the order of the raw values. */
export function calibrationEntry(points: readonly MeasuredPoint[]): CalibrationText {
  const empty = points.find(({ percent }) => percent === 0);
  const full = points.find(({ percent }) => percent === 100);
  if (points.length === 2 && empty !== undefined && full !== undefined)
    return { empty: empty.raw, full: full.raw };
  return {
    points: points.toSorted((a, b) => a.raw - b.raw).map(({ raw, percent }) => [raw, percent] as const),
  };
}

/** Levels to measure at, evenly spread from empty to full, percent. */
export function evenPercents(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.round((index * 100) / (count - 1)));
}
