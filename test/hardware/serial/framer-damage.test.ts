import { ByteLengthParser, DelimiterParser, ReadlineParser } from 'serialport';
import { describe, expect, test } from 'vitest';
import type { Framer } from '../../../hardware/serial/framer.ts';
import { createLidarFramer } from '../../../hardware/serial/lidar-framer.ts';
import { createScaleFramer } from '../../../hardware/serial/scale-framer.ts';
import { createUltrasonicFramer } from '../../../hardware/serial/ultrasonic-framer.ts';
import { chance, lidarFrame, ultrasonicFrame } from './frames.ts';

const RATES = [0, 0.001, 0.01, 0.05];
const FRAMES = 1500;

/** A frame on the wire after damage; `end` is the position behind its last byte, null when it did not come whole. */
type Sent = { readonly value: number; readonly end: number | null };

/** Frames with a value each that no other has, damaged byte by byte: changed, lost or with noise before it. */
function damagedStream(frameOf: (index: number) => readonly [value: number, bytes: Buffer], rate: number) {
  const random = chance(Math.round(rate * 1e4) + 7);
  const bytes: number[] = [];
  const sent: Sent[] = [];
  // Entered in the middle of a frame.
  bytes.push(...frameOf(FRAMES)[1].subarray(2));
  for (let index = 0; index < FRAMES; index += 1) {
    const [value, frame] = frameOf(index);
    let isWhole = true;
    for (const byte of frame) {
      const kind = random() < rate ? Math.floor(random() * 3) : null;
      if (kind !== null) isWhole = false;
      if (kind === 0) bytes.push(byte ^ (1 + Math.floor(random() * 255)));
      if (kind === 2) bytes.push(Math.floor(random() * 256));
      if (kind === 2 || kind === null) bytes.push(byte);
    }
    sent.push({ value, end: isWhole ? bytes.length : null });
  }
  return { bytes: Buffer.from(bytes), sent };
}

/** Every frame that the framer believes, with the position behind it: it is fed one byte at a time. */
function believed(framer: Framer, bytes: Buffer): readonly (readonly [end: number, value: number])[] {
  return [...bytes].flatMap((byte, at) =>
    framer.push(Buffer.from([byte])).values.map(({ raw }) => [at + 1, raw] as const),
  );
}

/** What a stock parser of the serialport package makes of it, read as its examples do. */
function stock(
  parser: ByteLengthParser | DelimiterParser | ReadlineParser,
  bytes: Buffer,
  read: (chunk: Buffer) => number | null,
): readonly number[] {
  const values: number[] = [];
  parser.on('data', (chunk: Buffer | string) => {
    const value = read(Buffer.from(chunk));
    if (value !== null) values.push(value);
  });
  parser.write(bytes);
  return values;
}

function score(values: readonly number[], sent: readonly Sent[]) {
  const whole = new Set(sent.filter(({ end }) => end !== null).map(({ value }) => value));
  const good = new Set(values.filter((value) => whole.has(value))).size;
  return { good, wrong: values.length - good, whole: whole.size };
}

const ultrasonicOf = (index: number) => {
  const mm = 30 + ((index * 2467) % 4471);
  return [mm, ultrasonicFrame(mm)] as const;
};
const lidarOf = (index: number) => {
  const cm = 20 + ((index * 1999) % 30_011);
  return [cm * 10, lidarFrame(cm, 100 + ((index * 37) % 60_000))] as const;
};
const scaleOf = (index: number) => {
  const grams = 1000 + ((index * 7919) % 98_999);
  const weight = (grams / 1000).toFixed(3).padStart(8);
  return [grams, Buffer.from(`ST,GS,+${weight}kg\r\n`)] as const;
};

const isUltrasonic = (bytes: Buffer, at: number): boolean =>
  bytes.subarray(at, at + 4).equals(ultrasonicFrame(bytes.readUInt16BE(at + 1)));
const isLidar = (bytes: Buffer, at: number): boolean => {
  const frame = bytes.subarray(at, at + 9);
  const sum = frame.subarray(0, 8).reduce((total, byte) => total + byte, 0);
  return frame.readUInt16BE(0) === 0x5959 && (sum & 0xff) === frame[8];
};

