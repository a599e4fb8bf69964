/** What is known of one line that is looked at again and again. */
type LineHistory = {
  /** The level that lasted; null before the first one did. */
  readonly settled: boolean | null;
  readonly seen: boolean;
  /** Since when `seen` has been seen without a break. */
  readonly sinceMs: number;
};

export type Settling = readonly LineHistory[];

/**
 * PURE: debouncing where the kernel does not do it. Each line by itself keeps its level until another one was seen for
 * `debounceMs` on end; `active` is one look at all of them.
 */
export function settleLines(
  before: Settling,
  active: readonly boolean[],
  nowMs: number,
  debounceMs: number,
): Settling {
  return active.map((seen, index) => {
    const history = before[index];
    const sinceMs = history?.seen === seen ? history.sinceMs : nowMs;
    return { seen, sinceMs, settled: nowMs - sinceMs >= debounceMs ? seen : (history?.settled ?? null) };
  });
}

/** PURE: the level of each line; null until all of them have one. */
export function settledLines(settling: Settling): readonly boolean[] | null {
  const settled = settling.flatMap((line) => (line.settled === null ? [] : [line.settled]));
  return settled.length === settling.length ? settled : null;
}
