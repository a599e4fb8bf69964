import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileLinePattern, parseLine } from '../../../hardware/serial/line-pattern.ts';

const SLOT_LINE = 'slot=(?<channel>\\w+) raw=(?<value>-?\\d+(?:\\.\\d+)?)';

function parse(source: string, line: string) {
  const compiled = compileLinePattern(source);
  if (!compiled.ok) throw new Error(compiled.error);
  return parseLine(compiled.pattern, line);
}

describe('compileLinePattern', () => {
  test('says what is wrong with a pattern that is no regular expression', () => {
    expect(compileLinePattern('raw=(?<value>\\d+')).toMatchObject({
      ok: false,
      error: expect.stringContaining('not a regular expression'),
    });
  });

  test('refuses a pattern that only the wrapping would make valid', () => {
    expect(compileLinePattern('a)|(?<value>b').ok).toBe(false);
  });

  test('asks for the group value when it is missing', () => {
    expect(compileLinePattern('raw=(\\d+)')).toEqual({
      ok: false,
      error: 'The pattern has no group named value: write (?<value>...) around the number.',
    });
  });

  test('accepts the group value in each alternative', () => {
    expect(parse('A(?<value>\\d+)|B(?<value>\\d+)', 'B7')).toEqual({ ok: true, channel: '', raw: 7 });
  });
});

describe('parseLine', () => {
  test.each([
    ['slot=1 raw=500', '1', 500],
    ['slot=black raw=-12.5', 'black', -12.5],
    ['slot=2 raw=0', '2', 0],
  ])('reads %s', (line, channel, raw) => {
    expect(parse(SLOT_LINE, line)).toEqual({ ok: true, channel, raw });
  });

  test.each([
    'slot=1 raw=500 ',
    ' slot=1 raw=500',
    'slot=1 raw=500slot=2 raw=1',
    'slot=1 raw=500.',
    'xslot=1 raw=500',
    'slot=1 raw=',
    '',
  ])('does not take a part of a line for a reading: %j', (line) => {
    expect(parse(SLOT_LINE, line)).toEqual({ ok: false, why: 'no-match' });
  });

  test('binds alternatives of a pattern to the whole line', () => {
    expect(parse('(?<value>1)|2', '12')).toEqual({ ok: false, why: 'no-match' });
    expect(parse('(?<value>1)|2', '2')).toEqual({ ok: false, why: 'not-a-number' });
  });

  test('gives channel "" where the pattern names none or its group takes no part', () => {
    expect(parse('(?<value>\\d+)', '12')).toEqual({ ok: true, channel: '', raw: 12 });
    expect(parse('(?:(?<channel>\\w):)?(?<value>\\d+)', '12')).toEqual({ ok: true, channel: '', raw: 12 });
  });

  test.each(['', ' ', '12,5', '1.2.3', 'NaN', 'Infinity', '1e999', '12abc', '--3'])(
    'takes %j for no number',
    (value) => {
      expect(parse('raw=(?<value>.*)', `raw=${value}`)).toEqual({ ok: false, why: 'not-a-number' });
    },
  );

  test('reads padded and exponential numbers', () => {
    expect(parse('raw=(?<value>.*)', 'raw=   12.30')).toMatchObject({ raw: 12.3 });
    expect(parse('raw=(?<value>.*)', 'raw=1.5e3')).toMatchObject({ raw: 1500 });
  });

  test('never throws and only ever gives finite numbers', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: 'binary' }), (line) => {
        const parsed = parse('(?<value>.+)', line);
        if (parsed.ok) expect(Number.isFinite(parsed.raw)).toBe(true);
      }),
    );
  });
});
