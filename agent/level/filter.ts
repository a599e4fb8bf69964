/** Middle value; of an even count the mean of the two in the middle. NaN for an empty window. */
export function median(values: readonly number[]): number {
  if (values.length === 1) return values[0] ?? Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
