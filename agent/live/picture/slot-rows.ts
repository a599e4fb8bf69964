import type { LiveSlot } from '../../local/service-view.ts';
import { bar } from '../../terminal/bar.ts';
import { type Paint, type Span, type Style, span, widthOf, wrap } from '../../terminal/paint.ts';
import { sparkline } from '../../terminal/sparkline.ts';
import { COLUMN_MS, type History } from './history.ts';
import { levelWords, phasePaint, phaseWords, rawWords, spanWords, timeWords } from './live-words.ts';

/** A slot, as much as there is room for. */
export type SlotShown = {
  readonly name: string;
  readonly slot: LiveSlot;
  readonly history: History | null;
  readonly wallMs: number;
};

/** How a slot is drawn; each takes the same number of rows whatever the slot says. */
export type Density = {
  readonly rows: number;
  draw(shown: SlotShown, width: number, style: Style): readonly (readonly Span[])[];
};

const NAME_MAX = 20;
const SHORT_HISTORY = 20;
const WHY_ROWS = 2;

/** From the one that says most to the one that needs least room. */
export const DENSITIES: readonly Density[] = [
  { rows: 6 + WHY_ROWS - 1, draw: drawAll },
  { rows: 3, draw: drawMost },
  { rows: 1, draw: drawLine },
];

function drawAll(shown: SlotShown, width: number, style: Style): readonly (readonly Span[])[] {
  const why = wrap(shown.slot.why, Math.max(10, width - 3));
  const cut = why.length > WHY_ROWS ? `${why.slice(0, WHY_ROWS).join(' ').slice(0, -4)} ...` : null;
  const lines = cut === null ? why : wrap(cut, Math.max(10, width - 3)).slice(0, WHY_ROWS);
  return [
    headRow(shown, width),
    [span('  '), ...barOf(shown, width - 4, style)],
    historyRow(shown, width, style),
    ...Array.from({ length: WHY_ROWS }, (_, index) => [span(`  ${lines[index] ?? ''}`)]),
    [span('  '), ...facts(shown)],
    [],
  ];
}

function drawMost(shown: SlotShown, width: number, style: Style): readonly (readonly Span[])[] {
  const past = sparkline(shown.history?.levels.slice(-SHORT_HISTORY) ?? [], style.isUnicode);
  return [
    headRow(shown, width),
    [span('  '), ...barOf(shown, width - 6 - SHORT_HISTORY, style), span('  '), past],
    [span('  '), ...alarms(shown.slot), span(shown.slot.why, 'faint')],
  ];
}

function drawLine(shown: SlotShown, width: number, style: Style): readonly (readonly Span[])[] {
  const { name, slot } = shown;
  const numbers = `${levelWords(slot.level).padStart(8)}${rawWords(slot.raw).padStart(8)}  `;
  const words = [span(phaseWords(slot), phasePaint(slot)), span('  '), ...alarms(slot)];
  const left = span(` ${name.slice(0, NAME_MAX - 2)}`.padEnd(Math.min(NAME_MAX, width >> 2)), 'strong');
  const room = width - widthOf([left]) - numbers.length - 22;
  const drawn = room < 8 ? [] : barOf(shown, room, style);
  return [[left, ...drawn, span(numbers), ...words]];
}

function headRow({ name, slot }: SlotShown, width: number): readonly Span[] {
  const left = [span(` ${name}`, 'strong'), span('  '), span(phaseWords(slot), phasePaint(slot))];
  const right = `raw ${rawWords(slot.raw)}${levelWords(slot.level).padStart(10)} `;
  const gap = ' '.repeat(Math.max(2, width - widthOf(left) - right.length));
  return [...left, span(gap), span(right, levelPaint(slot))];
}

function levelPaint({ level, reorderAt }: LiveSlot): Paint {
  if (level === null) return 'faint';
  return level <= reorderAt ? 'yellow' : 'plain';
}

function barOf({ slot }: SlotShown, width: number, style: Style): readonly Span[] {
  const { level, reorderAt, rearmAt } = slot;
  const marks = [reorderAt, rearmAt];
  return bar({
    level,
    width: Math.max(8, width),
    marks,
    paint: phasePaint(slot),
    isUnicode: style.isUnicode,
  });
}

function historyRow({ history }: SlotShown, width: number, style: Style): readonly Span[] {
  const past = history?.levels.slice(-Math.max(10, width - 20)) ?? [];
  const covered = past.length < 2 ? '' : `  last ${spanWords(past.length * COLUMN_MS)}`;
  return [span('  '), sparkline(past, style.isUnicode), span(covered, 'faint')];
}

/** What a person has to look at. */
function alarms({ sensor, isNoisy, isConfirmed, level }: LiveSlot): readonly Span[] {
  const words: Span[] = [];
  if (sensor !== null && sensor !== 'ok') words.push(span(`sensor ${sensor}  `, 'red'));
  if (isNoisy) words.push(span('noisy  ', 'red'));
  if (level !== null && !isConfirmed) words.push(span('confirming  ', 'yellow'));
  return words;
}

function facts({ slot, wallMs }: SlotShown): readonly Span[] {
  const { emptyAt, nextWakeAt, lastOrder } = slot;
  const words: string[] = [];
  if (nextWakeAt !== null) {
    const atMs = Date.parse(nextWakeAt);
    words.push(`next step ${timeWords(atMs)} (in ${spanWords(atMs - wallMs)})`);
  }
  if (emptyAt !== null) words.push(`empty in ${spanWords(Date.parse(emptyAt) - wallMs)}`);
  if (lastOrder !== null) {
    const ago = spanWords(wallMs - Date.parse(lastOrder.at));
    words.push(`last order ${lastOrder.detailCode ?? lastOrder.outcome} ${ago} ago`);
  }
  return [...alarms(slot), span(words.join(', '), 'faint')];
}
