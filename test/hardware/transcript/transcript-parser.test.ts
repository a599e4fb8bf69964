import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type RecordedReading,
  transcriptHeader,
  transcriptLine,
} from '../../../hardware/transcript/transcript-line.ts';
import { TranscriptParser } from '../../../hardware/transcript/transcript-parser.ts';

function parse(text: string | Buffer, portion = Number.POSITIVE_INFINITY) {
  const parser = new TranscriptParser();
  const bytes = Buffer.from(text);
  const readings: RecordedReading[] = [];
  for (let at = 0; at < bytes.length; at += portion)
    readings.push(...parser.push(bytes.subarray(at, at + portion)));
  readings.push(...parser.end());
  return { readings, bad: parser.bad, failure: parser.failure, startedAtMs: parser.startedAtMs };
}

const reading = (atMs: number, raw = 1) => ({ atMs, hardware: 'scale', channel: '', raw });
const lineAt = (atMs: number) => `{"atMs":${atMs},"hardware":"scale","raw":1}\n`;

describe('a recording', () => {
  it('comes back as it was written, whatever the portions', () => {
    const recorded = fc.record({
      atMs: fc.nat(1e9),
      hardware: fc
        .string({ minLength: 1, maxLength: 64, unit: 'binary' })
        .filter((text) => text.isWellFormed()),
      channel: fc.string({ maxLength: 20 }),
      raw: fc.double({ noNaN: true, noDefaultInfinity: true }).map((raw) => raw + 0),
    });
    fc.assert(
      fc.property(
        fc.array(recorded, { maxLength: 20 }),
        fc.integer({ min: 1, max: 200 }),
        (many, portion) => {
          const sorted = many.toSorted((a, b) => a.atMs - b.atMs);
          const text = [transcriptHeader(1_700_000_000_000, '0.1.0'), ...sorted.map(transcriptLine)].join(
            '\n',
          );
          const { readings, bad, failure, startedAtMs } = parse(text, portion);
          expect({ readings, bad: bad.count, failure, startedAtMs }).toEqual({
            readings: sorted,
            bad: 0,
            failure: null,
            startedAtMs: 1_700_000_000_000,
          });
        },
      ),
    );
  });

  it('never throws, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(`${text}\n`)),
    );
    fc.assert(
      fc.property(fc.array(bytes), (portions) => {
        const parser = new TranscriptParser();
        for (const portion of portions)
          for (const { atMs, raw } of parser.push(Buffer.from(portion)))
            expect([atMs, raw].every(Number.isFinite)).toBe(true);
        parser.end();
      }),
    );
  });

  it('takes wall times relative to the first, and relative to its head when it has one', () => {
    const line = (second: number) =>
      `{"at":"2026-11-23T08:00:0${second}+01:00","hardware":"scale","raw":1}\n`;
    const headless = parse(line(1) + line(3));
    expect(headless.readings).toEqual([reading(0), reading(2000)]);
    expect(headless.startedAtMs).toBe(Date.UTC(2026, 10, 23, 7, 0, 1));
    const head = '{"recording":1,"startedAt":"2026-11-23T07:00:00Z"}\n';
    expect(parse(head + line(1) + line(3)).readings).toEqual([reading(1000), reading(3000)]);
  });

  it('takes a channel that is a number, members that it does not know, and other line ends', () => {
    const text = '\r\n{"atMs":1,"hardware":"scale","channel":7,"raw":1,"note":"x"}\r\n\r\n';
    expect(parse(text)).toMatchObject({ readings: [{ ...reading(1), channel: '7' }], bad: { count: 0 } });
  });
});

describe('a bad line', () => {
  it.each([
    ['{"atMs":1,"hardware":"scale"', /not JSON/],
    ['[1]', /object/],
    ['{"atMs":-1,"hardware":"scale","raw":1}', /atMs/],
    ['{"atMs":"1","hardware":"scale","raw":1}', /atMs/],
    ['{"atMs":1e300,"hardware":"scale","raw":1}', /atMs/],
    ['{"atMs":1e999,"hardware":"scale","raw":1}', /atMs/],
    ['{"atMs":1,"hardware":"","raw":1}', /hardware/],
    ['{"atMs":1,"raw":1}', /^has no hardware/],
    ['{"atMs":1,"hardware":"scale"}', /^has no number raw/],
    [`{"atMs":1,"hardware":"scale","channel":"${'x'.repeat(256)}","raw":1}`, /^has a channel/],
    ['{"atMs":1,"hardware":"scale","channel":1e999,"raw":1}', /^has a channel/],
    ['{"atMs":1,"hardware":"scale","channel":{},"raw":1}', /channel/],
    ['{"atMs":1,"hardware":"scale","raw":"12"}', /raw/],
    ['{"atMs":1,"hardware":"scale","raw":1e999}', /raw/],
    ['{"hardware":"scale","raw":1}', /no time/],
    ['{"at":"yesterday","hardware":"scale","raw":1}', /ISO 8601/],
    ['{"at":"2026-11-23T08:00:00","hardware":"scale","raw":1}', /zone/],
    ['{"recording":1}', /first line/],
    [`{"atMs":1,"hardware":"scale","raw":1${' '.repeat(5000)}}`, /longer/],
    [`{"atMs":1,"hardware":"scale","raw":1${' '.repeat(50_000)}}`, /longer/],
  ])('%.60s is named with its number and why, and the others count', (bad, why) => {
    for (const portion of [7, 100_000]) {
      const parsed = parse(`${lineAt(0)}${bad}\n${lineAt(2)}`, portion);
      expect(parsed.readings).toEqual([reading(0), reading(2)]);
      expect(parsed.bad).toEqual({ count: 1, first: [{ line: 2, why: expect.stringMatching(why) }] });
      expect(parsed.failure).toBeNull();
    }
  });

  it('is counted beyond the first few, without being kept', () => {
    const { bad } = parse(lineAt(0) + 'x\n'.repeat(1000));
    expect(bad.count).toBe(1000);
    expect(bad.first.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
  });
});

describe('a file that is no recording', () => {
  it('is refused from the line on in which time runs backwards', () => {
    const { readings, failure } = parse(lineAt(1000) + lineAt(2000) + lineAt(1999) + lineAt(3000));
    expect(readings).toEqual([reading(1000), reading(2000)]);
    expect(failure).toMatch(/back in time in line 3: 1999 ms/);
  });

  it('is refused when nothing at its beginning is a reading', () => {
    expect(parse('a,b\n'.repeat(99)).failure).toBeNull();
    expect(parse('a,b\n'.repeat(100)).failure).toMatch(/is no recording.*line 1 is not JSON/);
  });

  it('is refused when its first line does not end', () => {
    expect(parse('x'.repeat(2_000_000), 65_536).failure).toMatch(/line 1 does not end/);
  });

  it.each(['{"recording":1,"version":5}', `{"recording":1,"version":"${'1'.repeat(65)}"}`])(
    'has its head read for a version: %.40s',
    (head) => {
      expect(parse(`${head}\n${lineAt(0)}`).bad.first[0]?.why).toMatch(/^has a version/);
    },
  );

  it('is refused when it is of a kind to come', () => {
    expect(parse(`{"recording":2}\n${lineAt(0)}`).bad.first[0]?.why).toMatch(/does not know/);
  });
});
