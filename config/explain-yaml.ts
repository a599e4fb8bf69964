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
  ['MULTIPLE_DOCS', 'a second document begins here: take out the line "---"'],
  ['RESOURCE_EXHAUSTION', 'this is nested too deeply to be read'],
]);

/** PURE. A mistake in the YAML itself -> a sentence; the parser's own words where they are plain enough. */
export function yamlSentence(code: string, parserMessage: string): string {
  if (code === 'MISSING_CHAR' && parserMessage.includes('Implicit map keys')) {
    return 'a colon and a value are missing: type "name: value", with a space after the colon';
  }
  if (code === 'MISSING_CHAR' && parserMessage.includes('quote')) {
    return 'a quotation mark that was opened before this is not closed';
  }
  const sentence = SENTENCES.get(code);
  if (sentence !== undefined) return sentence;
  return `this is not valid YAML: ${parserMessage.charAt(0).toLowerCase()}${parserMessage.slice(1)}`;
}
