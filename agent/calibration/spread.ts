import { median } from '../level/filter.ts';

/** What a number of readings of a container at rest look like; raw values. */
export type Spread = {
  readonly readings: number;
  readonly min: number;
  readonly max: number;
  readonly median: number;
  /** Width of the middle 80 % of them: a single odd reading does not count. */
  readonly noise: number;
};

/** null for no reading at all. */
export function spreadOf(raws: readonly number[]): Spread | null {
  const sorted = raws.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  if (sorted.length === 0) return null;
  return {
    readings: sorted.length,
    min: at(0),
    max: at(1),
    median: roundRaw(median(sorted), at(1) - at(0)),
    noise: roundRaw(at(0.9) - at(0.1), at(1) - at(0)),
  };
}

/** As many digits as mean something: whole numbers where the readings spread over several of them. */
export function roundRaw(raw: number, spread: number): number {
  const step = spread >= 2 ? 1 : 0.001;
  return Number((Math.round(raw / step) * step).toFixed(3));
}

/** One line for people. */
export function spreadWords({ readings, min, max, median: middle, noise }: Spread): string {
  const range = min === max ? 'all the same' : `${plain(min)} to ${plain(max)}, noise ${plain(noise)}`;
  return `raw ${plain(middle)} (${readings} readings, ${range})`;
}

function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}
