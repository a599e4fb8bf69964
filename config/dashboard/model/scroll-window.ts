/** The part of a long list that is drawn. */
export type ScrollWindow = { readonly first: number /** Behind the last one. */; readonly end: number };

/** So many rows are drawn above and below what can be seen. */
const SPARE_ROWS = 6;

/** Which rows of a list can be seen, and a few more. Heights in pixels. Pure. */
export function scrollWindow(
  scrollTopPx: number,
  viewPx: number,
  rowPx: number,
  rowCount: number,
): ScrollWindow {
  const first = Math.max(0, Math.min(rowCount, Math.floor(scrollTopPx / rowPx)) - SPARE_ROWS);
  const end = Math.min(rowCount, Math.ceil((scrollTopPx + viewPx) / rowPx) + SPARE_ROWS);
  return { first, end: Math.max(first, end) };
}

/** How far to scroll so that a row can be seen whole, pixels; as it is when it can. Pure. */
export function scrollTo(index: number, scrollTopPx: number, viewPx: number, rowPx: number): number {
  const top = index * rowPx;
  if (top < scrollTopPx) return top;
  return Math.max(scrollTopPx, top + rowPx - viewPx);
}

/** Where a key leads in a list; null for keys that lead nowhere. Pure. */
export function indexAfterKey(key: string, index: number, rowCount: number, pageRows: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: pageRows,
    PageUp: -pageRows,
    Home: -rowCount,
    End: rowCount,
  };
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (step === undefined || rowCount === 0) return null;
  return Math.max(0, Math.min(rowCount - 1, index + step));
}
