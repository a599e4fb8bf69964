import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { proposePatterns, tryPattern } from '../../agent/setup/line-proposal.ts';
import { compileLinePattern, parseLine } from '../../hardware/serial/line-pattern.ts';

const NUMBER = '-?\\d+(?:\\.\\d+)?';
const VALUE = `(?<value>${NUMBER})`;

describe('the first proposal for lines', () => {
  test.each<[lines: string[], pattern: string, latest: [string, number][]]>([
    [['512', '511'], VALUE, [['', 511]]],
    [['-3.5'], VALUE, [['', -3.5]]],
    [['+512 kg', '-3 kg'], '(?<value>[-+]?\\d+(?:\\.\\d+)?) kg', [['', -3]]],
    [
      ['slot=1 raw=512', 'slot=2 raw=300', 'slot=1 raw=511'],
      `slot=(?<channel>\\w+) raw=${VALUE}`,
      [
        ['1', 511],
        ['2', 300],
      ],
    ],
    [['A0: 512'], `(?<channel>\\w+): ${VALUE}`, [['A0', 512]]],
    [
      ['left: 512', 'right: 300'],
      `(?<channel>\\w+): ${VALUE}`,
      [
        ['left', 512],
        ['right', 300],
      ],
    ],
    [['temp: 23.5 C', 'temp: 23.6 C'], `temp: ${VALUE} C`, [['', 23.6]]],
    [
      ['1,512', '2,300', '1,511', '2,301'],
      `(?<channel>\\w+),${VALUE}`,
      [
        ['1', 511],
        ['2', 301],
      ],
    ],
    // A counter does not come again: it is no channel.
    [['1,512', '2,511', '3,512', '4,512'], `${NUMBER},${VALUE}`, [['', 512]]],
    [['12,7,300', '12,7,301'], `${NUMBER},${NUMBER},${VALUE}`, [['', 301]]],
    [['raw=5 temp=20', 'raw=5 temp=21'], `raw=${VALUE} temp=${NUMBER}`, [['', 5]]],
    [['{"slot":1,"raw":-512.5}'], `\\{"slot":(?<channel>\\w+),"raw":${VALUE}\\}`, [['1', -512.5]]],
    [['  512', '   51'], `\\s*${VALUE}`, [['', 51]]],
    [['level  12%', 'level   3%'], `level\\s+${VALUE}%`, [['', 3]]],
    [['a\tb\t3'], `a\\tb\\t${VALUE}`, [['', 3]]],
    [['Weight: 512g', 'Weight: 511g'], `Weight: ${VALUE}g`, [['', 511]]],
    [['board v1.2.3 ready', 'raw 5', 'raw 6'], `raw ${VALUE}`, [['', 6]]],
  ])('%j', (lines, pattern, latest) => {
    const [first] = proposePatterns(lines);
    expect(first?.pattern).toBe(pattern);
    expect([...(first?.latest ?? [])]).toEqual(latest);
  });

  test('is none where no line holds a number', () => {
    expect(proposePatterns([])).toEqual([]);
    expect(proposePatterns(['ready', '', 'A0', 'version 1.2.3.4'])).toEqual([]);
  });
});

test('lines with several numbers get a proposal for each, up to five', () => {
  const patterns = proposePatterns(['1.5;2;3', '1.6;3;4']).map(({ pattern }) => pattern);
  expect(patterns).toHaveLength(3);
  expect(new Set(patterns).size).toBe(3);
  expect(proposePatterns(['1;2;3;4;5;6;7;8'])).toHaveLength(5);
});

test('a pattern that reads nothing from the lines, or is none, tells so', () => {
  expect(tryPattern('raw=(?<value>\\d+)', ['raw=7', 'x'])).toEqual({
    pattern: 'raw=(?<value>\\d+)',
    matched: 1,
    latest: new Map([['', 7]]),
  });
  for (const source of ['(', 'raw=\\d+', 'other=(?<value>\\d+)', `${'x'.repeat(1000)}(?<value>1)`]) {
    expect(tryPattern(source, ['raw=7', `${'x'.repeat(1000)}1`])).toBeNull();
  }
});

test('every proposal for whatever text reads what it says from it', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.constantFrom('=', ' ', ', ', 'raw', 'slot', '1', '-2.5', '\\', '(', '$', '|', '\t', '+7', 'A0', '\\t'),
  );
  const line = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      for (const { pattern, matched, latest } of proposePatterns(lines)) {
        const compiled = compileLinePattern(pattern);
        if (!compiled.ok) throw new Error(compiled.error);
        const read = lines.map((text) => parseLine(compiled.pattern, text)).filter(({ ok }) => ok);
        expect(read).toHaveLength(matched);
        expect(latest.size).toBeGreaterThan(0);
        expect([...latest.values()].every(Number.isFinite)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('lines that vary only in their numbers are always read', () => {
  const prefix = fc.stringMatching(/^[a-z()[\]$^ .:=]{0,10}[:= ]$/);
  const numbers = fc.array(fc.integer({ min: -9999, max: 9999 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(prefix, numbers, (before, values) => {
      const lines = values.map((value) => `${before}${value}`);
      const [first] = proposePatterns(lines);
      expect(first?.matched).toBe(lines.length);
      expect(first?.latest.get('')).toBe(values.at(-1));
    }),
  );
});
