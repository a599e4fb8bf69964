import { type Paint, type Span, span } from './paint.ts';

export type BarOptions = {
  /** Percent; null when unknown. */
  readonly level: number | null;
  /** Columns. */
  readonly width: number;
  /** Where to draw a line across, percent. */
  readonly marks: readonly number[];
  readonly paint: Paint;
  readonly isUnicode: boolean;
};

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A level as a bar with its thresholds. Pure. */
export function bar({ level, width, marks, paint, isUnicode }: BarOptions): readonly Span[] {
  const filled = ((level ?? 0) / 100) * width;
  const marked = new Set(marks.map((mark) => markColumn(mark, width)));
  const cells: Span[] = [];
  for (let column = 0; column < width; column += 1) {
    if (marked.has(column)) {
      const isFilled = column + 1 <= filled;
      cells.push(span(isUnicode ? (isFilled ? '▐' : '│') : '|', isFilled ? paint : 'faint'));
      continue;
    }
    cells.push(cell(filled - column, paint, isUnicode));
  }
  return merge(cells);
}

/** The column of a threshold in a bar. */
export function markColumn(percent: number, width: number): number {
  return Math.min(width - 1, Math.floor((percent / 100) * width));
}

/** @param filled how much of this column lies below the level; 1 and more is all of it. */
function cell(filled: number, paint: Paint, isUnicode: boolean): Span {
  if (filled >= 1) return span(isUnicode ? '█' : '#', paint);
  const eighths = EIGHTHS[Math.floor(Math.max(0, filled) * 8)] ?? '';
  if (eighths !== '' && isUnicode) return span(eighths, paint);
  return span(isUnicode ? '·' : '.', 'faint');
}

function merge(cells: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const next of cells) {
    const last = merged.at(-1);
    if (last?.paint !== next.paint) merged.push(next);
    else merged[merged.length - 1] = span(last.text + next.text, next.paint);
  }
  return merged;
}
