import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FirmataFramer, MESSAGE_BYTES_MAX } from '../../../hardware/firmata/firmata-framer.ts';
import { fits, kindOf, pinCount } from '../../../hardware/firmata/firmata-message.ts';

const VERSION = [0xf9, 2, 4];
const ANALOG = [0xe0, 0x4c, 1];
const DIGITAL = [0x91, 0x7f, 1];
const FIRMWARE = [0xf0, 0x79, 2, 4, 0x53, 0, 0xf7];

function frame(...portions: readonly (readonly number[])[]) {
  const framer = new FirmataFramer();
  const messages: number[][] = [];
  let bad = 0;
  for (const portion of portions) {
    const framed = framer.push(Uint8Array.from(portion));
    messages.push(...framed.messages.map((message) => [...message]));
    bad += framed.badMessages;
  }
  return { messages, bad };
}

const message = fc.oneof(
  fc.tuple(
    fc.constantFrom(0xf9, 0xe0, 0xe5, 0xef, 0x90, 0x9f),
    fc.integer({ min: 0, max: 127 }),
    fc.integer({ min: 0, max: 127 }),
  ),
  fc
    .array(fc.integer({ min: 0, max: 127 }), { minLength: 1, maxLength: 40 })
    .map((data) => [0xf0, ...data, 0xf7]),
);

describe('firmata framer', () => {
  test('gives whole messages, of every kind', () => {
    expect(frame([...VERSION, ...ANALOG, ...FIRMWARE, ...DIGITAL])).toEqual({
      messages: [VERSION, ANALOG, FIRMWARE, DIGITAL],
      bad: 0,
    });
  });

  test('does not care how the bytes are cut into portions', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 20 }),
        fc.array(fc.nat(200), { maxLength: 20 }),
        (all, cuts) => {
          const bytes = all.flat();
          const portions: number[][] = [];
          let start = 0;
          for (const cut of cuts.toSorted((a, b) => a - b)) {
            portions.push(bytes.slice(start, cut));
            start = Math.max(start, cut);
          }
          portions.push(bytes.slice(start));
          expect(frame(...portions)).toEqual({ messages: all, bad: 0 });
        },
      ),
    );
  });

  test('finds its feet at the next message, wherever the stream is entered', () => {
    expect(frame([0x4c, 1, ...ANALOG])).toEqual({ messages: [ANALOG], bad: 0 });
    expect(frame([0x79, 2, 4, 0xf7, ...ANALOG])).toEqual({ messages: [ANALOG], bad: 0 });
    expect(frame([0xf0, 0x79, 2, ...ANALOG])).toEqual({ messages: [ANALOG], bad: 1 });
    expect(frame([0xe0, 0x4c, ...ANALOG])).toEqual({ messages: [ANALOG], bad: 1 });
    expect(frame([...VERSION, 0xc0, ...ANALOG])).toEqual({ messages: [VERSION, ANALOG], bad: 1 });
  });

  test('holds no more than one message of the longest kind', () => {
    const long = [0xf0, ...Array(MESSAGE_BYTES_MAX).fill(1), 0xf7];
    expect(frame(long, ANALOG).messages).toEqual([ANALOG]);
    expect(frame(long, ANALOG).bad).toBeGreaterThan(0);
  });

  test('gives nothing but messages of the protocol, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(255), { maxLength: 300 }), (bytes) => {
        for (const [first = 0, ...rest] of frame(bytes).messages) {
          const data = first === 0xf0 ? rest.slice(0, -1) : rest;
          expect(data.every((byte) => byte < 0x80)).toBe(true);
          expect(first === 0xf0 ? rest.at(-1) === 0xf7 : rest.length === 2).toBe(true);
        }
      }),
    );
  });
});

describe('firmata messages', () => {
  test('are known by their kind, and not when they are too short for it', () => {
    expect(kindOf(Uint8Array.from(VERSION))).toBe('version');
    expect(kindOf(Uint8Array.from(ANALOG))).toBe('value');
    expect(kindOf(Uint8Array.from(FIRMWARE))).toBe('firmware');
    expect(kindOf(Uint8Array.from([0xf0, 0x79, 2, 0xf7]))).toBe('other');
    expect(kindOf(Uint8Array.from([0xf0, 0x6c, 0xf7]))).toBe('other');
    expect(kindOf(Uint8Array.from([0xf0, 0x75, 7, 0, 0xf7]))).toBe('other');
    expect(kindOf(Uint8Array.from([0xf0, 0x6e, 99, 0, 0, 0xf7]))).toBe('other');
  });

  test('tell the analog pins of exactly the pins that there are', () => {
    const capabilities = Uint8Array.from([0xf0, 0x6c, 0, 1, 0x7f, 2, 10, 0x7f, 0xf7]);
    expect(pinCount(capabilities)).toBe(2);
    expect(fits(Uint8Array.from([0xf0, 0x6a, 0x7f, 0, 0xf7]), capabilities)).toBe(true);
    expect(fits(Uint8Array.from([0xf0, 0x6a, 0x7f, 0, 1, 0xf7]), capabilities)).toBe(false);
  });
});
