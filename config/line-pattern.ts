/** What a `lines` pattern can deliver, or why it is no pattern. */
export type LinePattern =
  | { readonly ok: true; readonly hasValue: boolean; readonly hasChannel: boolean }
  | { readonly ok: false; readonly reason: string };

/**
 * Compiles a pattern as the `lines` driver does (anchored at both ends: a prefix that happens to match is no
 * reading) and tells which named groups it has.
 */
export function inspectLinePattern(pattern: string): LinePattern {
  try {
    // Compiled bare first: `a)|(b` is valid only inside the brackets that are put around it below.
    new RegExp(pattern);
    new RegExp(`^(?:${pattern})$`);
    const groups = new RegExp(`(?:${pattern})|`).exec('')?.groups ?? {};
    return { ok: true, hasValue: 'value' in groups, hasChannel: 'channel' in groups };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: text.slice(text.lastIndexOf(': ') + 2) };
  }
}
