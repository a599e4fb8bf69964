/** A part of a line. */
export type Token = { readonly kind: 'number' | 'word' | 'space' | 'sign'; readonly text: string };

/** `512` `-3.5`, also with a unit behind it as in `512g`; not the digits within `A0`, `4c87` or `1.2.3`. */
const TOKEN =
  /(?<number>(?<![\w.])[-+]?\d{1,15}(?:\.\d{1,10})?(?=[A-Za-z]{0,3}(?![\w.])|\.(?!\w)))|(?<word>\w[\w.]*)|(?<space>\s+)|(?<sign>.)/gsu;

/**
 * PURE. A line -> its tokens, and its shape: what it has in common with lines that differ only in their numbers and
 * words.
 */
export function takeLineApart(line: string): { readonly tokens: readonly Token[]; readonly shape: string } {
  const tokens: Token[] = [];
  for (const { groups = {} } of line.matchAll(TOKEN)) {
    for (const kind of ['number', 'word', 'space', 'sign'] as const) {
      const text = groups[kind];
      if (text !== undefined) tokens.push({ kind, text });
    }
  }
  const shape = tokens.map(({ kind, text }) => (kind === 'sign' ? `=${text}` : kind)).join(' ');
  return { tokens, shape };
}
