/** What the parser's own codes mean for somebody who has never read the YAML specification. */
const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['TAB_AS_INDENT', 'the line begins with a tab: indent with spaces'],
  [
    'BAD_INDENT',
    'the line is indented differently from what it belongs to, or a bracket above is not closed',
  ],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    'a setting cannot begin here: the line may be indented too far, or a text with ": " in it needs quotes',
  ],
  ['MULTILINE_IMPLICIT_KEY', 'a name must stand on one line with its colon'],
  ['BAD_DQ_ESCAPE', 'a backslash is special inside double quotes: use single quotes'],
  ['BAD_SCALAR_START', 'a text that begins with this sign needs quotes'],
  ['TAG_RESOLVE_FAILED', 'values with a tag (!...) are not used here: take the tag out'],
  [
    'BLOCK_IN_FLOW',
    'a comma may be missing before this: between brackets it is { name: value, other: value }',
  ],
  ['MULTIPLE_DOCS', 'a second document begins here: take out the line "---"'],
  ['RESOURCE_EXHAUSTION', 'this is nested too deeply to be read'],
]);

/** The same where one code stands for several mistakes, told apart by the parser's words. */
const SENTENCES_BY_WORDS: readonly (readonly [RegExp, string])[] = [
  [/Implicit map keys/, 'a colon and a value are missing: type "name: value", with a space after the colon'],
  [/quote$/, 'a quotation mark that was opened before this is not closed'],
  [/must end with a/, 'a bracket that was opened before this is not closed'],
  [
    /flow-(?:map|seq)-end/,
    'a bracket is closed here that was not opened: take it out, or put the text in quotes',
  ],
  [
    /at node end/,
    `what stands here belongs to nothing before it: a setting is "name: value" on a line of its own, and a text with ' in it stands between " and "`,
  ],
  [/^Missing ,/, 'a comma is missing before this'],
  [/^Unexpected (?:,|empty item)/, 'there is a comma too many'],
  [/^Missing space after :/, 'a space is missing after the colon'],
  [/^Comments must/, 'a space is missing before the # of the comment'],
  [/^Sequence item without/, 'each entry of a list begins with "- "'],
];

/** PURE. A mistake in the YAML itself -> a sentence; the parser's own words only where it has none here. */
export function yamlSentence(code: string, parserMessage: string): string {
  const byWords = SENTENCES_BY_WORDS.find(([words]) => words.test(parserMessage));
  const sentence = code === 'MISSING_CHAR' || code === 'UNEXPECTED_TOKEN' ? byWords?.[1] : undefined;
  return (
    sentence ??
    SENTENCES.get(code) ??
    `this can not be read: look at the quotes, brackets and spaces of this line (${parserMessage})`
  );
}
