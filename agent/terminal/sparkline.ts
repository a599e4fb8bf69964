import { type Span, span } from './paint.ts';

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII = ['_', '.', '-', '=', '+', 'x', '#', '@'];

/** Levels of the past as a row of little bars, oldest left; a gap where nothing was known. Percent. Pure. */
export function sparkline(levels: readonly (number | null)[], isUnicode: boolean): Span {
  const steps = isUnicode ? BLOCKS : ASCII;
  const text = levels.map((level) => {
    if (level === null) return ' ';
    const share = Math.min(1, Math.max(0, level / 100));
    return steps[Math.min(steps.length - 1, Math.floor(share * steps.length))] ?? ' ';
  });
  return span(text.join(''), 'faint');
}
