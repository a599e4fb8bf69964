import { numberedGroups } from './numbered-groups.ts';

/** A pattern that has been checked and must match a whole line. */
export type LinePattern = {
  /** As the technician wrote it. */
  readonly source: string;
  readonly expression: RegExp;
  /** Number of the groups in it; null where they have to be asked for by name. The channel's is 0 when there is none. */
  readonly groups: { readonly value: number; readonly channel: number } | null;
};

export type CompiledPattern =
  | { readonly ok: true; readonly pattern: LinePattern }
  /** `error` is a sentence that says what to type. */
  | { readonly ok: false; readonly error: string };

export type ParsedLine =
  | { readonly ok: true; readonly channel: string; readonly raw: number }
  | { readonly ok: false; readonly why: 'no-match' | 'not-a-number' };

/**
 * PURE: checks a `lines` pattern: a regular expression with a group named `value` and, when one port carries several
 * sensors, a group named `channel`. It has to match the whole line: a prefix that happens to match is not a reading.
 */
export function compileLinePattern(source: string): CompiledPattern {
  try {
    // By itself first: `a)|(b` is a mistake that only the wrapping would turn into something valid.
    new RegExp(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, error: `The pattern is not a regular expression: ${reason}.` };
  }
  // An alternative that matches nothing makes the group names visible without a line.
  const groups = new RegExp(`${source}|`).exec('')?.groups ?? {};
  if (!('value' in groups)) {
    return {
      ok: false,
      error: 'The pattern has no group named value: write (?<value>...) around the number.',
    };
  }
  const numbered = numberedGroups(source);
  const expression = new RegExp(`^(?:${numbered?.source ?? source})$`);
  if (numbered === null) return { ok: true, pattern: { source, expression, groups: null } };
  const { numbers } = numbered;
  const numbersOfGroups = { value: numbers.get('value') ?? 0, channel: numbers.get('channel') ?? 0 };
  return { ok: true, pattern: { source, expression, groups: numbersOfGroups } };
}

/** PURE: the reading in a line. A line without a `channel` group, or whose group took no part, has channel `''`. */
export function parseLine(pattern: LinePattern, line: string): ParsedLine {
  const found = pattern.expression.exec(line);
  if (found === null) return NO_MATCH;
  const { groups } = pattern;
  const value = groups === null ? found.groups?.['value'] : found[groups.value];
  const raw = Number(value ?? Number.NaN);
  // Number('') is 0, which would be a reading nobody sent.
  if (!Number.isFinite(raw) || (raw === 0 && value?.trim() === '')) return NOT_A_NUMBER;
  const channel =
    groups === null ? found.groups?.['channel'] : groups.channel === 0 ? '' : found[groups.channel];
  return { ok: true, channel: channel ?? '', raw };
}

const NO_MATCH: ParsedLine = { ok: false, why: 'no-match' };
const NOT_A_NUMBER: ParsedLine = { ok: false, why: 'not-a-number' };
