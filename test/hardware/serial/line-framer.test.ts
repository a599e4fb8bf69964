import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINE_BYTES_MAX, LineFramer } from '../../../hardware/serial/line-framer.ts';

/** Feeds portions to a framer that has seen a line end already, unless told otherwise. */
function frame(
  portions: readonly (Buffer | string)[],
  options: { synchronised: boolean } = { synchronised: true },
) {
  const framer = new LineFramer();
  if (options.synchronised) framer.push(Buffer.from('\n'));
  const lines: string[] = [];
  let badLines = 0;
  for (const portion of portions) {
    const framed = framer.push(typeof portion === 'string' ? Buffer.from(portion) : portion);
    lines.push(...framed.lines);
    badLines += framed.badLines;
  }
  return { lines, badLines };
}

/** Cuts the bytes into portions of the given lengths, over and over. */
function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const portions: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? bytes.length;
    portions.push(bytes.subarray(at, at + length));
    at += length;
  }
  return portions;
}

describe('LineFramer', () => {
  test.each([
    ['line feed', '1\n2\n'],
    ['carriage return and line feed', '1\r\n2\r\n'],
    ['carriage return alone', '1\r2\r'],
    ['empty lines between', '\n\n1\r\n\r\n2\n\n'],
  ])('splits lines at %s', (_name, text) => {
    expect(frame([text])).toEqual({ lines: ['1', '2'], badLines: 0 });
  });

  test('keeps an unfinished line for the next portion', () => {
    expect(frame(['slot=1 r', 'aw=5', '00\r', '\nslot'])).toEqual({ lines: ['slot=1 raw=500'], badLines: 0 });
  });

  test('drops what comes before the first line end, because its start was not seen', () => {
    expect(frame(['2', '34\n1235\n'], { synchronised: false })).toEqual({ lines: ['1235'], badLines: 0 });
  });

  test('loses no more than the first line of a board that starts to send right after opening', () => {
    expect(frame(['1\n2\n3\n'], { synchronised: false }).lines).toEqual(['2', '3']);
  });

  test('forgets an unfinished line and the synchronisation on restart', () => {
    const framer = new LineFramer();
    framer.push(Buffer.from('\n12'));
    framer.restart();
    expect(framer.push(Buffer.from('34\n5678\n')).lines).toEqual(['5678']);
  });

  test('takes a line of exactly the greatest length, in one portion and in two', () => {
    const longest = 'x'.repeat(LINE_BYTES_MAX);
    expect(frame([`${longest}\n`])).toEqual({ lines: [longest], badLines: 0 });
    expect(frame([longest, '\n'])).toEqual({ lines: [longest], badLines: 0 });
  });

  test.each([1, 7, LINE_BYTES_MAX, 4096])(
    'drops an overlong line whole, counts it once, and goes on with the next (portions of %i)',
    (length) => {
      const bytes = Buffer.from(`${'9'.repeat(3 * LINE_BYTES_MAX)}\n17\n`);
      expect(frame(cut(bytes, [length]))).toEqual({ lines: ['17'], badLines: 1 });
    },
  );

  test('counts an overlong first line, so that a port without line ends is not silent about it', () => {
    const noise = `${'x'.repeat(LINE_BYTES_MAX + 1)}\n17\n`;
    expect(frame([noise], { synchronised: false })).toEqual({ lines: ['17'], badLines: 1 });
  });

  test.each([
    ['NUL', [0x31, 0x00, 0x32]],
    ['DEL', [0x31, 0x7f]],
    ['a C1 control in UTF-8', [0x31, 0xc2, 0x85]],
    ['a byte that is not UTF-8', [0x31, 0xff, 0x32]],
    ['a cut UTF-8 character', [0x31, 0xc3]],
  ])('counts a line with %s as bad and takes the next', (_name, bytes) => {
    expect(frame([Buffer.from([...bytes, 0x0a]), '7\n'])).toEqual({ lines: ['7'], badLines: 1 });
  });

  test('decodes UTF-8 and lets a tab pass', () => {
    expect(frame([Buffer.from('21.5 °C\t✓\n')])).toEqual({ lines: ['21.5 °C\t✓'], badLines: 0 });
  });

  test('decodes a character that is cut by the end of a portion', () => {
    expect(frame(cut(Buffer.from('a°b\n'), [2])).lines).toEqual(['a°b']);
  });

  const streams = fc
    .array(
      fc.oneof(
        fc.constantFrom('\n', '\r\n', '\r', '1234', 'slot=1 raw=5', '°', '\t', '\u0000', 'y'.repeat(300)),
        fc.string({ maxLength: 20 }),
      ),
      { maxLength: 40 },
    )
    .map((parts) => Buffer.from(parts.join('')));
  const portionLengths = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 8 });

  test('gives the same lines and the same count however the stream is cut', () => {
    fc.assert(
      fc.property(streams, portionLengths, fc.boolean(), (stream, lengths, synchronised) => {
        expect(frame(cut(stream, lengths), { synchronised })).toEqual(frame([stream], { synchronised }));
      }),
    );
  });

  test('survives any bytes and never gives a line that is empty, too long or not printable', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), portionLengths, (bytes, lengths) => {
        const { lines, badLines } = frame(cut(Buffer.from(bytes), lengths), { synchronised: false });
        const lineEnds = bytes.filter((byte) => byte === 0x0a || byte === 0x0d).length;
        expect(lines.length + badLines).toBeLessThanOrEqual(lineEnds);
        for (const line of lines) {
          expect(line).not.toBe('');
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_BYTES_MAX);
          expect(line.replaceAll('\t', '')).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });

  test('finds every whole line again after any garbage and a line end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), (garbage) => {
        const { lines } = frame([Buffer.from(garbage), '\nslot=1 raw=500\n'], { synchronised: false });
        expect(lines.at(-1)).toBe('slot=1 raw=500');
      }),
    );
  });
});
