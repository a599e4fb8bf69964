import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Framer } from '../../../hardware/serial/framer.ts';
import { createLidarFramer } from '../../../hardware/serial/lidar-framer.ts';
import { createScaleFramer } from '../../../hardware/serial/scale-framer.ts';
import { createUltrasonicFramer } from '../../../hardware/serial/ultrasonic-framer.ts';
import { cut, lidarFrame, ultrasonicFrame } from './frames.ts';

const FRAMERS: readonly (readonly [name: string, create: () => Framer, frame: Buffer, raw: number])[] = [
  ['ultrasonic', () => createUltrasonicFramer('a02yyuw'), ultrasonicFrame(1953), 1953],
  ['maxbotix-mm', () => createUltrasonicFramer('maxbotix-mm'), Buffer.from('R1234\r'), 1234],
  ['maxbotix-cm', () => createUltrasonicFramer('maxbotix-cm'), Buffer.from('R123\r'), 1230],
  ['lidar', createLidarFramer, lidarFrame(150, 1000), 1500],
  ['scale', createScaleFramer, Buffer.from('ST,GS,+  12.300kg\r\n'), 12_300],
];

function feed(framer: Framer, portions: readonly Buffer[]) {
  const values: number[] = [];
  let [badFrames, emptyFrames] = [0, 0];
  for (const portion of portions) {
    const framed = framer.push(portion);
    values.push(...framed.values.map(({ raw }) => raw));
    badFrames += framed.badFrames;
    emptyFrames += framed.emptyFrames;
  }
  return { values, badFrames, emptyFrames };
}

const portionLengths = fc.array(fc.integer({ min: 1, max: 6000 }), { minLength: 1, maxLength: 6 });

describe.each(FRAMERS)('%s', (_, create, frame, raw) => {
  const streams = fc
    .array(
      fc.oneof(
        fc.constant(frame),
        fc.integer({ min: 0, max: frame.length }).map((length) => frame.subarray(length)),
        fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
        fc.constantFrom(0x59, 0xff, 0x0d, 0x52).map((byte) => Buffer.alloc(700, byte)),
      ),
      { maxLength: 40 },
    )
    .map((parts) => Buffer.concat(parts));

  test('gives the same however the stream is cut', () => {
    fc.assert(
      fc.property(streams, portionLengths, (stream, lengths) => {
        expect(feed(create(), cut(stream, lengths))).toEqual(feed(create(), [stream]));
      }),
      { numRuns: 60 },
    );
  });

  test('survives any bytes, and gives finite values of its own range only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), portionLengths, (bytes, lengths) => {
        const { values, badFrames } = feed(create(), cut(Buffer.from(bytes), lengths));
        expect(values.every((value) => Number.isFinite(value))).toBe(true);
        expect(values.length + badFrames).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 60 },
    );
  });

  test('finds its frames again after any garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), (garbage) => {
        const stream = Buffer.concat([Buffer.from(garbage), ...Array.from({ length: 4 }, () => frame)]);
        expect(feed(create(), [stream]).values.slice(-2)).toEqual([raw, raw]);
      }),
      { numRuns: 60 },
    );
  });

  test('forgets the beginning of a frame on restart', () => {
    const framer = create();
    framer.push(Buffer.concat([frame, frame.subarray(0, -1)]));
    framer.restart();
    const { values, badFrames } = feed(framer, [frame.subarray(-1), frame, frame]);
    expect([values, badFrames]).toEqual([[raw, raw], 0]);
  });
});

test('no framer holds on to garbage that never becomes a frame', () => {
  const portion = Buffer.alloc(4096, 0xff);
  for (const [, create] of FRAMERS) {
    const framer = create();
    const before = process.memoryUsage();
    for (let round = 0; round < 4096; round += 1) framer.push(portion);
    const after = process.memoryUsage();
    // 16 MiB went in.
    expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(8 << 20);
  }
});
