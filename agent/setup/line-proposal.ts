import { compileLinePattern, parseLine } from '../../hardware/serial/line-pattern.ts';
import { type Token, takeLineApart } from './line-tokens.ts';

/** A pattern for the lines that were heard, and what it reads from them. */
export type LineProposal = {
  /** For `pattern` of driver `lines`. */
  readonly pattern: string;
  /** How many of the lines it matches. */
  readonly matched: number;
  /** The latest raw value of each channel, by their names; `''` for a pattern without channels. */
  readonly latest: ReadonlyMap<string, number>;
};

/** A person chooses among these; more is no choice. */
const PROPOSALS_MAX = 5;
/** As the configuration bounds it. */
const PATTERN_LENGTH_MAX = 1000;
/** More channels than this on one port are a counter and no name. */
const CHANNELS_MAX = 16;

const NUMBER = '-?\\d+(?:\\.\\d+)?';
const SIGNED_NUMBER = '[-+]?\\d+(?:\\.\\d+)?';
const VALUE_NAMES = /^(?:raw|val|value|adc|reading|level|weight|gross|net|dist|distance|range|fill|data)$/i;
const CHANNEL_NAMES = /^(?:slot|ch|chan|channel|sensor|id|pin|tank|cell|input|no|nr)$/i;

/** Lines of one shape, as columns: the tokens at one place in all of them. */
type Column = readonly Token[];

/**
 * PURE. Patterns that read the lines, the likeliest first; none when no line holds a number. Each has a group named
 * `value`, one named `channel` where the lines tell several sensors apart, and matches whole lines.
 */
export function proposePatterns(lines: readonly string[]): readonly LineProposal[] {
  const columns = columnsOf(lines);
  const channel = findChannel(columns);
  const proposals = valueColumns(columns, channel).map((value) => patternOf(columns, value, channel));
  return [...new Set(proposals)]
    .flatMap((pattern) => tryPattern(pattern, lines) ?? [])
    .slice(0, PROPOSALS_MAX);
}

/** PURE. What a pattern reads from lines; null when it is none, or reads nothing from any of them. */
export function tryPattern(source: string, lines: readonly string[]): LineProposal | null {
  if (source.length > PATTERN_LENGTH_MAX) return null;
  const compiled = compileLinePattern(source);
  if (!compiled.ok) return null;
  const latest = new Map<string, number>();
  let matched = 0;
  for (const line of lines) {
    const parsed = parseLine(compiled.pattern, line);
    if (!parsed.ok) continue;
    matched += 1;
    latest.set(parsed.channel, parsed.raw);
  }
  if (matched === 0) return null;
  const sorted = [...latest].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return { pattern: source, matched, latest: new Map(sorted) };
}

/** The lines of the commonest shape that holds a number; a greeting after the start is of another. */
function columnsOf(lines: readonly string[]): readonly Column[] {
  const byShape = new Map<string, (readonly Token[])[]>();
  for (const line of lines) {
    const { shape, tokens } = takeLineApart(line);
    if (!tokens.some(({ kind }) => kind === 'number')) continue;
    byShape.set(shape, [...(byShape.get(shape) ?? []), tokens]);
  }
  const [rows = []] = [...byShape.values()].toSorted((a, b) => b.length - a.length);
  const [first = []] = rows;
  return first.map((_, index) => rows.flatMap((row) => row[index] ?? []));
}

/** The numbers that may be the reading: one that is named so first, then those that vary, the last of them first. */
function valueColumns(columns: readonly Column[], channel: number | null): readonly number[] {
  const score = (index: number): number =>
    (VALUE_NAMES.test(nameBefore(columns, index)) ? 2 : 0) + (distinct(columns[index]).size > 1 ? 1 : 0);
  return columns
    .flatMap((column, index) => (column[0]?.kind === 'number' && index !== channel ? [index] : []))
    .toSorted((a, b) => score(b) - score(a) || b - a);
}

function findChannel(columns: readonly Column[]): number | null {
  const numbers = columns.filter((column) => column[0]?.kind === 'number').length;
  const mayBe = (index: number): boolean => {
    const column = columns[index] ?? [];
    const isNumber = column[0]?.kind === 'number';
    const isName = column.every(({ text }) => /^[A-Za-z0-9_]+$/.test(text));
    // One number has to be left for the reading.
    return isName && distinct(column).size <= CHANNELS_MAX && (isNumber ? numbers > 1 : numbers > 0);
  };
  const named = columns.findIndex(
    (_, index) => mayBe(index) && CHANNEL_NAMES.test(nameBefore(columns, index)),
  );
  if (named >= 0) return named;
  const [first = []] = columns;
  if (!mayBe(0)) return null;
  const texts = distinct(first);
  if (first[0]?.kind === 'word') {
    const isPin = first.every(({ text }) => /^[A-Za-z]{1,8}_?\d{1,3}$/.test(text));
    return texts.size > 1 || isPin ? 0 : null;
  }
  // A first column of small numbers that come again: `1,512` `2,300` `1,511`. A counter does not come again.
  const isSmall = first.every(({ text }) => /^\d{1,2}$/.test(text));
  return isSmall && texts.size > 1 && texts.size * 2 <= first.length ? 0 : null;
}

/** The word before a column, with nothing but signs and spaces between: `raw` in `raw=512`; `''` without one. */
function nameBefore(columns: readonly Column[], index: number): string {
  for (let at = index - 1; at >= 0; at -= 1) {
    const [token] = columns[at] ?? [];
    if (token?.kind === 'number') return '';
    if (token?.kind === 'word') return distinct(columns[at]).size === 1 ? token.text : '';
  }
  return '';
}

function patternOf(columns: readonly Column[], value: number, channel: number | null): string {
  return columns
    .map((column, index) => {
      if (index === channel) return '(?<channel>\\w+)';
      const kind = column[0]?.kind;
      if (kind === 'space') return spacePattern(column, index === 0);
      if (kind === 'number') {
        const number = column.some(({ text }) => text.startsWith('+')) ? SIGNED_NUMBER : NUMBER;
        return index === value ? `(?<value>${number})` : number;
      }
      return distinct(column).size > 1 ? '\\S+' : escaped(column[0]?.text ?? '');
    })
    .join('');
}

function distinct(column: Column | undefined): ReadonlySet<string> {
  return new Set(column?.map(({ text }) => text));
}

/** Numbers are padded to a width by some sensors: how many spaces there are says nothing. */
function spacePattern(column: Column, isFirst: boolean): string {
  if (isFirst) return '\\s*';
  const [{ text } = { text: '' }] = column;
  return text.length > 1 || distinct(column).size > 1 ? '\\s+' : escaped(text);
}

function escaped(text: string): string {
  return text.replace(/[\t.*+?^${}()|[\]\\/]/g, (sign) => (sign === '\t' ? '\\t' : `\\${sign}`));
}
