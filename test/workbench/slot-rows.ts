import { bar, markColumn } from '../../agent/terminal/bar.ts';
import { type Paint, type Span, type Style, span } from '../../agent/terminal/paint.ts';
import { REARM_AT_PERCENT, REORDER_AT_PERCENT } from './scene.ts';
import { count, type Show, type SlotShow } from './show.ts';

/** Columns for a name, here and in the story below. */
export const NAME_WIDTH = 18;
/** `100.0 %   4.50 V`, with the space before it. */
const NUMBERS_WIDTH = 18;
const BAR_WIDTH_MIN = 10;
const BAR_WIDTH_MAX = 80;
const MARKS = [REORDER_AT_PERCENT, REARM_AT_PERCENT];

const PHASE_PAINT: Readonly<Record<string, Paint>> = {
  stocked: 'green',
  low: 'yellow',
  ordering: 'yellow',
  'on-order': 'blue',
};

/** How wide a bar may be on a screen of this width, columns. */
export function barWidthIn(width: number): number {
  return Math.min(BAR_WIDTH_MAX, Math.max(BAR_WIDTH_MIN, width - 1 - NAME_WIDTH - NUMBERS_WIDTH));
}

/** What the marks in the bars below it mean. */
export function scaleLine(barWidth: number, style: Style): readonly Span[] {
  const arrow = style.isUnicode ? '▼' : 'v';
  const order = `${' '.repeat(markColumn(REORDER_AT_PERCENT, barWidth))}${arrow} order`;
  const refilled = `${arrow} refilled`;
  const room = markColumn(REARM_AT_PERCENT, barWidth) - order.length;
  const text = room < 1 ? order : `${order}${' '.repeat(room)}${refilled}`;
  return [span(`${' '.repeat(NAME_WIDTH)}${text}`, 'faint')];
}

/** Name, bar, level as the agent reports it, and the voltage that the sensor gives. */
export function levelLine(
  { name, report }: SlotShow,
  volts: number | null,
  barWidth: number,
  show: Show,
  style: Style,
): readonly Span[] {
  const level = report?.level ?? null;
  const paint = show.isOnline ? phasePaint(report?.phase ?? 'unknown') : 'faint';
  const percent = level === null ? '?' : level.toFixed(1);
  return [
    span(` ${name}`.padEnd(NAME_WIDTH), 'strong'),
    ...bar({ level, width: barWidth, marks: MARKS, paint, isUnicode: style.isUnicode }),
    span(`${percent} %`.padStart(9), paint),
    span(volts === null ? '' : `${volts.toFixed(2)} V`.padStart(9), 'faint'),
  ];
}

/** Phase, books, and the last detailCode. */
export function standingLine({ report, detailCode, tally }: SlotShow, show: Show): readonly Span[] {
  const phase =
    report === null ? 'unknown' : [report.phase, report.reason].filter((word) => word !== null).join(', ');
  const books =
    tally.depletions === 0 ? '' : `${count(tally.depletions, 'depletion')}, ${count(tally.orders, 'order')}`;
  return [
    span(' '.repeat(NAME_WIDTH)),
    span(phase.padEnd(10), show.isOnline ? phasePaint(report?.phase ?? 'unknown') : 'faint'),
    span(`  ${books.padEnd(22)}`, tally.surplus > 0 ? 'red' : 'faint'),
    span(`  ${detailCode ?? ''}`, 'faint'),
  ];
}

function phasePaint(phase: string): Paint {
  return PHASE_PAINT[phase] ?? 'red';
}
