/** Middle value; of an even count the mean of the two in the middle. NaN for an empty window. */
export function median(values: readonly number[]): number {
  if (values.length === 1) return values[0] ?? Number.NaN;
  const sorted = values.slice();
  sortFew(sorted);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** In place, by insertion: for the few values of a window ten times quicker than `sort`, and without its garbage. */
function sortFew(values: number[]): void {
  for (let end = 1; end < values.length; end++) {
    const value = values[end] ?? Number.NaN;
    let at = end;
    for (; at > 0 && (values[at - 1] ?? Number.NaN) > value; at--) values[at] = values[at - 1] ?? Number.NaN;
    values[at] = value;
  }
}

/** The window with one more value, newest last, at most `sizeMax` of them; the oldest goes first. */
export function appended(window: readonly number[], value: number, sizeMax: number): readonly number[] {
  const { length } = window;
  if (length < sizeMax) return [...window, value];
  // By hand: copyWithin takes ten times as long for so few.
  const next = window.slice(length - sizeMax);
  const last = sizeMax - 1;
  for (let at = 0; at < last; at++) next[at] = next[at + 1] ?? Number.NaN;
  next[last] = value;
  return next;
}
