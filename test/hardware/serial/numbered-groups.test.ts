import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberedGroups } from '../../../hardware/serial/numbered-groups.ts';

const atom = fc.constantFrom(
  'a',
  'b',
  '1',
  '.',
  '\\d',
  '\\(',
  '\\)',
  '\\[',
  '\\\\',
  '[(]',
  '[)(]',
  '[^(a]',
  '[\\](]',
  '[]',
  '(?=a)',
  '(?!b)',
  '(?<=a)',
  '(?<!b)',
  '^',
  '$',
  '\\1',
);

/** Valid patterns, with groups of every kind in each other. */
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => `(?:${parts.join('|')})`),
    tie('pattern').map((inner) => `(${inner})`),
    tie('pattern').map((inner) => `(${inner})?`),
    tie('pattern').map((inner) => `(?<value>${inner})`),
    tie('pattern').map((inner) => `(?<$x_1>${inner})`),
  ),
}));

function compiled(source: string): RegExp | null {
  try {
    return new RegExp(source);
  } catch {
    return null;
  }
}

test('an expression without names finds in every text what it found with them', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.array(fc.stringMatching(/^[ab1()[\]\\]{0,6}$/), { maxLength: 8 }),
      (source, texts) => {
        const named = compiled(source);
        const numbered = numberedGroups(source);
        if (named === null || numbered === null) return;
        const expression = new RegExp(numbered.source);
        for (const text of texts) {
          const [before, after] = [named.exec(text), expression.exec(text)];
          expect(after === null ? null : [...after]).toEqual(before === null ? null : [...before]);
          expect(after?.groups).toBeUndefined();
          for (const [name, value] of Object.entries(before?.groups ?? {}))
            expect(after?.[numbered.numbers.get(name) ?? 0]).toBe(value);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('a pattern that needs its names keeps them', () => {
  expect(numberedGroups('(?<value>\\d)\\k<value>')).toBeNull();
  expect(numberedGroups('A(?<value>\\d)|B(?<value>\\d)')).toBeNull();
  expect(numberedGroups('(?<v\\u0061lue>\\d)')).toBeNull();
});

test('brackets and escapes hide what is no group', () => {
  expect(numberedGroups('\\(([(]x[)])(?<value>\\d)')).toEqual({
    source: '\\(([(]x[)])(\\d)',
    numbers: new Map([['value', 2]]),
  });
});
