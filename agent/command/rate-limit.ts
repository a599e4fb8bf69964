/** A person clicks a few times in a row; nobody goes on at more than one command in six seconds. */
const BURST = 10;
const REFILL_MS = 6_000;

/** What is left to spend, and when that was reckoned, monotonic milliseconds. */
export type Allowance = { readonly credit: number; readonly atMs: number };

/** Everything may be spent. */
export function fullAllowance(nowMs: number): Allowance {
  return { credit: BURST, atMs: nowMs };
}

/** Spends one command; null when there is nothing left to spend. */
export function spend({ credit, atMs }: Allowance, nowMs: number): Allowance | null {
  const grown = Math.min(BURST, credit + Math.max(0, nowMs - atMs) / REFILL_MS);
  return grown < 1 ? null : { credit: grown - 1, atMs: nowMs };
}
