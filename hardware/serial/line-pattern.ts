/** A pattern that has been checked and must match a whole line. */
export type LinePattern = {
  /** As the technician wrote it. */
  readonly source: string;
  readonly expression: RegExp;
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
  return { ok: true, pattern: { source, expression: new RegExp(`^(?:${source})$`) } };
}

/** PURE: the reading in a line. A line without a `channel` group, or whose group took no part, has channel `''`. */
export function parseLine(pattern: LinePattern, line: string): ParsedLine {
  const groups = pattern.expression.exec(line)?.groups;
  if (groups === undefined) return { ok: false, why: 'no-match' };
  const value = groups['value'];
  // Number('') is 0, which would be a reading nobody sent.
  const raw = value === undefined || value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(raw)) return { ok: false, why: 'not-a-number' };
  return { ok: true, channel: groups['channel'] ?? '', raw };
}
