import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { checkConfig } from '../../config/check.ts';
import { faultlessConfig } from '../../config/faultless.ts';
import { readYaml } from '../../config/parse.ts';
import { readFaultless } from '../../config/read-faultless.ts';
import { FOLDERS, GOOD_CONFIG } from './good-config.ts';
import { YAML_PIECES } from './yaml-pieces.ts';

/** Whatever the quick reader finds, the thorough one finds as well, and has nothing to say about it. */
function expectSameReading(text: string): void {
  const quick = readFaultless(text);
  if (quick === undefined) return;
  const { value, problems } = readYaml(text);
  expect(problems).toEqual([]);
  expect(quick).toStrictEqual(value);
}

function expectSameJudgement(text: string): void {
  const quick = faultlessConfig(text, FOLDERS);
  if (quick === null) return;
  const checked = checkConfig(text, FOLDERS);
  expect(checked).toMatchObject({ ok: true, warnings: [] });
  expect(quick).toStrictEqual(checked.ok ? checked.config : null);
}

/** Texts that mean something to one reader or the other, or nearly do. */
const TRICKY = fc.constantFrom(
  ...[
    'null',
    'Null',
    '~',
    '',
    'true',
    'TRUE',
    'yes',
    'on',
    '1',
    '-0',
    '007',
    '0x1f',
    '0o17',
    '1e3',
    '+1',
    '.5',
    '5.',
  ],
  ...[
    '.inf',
    '-.INF',
    '.nan',
    '1_000',
    '12:30',
    '2024-01-01',
    '10.0.0.1',
    '20%',
    '7d',
    '<<',
    '=',
    '- a',
    'a: b',
  ],
  ...[
    '#',
    ' # x',
    '"',
    "'",
    '\\',
    '\t',
    ' a ',
    'a\nb',
    'a\n\n b\n',
    '[',
    '{',
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '%',
    '@',
  ],
);
const SCALAR = fc.oneof(
  TRICKY,
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const { tree: DATA } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    SCALAR,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(TRICKY, fc.string()), tie('tree'), { maxKeys: 4 }),
  ),
}));
const SPELLING = fc.record({
  collectionStyle: fc.constantFrom('any', 'block', 'flow'),
  defaultStringType: fc.constantFrom(
    'PLAIN',
    'QUOTE_SINGLE',
    'QUOTE_DOUBLE',
    'BLOCK_LITERAL',
    'BLOCK_FOLDED',
  ),
  defaultKeyType: fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE'),
  indent: fc.integer({ min: 1, max: 6 }),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 20, 80),
});

describe('the quick reader of a configuration', () => {
  test('reads what the thorough one reads, however it is spelled', () => {
    let read = 0;
    fc.assert(
      fc.property(DATA, SPELLING, (data, spelling) => {
        const text = stringify(data, { ...spelling, aliasDuplicateObjects: false });
        expectSameReading(text);
        read += readFaultless(text) === undefined ? 0 : 1;
      }),
      { numRuns: 1_500 },
    );
    expect(read).toBeGreaterThan(500);
  });

  test('leaves to the thorough one whatever looks like YAML and is a mistake', () => {
    const soup = fc
      .array(fc.constantFrom(...YAML_PIECES), { maxLength: 30 })
      .map((pieces) => pieces.join(''));
    fc.assert(fc.property(soup, expectSameReading), { numRuns: 3_000 });
  });

  test('judges a configuration with a slip of the hand as the thorough one does', () => {
    const at = fc.nat({ max: GOOD_CONFIG.length });
    const slip = fc.tuple(at, fc.nat({ max: 3 }), fc.oneof(fc.constant(''), fc.constantFrom(...YAML_PIECES)));
    fc.assert(
      fc.property(fc.array(slip, { minLength: 1, maxLength: 2 }), (slips) => {
        let text = GOOD_CONFIG;
        for (const [from, length, piece] of slips)
          text = text.slice(0, from) + piece + text.slice(from + length);
        expectSameJudgement(text);
        expectSameReading(text);
      }),
      { numRuns: 1_500 },
    );
  });

  test('reads the configurations that people begin with, and those of the cases', () => {
    expect(faultlessConfig(GOOD_CONFIG, FOLDERS)).not.toBeNull();
    for (const file of globSync(['config/agent.example.yaml', 'test/cases/*/config.yaml'])) {
      const text = readFileSync(file, 'utf8');
      expect(readFaultless(text), file).toBeDefined();
      expectSameReading(text);
      expectSameJudgement(text);
    }
  });

  test.each([
    ['an anchor', 'a: &x 1\n'],
    ['an alias', 'a: &x 1\nb: *x\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a key given twice', 'a: 1\na: 2\n'],
    ['__proto__', '__proto__: 1\n'],
    ['a second document', 'a: 1\n---\nb: 2\n'],
    ['a directive', '%YAML 1.1\n---\na: yes\n'],
    ['an odd number', 'a: 0x1f\n'],
    ['endless nesting', '['.repeat(10_000)],
    ['too many values', `[${'1,'.repeat(60_000)}]`],
    ['nothing', ''],
  ])('leaves %s to the thorough one', (_, text) => {
    expect(readFaultless(text)).toBeUndefined();
  });
});
