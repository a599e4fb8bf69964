import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../config/check.ts';
import { readYaml } from '../../config/parse.ts';
import { printProblems } from '../../config/print-problems.ts';
import { changed, FOLDERS, GOOD_CONFIG } from './good-config.ts';
import { YAML_PIECES } from './yaml-pieces.ts';

function messages(text: string): readonly string[] {
  const checked = checkConfig(text, FOLDERS);
  return checked.ok ? [] : checked.problems.map(({ message }) => message);
}

/** Every mistake is a sentence at a place that exists; printing them works too. */
function expectOrderly(text: string): void {
  const checked = checkConfig(text, FOLDERS);
  const problems = checked.ok ? [] : checked.problems;
  expect(checked.ok || problems.length > 0).toBe(true);
  const lines = text.split('\n').length;
  for (const { line, column, message } of [...problems, ...checked.warnings]) {
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(line === 0 ? 0 : 1);
    expect(message).not.toBe('');
    // valibot's own words mean that a declaration says nothing about this mistake.
    expect(message).not.toMatch(/^Invalid |undefined|\[object/);
  }
  for (const printed of printProblems(problems, 'agent.yaml', text)) {
    expect(printed).not.toMatch(/(?!\t)\p{Cc}/u);
  }
}

const ANY_VALUE = fc.oneof(
  fc.constantFrom(
    '~',
    '""',
    '[]',
    '{}',
    '[[]]',
    '[1, 2]',
    '{ a: 1 }',
    '.nan',
    '-.inf',
    '1e999',
    '-1',
    '0x1f',
    'true',
    '0.5',
    '50%',
    '7d',
    '*a',
    '!t x',
    '"\\u0000"',
    '99999999999999999999d',
    '9'.repeat(400),
  ),
  fc.string().map((text) => JSON.stringify(text)),
);

describe('the configuration check', () => {
  test('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), expectOrderly), { numRuns: 300 });
  });

  test('never throws, whatever looks like YAML', () => {
    const text = fc
      .array(fc.constantFrom(...YAML_PIECES), { maxLength: 40 })
      .map((pieces) => pieces.join(''));
    fc.assert(fc.property(text, expectOrderly), { numRuns: 600 });
  });

  test.each(['[---\n\r', "\n    '\r"])('names no line behind half a line end of Windows: %j', expectOrderly);

  test('has a sentence for every wrong value of every setting', () => {
    const full = GOOD_CONFIG.replace('slotId: id-black', FULL_SLOT)
      .replace('mqtts://broker.example.net', FULL_MQTT)
      .replace('https://drs.example.net', FULL_DRS);
    expect(messages(full)).toEqual([]);
    const lines = full.trimEnd().split('\n');
    const spoilt = fc
      .tuple(fc.nat(lines.length - 1), ANY_VALUE)
      .map(([index, value]) =>
        lines
          .map((line, at) => (at === index ? line.replace(/: .*|:$/, () => `: ${value}`) : line))
          .join('\n'),
      );
    fc.assert(fc.property(spoilt, expectOrderly), { numRuns: 1000 });
  });

  test('survives losing any part of a file', () => {
    const cut = fc
      .tuple(fc.nat(GOOD_CONFIG.length), fc.nat(40))
      .map(([start, length]) => GOOD_CONFIG.slice(0, start) + GOOD_CONFIG.slice(start + length));
    fc.assert(fc.property(cut, expectOrderly), { numRuns: 300 });
  });
});

const FULL_SLOT = `slotId: id-black
    name: x
    valid: { min: 0, max: 1023 }
    sentinels: [-1]
    filter: { median: 5 }
    staleAfter: 60s
    reorderAt: 20%
    rearmAt: 60%
    confirm: { samples: 5, for: 30s }
    leadTime: 7d
    maxOrders: { count: 2, per: 30d }`;

const FULL_MQTT = `mqtts://broker.example.net
  allowInsecure: false
  username: u
  passwordFile: p
  caFile: c
  certFile: c
  keyFile: k
  topicPrefix: t
  heartbeat: 15m
  deadband: 1%
  homeAssistant: true`;

const FULL_DRS = `https://drs.example.net
  caFile: c
  token: { source: file, file: t }
  dryRun: false
  inDoubtWindow: 6h
  retry: { first: 2s, max: 15m }
  timeouts: { connect: 10s, headers: 15s, body: 10s }`;

describe('hostile YAML', () => {
  test('with aliases that unfold without end is refused', () => {
    const laughs = ['a: &a0 [x, x]'];
    for (let depth = 1; depth < 40; depth++)
      laughs.push(`a${depth}: &a${depth} [*a${depth - 1}, *a${depth - 1}]`);
    const tooMuch = 'the file holds too many values, or is nested too deeply, to be read';
    expect(messages(laughs.join('\n'))).toContain(tooMuch);
    const wide = Array.from({ length: 400 }, () => '*l').join(', ');
    expect(messages(`l: &l [${'x, '.repeat(400)}x]\nm: [${wide}]`)).toContain(tooMuch);
  });

  test('with an alias to itself is refused', () => {
    expect(messages('a: &a [*a]')).toContain('there is no finished value named &a above this line');
  });

  test.each([
    ['lists', '['.repeat(20_000)],
    ['maps', '{a: '.repeat(20_000)],
    ['lines', '- '.repeat(20_000)],
    ['keys', '? '.repeat(20_000)],
  ])('with endlessly nested %s is refused', (_, text) => {
    expect(messages(text).length).toBeGreaterThan(0);
  });

  test('with nesting that the parser bears but no configuration has is refused', () => {
    const text = `x: ${'['.repeat(30)}${']'.repeat(30)}`;
    expect(messages(text)).toContain('the file holds too many values, or is nested too deeply, to be read');
  });

  test('with more wrong settings than the call stack has room for is refused', () => {
    const text = Array.from({ length: 130_000 }, (_, index) => `k${index}:`).join('\n');
    expect(messages(text).at(-1)).toMatch(/^there are at least \d+ more mistakes/);
  });

  test('leaves no key behind that could be mistaken for something inherited', () => {
    const { value, problems } = readYaml('__proto__: { polluted: 1 }\n? [a]\n: 1\ntoString: 2\n');
    expect(Object.keys(value as object)).toEqual(['toString']);
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(problems.map(({ message }) => message)).toEqual([
      'the name __proto__ cannot be used',
      'a name is expected here, as in "name: value"',
    ]);
    expect('polluted' in {}).toBe(false);
  });

  test.each(['constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'takes %s for a name like any other',
    (name) => {
      const checked = checkConfig(changed('  black:', `  ${name}:`), FOLDERS);
      expect(checked.ok && Object.keys(checked.config.slots)).toEqual([name, 'blue']);
      expect(messages(changed('id: printer-7', `id: printer-7\n  ${name}: 1`))).toEqual([
        'there is no setting of this name here; known are id, name',
      ]);
    },
  );

  test('does not switch to the rules of YAML 1.1', () => {
    const text = `%YAML 1.1\n---\n${changed('id: printer-7', 'id: on')}`;
    const checked = checkConfig(text, FOLDERS);
    expect(checked.ok && checked.config.device.id).toBe('on');
  });
});
