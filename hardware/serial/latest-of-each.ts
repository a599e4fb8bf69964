import type { FramedValue } from './framer.ts';

/** PURE: the last `most` values of each channel, in their order; all of them, untouched, where there are no more. */
export function latestOfEach(values: readonly FramedValue[], most: number): readonly FramedValue[] {
  if (values.length <= most) return values;
  const counts = new Map<string, number>();
  const latest: FramedValue[] = [];
  for (let index = values.length - 1; index >= 0; index--) {
    const value = values[index];
    if (value === undefined) continue;
    const count = counts.get(value.channel) ?? 0;
    if (count === most) continue;
    counts.set(value.channel, count + 1);
    latest.push(value);
  }
  return latest.reverse();
}
