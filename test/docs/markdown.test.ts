import { expect, test } from 'vitest';
import { anchors, codeBlocks, codeIn, links, table } from './markdown.ts';

const TEXT = [
  '# A title: with `code`',
  '',
  '| Word | Means |',
  '|---|---|',
  '| `one`, `two` | a \\| b |',
  '| three | |',
  '',
  'See [this](a/b.md) and ![that](c.svg).',
  '',
  '<!-- topic: device -->',
  '```json',
  '[not](a-link)',
  '| Word | of code |',
  '```',
  '',
].join('\n');

test('a table is found by its heading and read cell by cell', () => {
  expect(table(TEXT, 'Word')).toEqual([
    ['`one`, `two`', 'a | b'],
    ['three', ''],
  ]);
  expect(table(TEXT, 'Other')).toEqual([]);
  expect(codeIn('`one`, `two`')).toEqual(['one', 'two']);
});

test('code blocks come with their language and the note above them', () => {
  expect(codeBlocks(TEXT)).toEqual([
    { language: 'json', note: 'topic: device', text: '[not](a-link)\n| Word | of code |\n' },
  ]);
});

test('links and anchors leave code out', () => {
  expect(links(TEXT)).toEqual(['a/b.md', 'c.svg']);
  expect(anchors(TEXT)).toEqual(['a-title-with-code']);
});
