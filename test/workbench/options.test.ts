import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('the workbench goes on for ever unless told otherwise', () => {
  expect(readOptions([])).toEqual({ kind: 'run', options: { cycles: null, forMs: null, plain: false } });
  expect(readOptions(['--cycles', '3', '--for=60', '--plain'])).toEqual({
    kind: 'run',
    options: { cycles: 3, forMs: 60_000, plain: true },
  });
});

test.each([[['--cycles', '0']], [['--cycles', 'two']], [['--for', '-1']], [['--fast']], [['soon']]])(
  '%j is misuse, and says why',
  (words) => {
    expect(readOptions(words)).toMatchObject({ kind: 'misuse', message: expect.stringMatching(/\S/) });
  },
);
