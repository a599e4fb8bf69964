/** One column of a sparkline. */
export const COLUMN_MS = 5_000;

/** Columns that are kept: five minutes. */
export const COLUMNS_MAX = 60;

/** A level now and then, one for each stretch of time: oldest first. */
export type History = {
  /** Number of the newest stretch since the clock began. */
  readonly newest: number;
  /** Percent; null where nothing was known. */
  readonly levels: readonly (number | null)[];
};

/** PURE. The history with what is known now; stretches that nobody looked at are gaps. @param nowMs monotonic. */
export function remember(history: History | null, level: number | null, nowMs: number): History {
  const stretch = Math.floor(nowMs / COLUMN_MS);
  if (history === null) return { newest: stretch, levels: [level] };
  const passed = stretch - history.newest;
  if (passed <= 0) return { ...history, levels: [...history.levels.slice(0, -1), level] };
  const gap = Array.from({ length: Math.min(passed - 1, COLUMNS_MAX) }, () => null);
  return { newest: stretch, levels: [...history.levels, ...gap, level].slice(-COLUMNS_MAX) };
}