describe.each(RATES)('with %d of all bytes damaged', (rate) => {
  test.each([
    ['ultrasonic', () => createUltrasonicFramer('a02yyuw'), ultrasonicOf, isUltrasonic, 4],
    ['lidar', createLidarFramer, lidarOf, isLidar, 9],
  ] as const)('%s believes what its checksum lets through by accident, and nothing else', (...row) => {
    const [, create, frameOf, isFrame, length] = row;
    const { bytes, sent } = damagedStream(frameOf, rate);
    const ends = new Set(sent.map(({ end }) => end));
    const positions = Array.from({ length: bytes.length - length + 1 }, (_, at) => at);
    const accidents = positions.filter((at) => isFrame(bytes, at) && !ends.has(at + length));
    const taken = believed(create(), bytes);

    const wrong = taken.filter(([end]) => !ends.has(end));
    expect(wrong.every(([end]) => accidents.includes(end - length))).toBe(true);
    // A frame is missed only where an accident lies across it, and none lies across more than two.
    const missed = sent.filter(({ end }) => end !== null && !taken.some(([at]) => at === end));
    expect(missed.length).toBeLessThanOrEqual(2 * accidents.length);
    for (const { end, value } of sent) {
      const found = taken.find(([at]) => at === end);
      if (found !== undefined) expect(found[1]).toBe(value);
    }
  });

  test('ultrasonic recovers more than the stock parsers, and they believe what the sum refuses', () => {
    const { bytes, sent } = damagedStream(ultrasonicOf, rate);
    const ours = score(
      believed(createUltrasonicFramer('a02yyuw'), bytes).map(([, value]) => value),
      sent,
    );
    const byLength = stock(new ByteLengthParser({ length: 4 }), bytes, (chunk) => chunk.readUInt16BE(1));
    const byHeader = stock(new DelimiterParser({ delimiter: [0xff] }), bytes, (chunk) =>
      chunk.length < 2 ? null : chunk.readUInt16BE(0),
    );
    for (const values of [byLength, byHeader]) {
      const theirs = score(values, sent);
      expect(ours.good).toBeGreaterThanOrEqual(theirs.good);
      expect(ours.wrong).toBeLessThanOrEqual(theirs.wrong);
    }
    expect(ours.good / ours.whole).toBeGreaterThan(0.99);
  });

  test('lidar recovers more than the stock parsers', () => {
    const { bytes, sent } = damagedStream(lidarOf, rate);
    const ours = score(
      believed(createLidarFramer(), bytes).map(([, value]) => value),
      sent,
    );
    const byLength = stock(new ByteLengthParser({ length: 9 }), bytes, (chunk) => chunk.readUInt16LE(2) * 10);
    const byHeader = stock(new DelimiterParser({ delimiter: [0x59, 0x59] }), bytes, (chunk) =>
      chunk.length < 2 ? null : chunk.readUInt16LE(0) * 10,
    );
    for (const values of [byLength, byHeader]) {
      const theirs = score(values, sent);
      expect(ours.good).toBeGreaterThanOrEqual(theirs.good);
      expect(ours.wrong).toBeLessThanOrEqual(theirs.wrong);
    }
    expect(ours.good / ours.whole).toBeGreaterThan(0.99);
  });

  test('scale takes every whole line, as the stock reader does, and fewer that were damaged', () => {
    const { bytes, sent } = damagedStream(scaleOf, rate);
    const ours = score(
      believed(createScaleFramer(), bytes).map(([, value]) => value),
      sent,
    );
    const lines = stock(new ReadlineParser({ delimiter: '\r\n' }), bytes, (chunk) => {
      const weight = Number.parseFloat(/[\d.]+/.exec(chunk.toString('latin1'))?.[0] ?? '');
      return Number.isNaN(weight) ? null : Math.round(weight * 1000);
    });
    const theirs = score(lines, sent);
    expect(ours.good).toBeGreaterThanOrEqual(theirs.good);
    expect(ours.wrong).toBeLessThanOrEqual(theirs.wrong);
    expect(ours.good / ours.whole).toBeGreaterThan(0.95);
  });
});
