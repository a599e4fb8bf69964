import { expect, test } from 'vitest';
import { codeBlocks, read } from './markdown.ts';

test('README.md shows a replay as it is', () => {
  const examples = codeBlocks(read('README.md')).filter(({ note }) => note.startsWith('replay: '));
  expect(examples.length).toBeGreaterThan(0);
  for (const { note, text } of examples)
    expect(text).toBe(read(`${note.slice('replay: '.length)}/expected.txt`));
});
