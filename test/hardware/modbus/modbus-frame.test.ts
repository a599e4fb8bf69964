import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc16, findAnswer, type ReadRequest, requestBytes } from '../../../hardware/modbus/modbus-frame.ts';
import { registerValue, scaled } from '../../../hardware/modbus/modbus-value.ts';
import { sealed } from '../../support/modbus-slave.ts';

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

const REQUEST: ReadRequest = { unit: 1, function: 3, register: 3, registers: 1 };
const ANSWER = sealed(bytes('01 03 02 0F A0'));

describe('the CRC', () => {
  test.each([
    // DFRobot's wiki, page SEN0676: registers empty height, level, height, address, speed, range.
    '01 03 00 01 00 01 D5 CA',
    '01 03 00 03 00 01 74 0A',
    '01 03 00 05 00 01 94 0B',
    '01 03 03 F4 00 01 C5 BC',
    '01 03 03 F6 00 01 64 7C',
    '01 03 07 D4 00 01 C5 46',
    // The example of the Modicon protocol guide, and an answer of an Escort TD-500 fuel level sensor.
    '11 03 00 6B 00 03 76 87',
    '01 03 08 14 04 67 00 00 00 00 00 D8 FF',
  ])('closes the published frame %s', (frame) => {
    const whole = bytes(frame);
    expect(crc16(whole, 0, whole.length - 2)).toBe(whole.readUInt16LE(whole.length - 2));
    expect(sealed(whole.subarray(0, -2))).toEqual(whole);
  });
});

describe('a request', () => {
  test('is that of the manual', () => {
    expect(requestBytes({ ...REQUEST, register: 1 })).toEqual(bytes('01 03 00 01 00 01 D5 CA'));
    expect(requestBytes(REQUEST)).toEqual(bytes('01 03 00 03 00 01 74 0A'));
  });
});

describe('an answer', () => {
  test('is found whole, and not before', () => {
    for (let length = 0; length < ANSWER.length; length += 1) {
      expect(findAnswer(ANSWER.subarray(0, length), REQUEST)).toEqual({ kind: 'none' });
    }
    expect(findAnswer(ANSWER, REQUEST)).toEqual({ kind: 'registers', data: bytes('0F A0') });
  });

  test('is found behind noise, the echo of the request, and the answer of another unit', () => {
    const other = sealed(bytes('02 03 02 00 01'));
    const received = Buffer.concat([bytes('00 01 FF'), requestBytes(REQUEST), other, ANSWER]);
    expect(findAnswer(received, REQUEST)).toMatchObject({ kind: 'registers', data: bytes('0F A0') });
  });

  test('is never the echo, nor a part of it, even where that is a perfect answer', () => {
    const request: ReadRequest = { unit: 4, function: 3, register: 0x02b0, registers: 1 };
    const echo = requestBytes(request);
    const lookalike = echo.subarray(0, 7);
    expect(sealed(lookalike.subarray(0, 5))).toEqual(lookalike);
    for (let length = 0; length <= echo.length; length += 1) {
      expect(findAnswer(echo.subarray(0, length), request)).toEqual({ kind: 'none' });
    }
    const answer = sealed(bytes('04 03 02 00 07'));
    expect(findAnswer(Buffer.concat([echo, answer]), request)).toMatchObject({ data: bytes('00 07') });
  });

  test.each([
    ['another unit', sealed(bytes('02 03 02 0F A0'))],
    ['another function', sealed(bytes('01 04 02 0F A0'))],
    ['another length', sealed(bytes('01 03 04 0F A0 00 00'))],
    ['a damaged one', bytes('01 03 02 0F A1 BC CC')],
    ['an exception to another function', sealed(bytes('01 84 02'))],
  ])('%s is none', (_, received) => {
    expect(findAnswer(received, REQUEST)).toEqual({ kind: 'none' });
  });

  test('can be an exception', () => {
    expect(findAnswer(sealed(bytes('01 83 02')), REQUEST)).toEqual({ kind: 'exception', code: 2 });
  });

  test('with any bit turned is none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 * ANSWER.length - 1 }), (bit) => {
        const damaged = Buffer.from(ANSWER);
        const at = bit >> 3;
        damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit & 7));
        expect(findAnswer(damaged, REQUEST)).toEqual({ kind: 'none' });
      }),
    );
  });

  test('is found at the end of any bytes that hold no other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const before = Buffer.from(noise);
        fc.pre(findAnswer(before, REQUEST).kind === 'none');
        const found = findAnswer(Buffer.concat([before, ANSWER]), REQUEST);
        expect(['registers', 'exception']).toContain(found.kind);
      }),
    );
  });
});

describe('a number in registers', () => {
  test.each([
    ['uint16', '0F A0', 'high-first', 4000],
    ['uint16', 'FF FE', 'high-first', 65_534],
    ['int16', 'FF FE', 'high-first', -2],
    ['uint32', '00 01 00 02', 'high-first', 65_538],
    ['uint32', '00 01 00 02', 'low-first', 131_073],
    ['int32', 'FF FF FF FF', 'high-first', -1],
    ['int32', 'FF FE FF FF', 'low-first', -2],
    // IEEE 754: 12.5 is 0x41480000.
    ['float32', '41 48 00 00', 'high-first', 12.5],
    ['float32', '00 00 41 48', 'low-first', 12.5],
    ['float32', '7F C0 00 00', 'high-first', null],
    ['float32', 'FF 80 00 00', 'high-first', null],
    ['uint32', '00 01', 'high-first', null],
  ] as const)('%s %s, %s, is %j', (type, data, order, value) => {
    expect(registerValue(bytes(data), type, order)).toBe(value);
  });

  test('is scaled without the dust of binary fractions', () => {
    expect(scaled(235, 0.1)).toBe(23.5);
    expect(scaled(-4000, 0.001)).toBe(-4);
  });
});
