import { describe, expect, test } from 'vitest';
import type { Framer } from '../../../hardware/serial/framer.ts';
import { createLidarFramer } from '../../../hardware/serial/lidar-framer.ts';
import { createUltrasonicFramer } from '../../../hardware/serial/ultrasonic-framer.ts';
import type { UltrasonicModel } from '../../../hardware/serial/ultrasonic-models.ts';
import { lidarFrame, ultrasonicFrame } from './frames.ts';

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

function read(framer: Framer, data: Buffer | string) {
  const framed = framer.push(typeof data === 'string' ? bytes(data) : data);
  return { ...framed, values: framed.values.map(({ raw }) => raw) };
}

const ultrasonic = (model: UltrasonicModel, data: Buffer | string) =>
  read(createUltrasonicFramer(model), data);
const lidar = (data: Buffer | string) => read(createLidarFramer(), data);

describe('the sum of a frame', () => {
  test('is made by the helper of these tests as the makers print it', () => {
    // DFRobot's wiki, pages SEN0311, SEN0313 and SEN0754, and for the second DFRobot's SEN0627.
    expect(ultrasonicFrame(1953)).toEqual(bytes('FF 07 A1 A7'));
    expect(ultrasonicFrame(417)).toEqual(bytes('FF 01 A1 A1'));
    // Frames of a living A02YYUW, as users of Tasmota printed them.
    expect(ultrasonicFrame(0x06f8)).toEqual(bytes('FF 06 F8 FD'));
    expect(ultrasonicFrame(0x06f3)).toEqual(bytes('FF 06 F3 F8'));
  });
});

describe('an ultrasonic sensor', () => {
  test.each<[UltrasonicModel, string, number]>([
    ['a02yyuw', 'FF 07 A1 A7', 1953],
    ['a01nyub', 'FF 07 A1 A7', 1953],
    ['jsn-sr04t', 'FF 07 A1 A7', 1953],
    ['sen0754', 'FF 07 A1 A7', 1953],
    ['a02yyuw', 'FF 06 F8 FD', 1784],
  ])('%s: %s is %i mm', (model, frame, mm) => {
    expect(ultrasonic(model, frame)).toMatchObject({ values: [mm], badFrames: 0, emptyFrames: 0 });
  });

  test.each<[UltrasonicModel, number, number]>([
    ['a02yyuw', 30, 4500],
    ['a01nyub', 280, 7500],
    ['jsn-sr04t', 200, 6000],
    ['sen0754', 1, 0xfffc],
  ])('%s is believed from %i to %i mm, and has nothing to say outside', (model, min, max) => {
    expect(ultrasonic(model, ultrasonicFrame(min)).values).toEqual([min]);
    expect(ultrasonic(model, ultrasonicFrame(max)).values).toEqual([max]);
    for (const outside of [0, min - 1, max + 1, 0xfffd, 0xfffe, 0xffff]) {
      const framed = ultrasonic(model, ultrasonicFrame(outside));
      expect(framed).toMatchObject({ values: [], badFrames: 0, emptyFrames: 1 });
    }
  });

  test('tells disturbed, nothing in sight and too near apart', () => {
    const because = (mm: number) => ultrasonic('sen0754', ultrasonicFrame(mm)).emptyBecause;
    expect(because(0xfffe)).toContain('disturbs');
    expect(because(0xfffd)).toContain('sees nothing');
    expect(because(0)).toContain('too near');
  });

  test('with a wrong sum is bad, and costs no other frame', () => {
    const damaged = 'FF 07 A1 A7  FF 07 00 A7  FF 07 A1 A7';
    expect(ultrasonic('a02yyuw', damaged)).toMatchObject({ values: [1953, 1953], badFrames: 1 });
  });

  test('entered in the middle of a frame gives the next one, and nothing was bad', () => {
    expect(ultrasonic('a02yyuw', 'A1 A7 FF 07 A1 A7')).toMatchObject({ values: [1953], badFrames: 0 });
  });

  test('is heard again after a lost byte, with distances whose bytes look like a header', () => {
    const frames = Buffer.concat(Array.from({ length: 6 }, () => ultrasonicFrame(0x0bff)));
    const lost = Buffer.concat([frames.subarray(0, 5), frames.subarray(6)]);
    expect(ultrasonic('a02yyuw', lost).values).toEqual([0x0bff, 0x0bff, 0x0bff, 0x0bff, 0x0bff]);
  });

  test('counts garbage by the length of a frame, as a wrong speed makes it', () => {
    expect(ultrasonic('a02yyuw', Buffer.alloc(400, 0x80))).toMatchObject({ values: [], badFrames: 99 });
  });
});

describe('a MaxBotix sensor', () => {
  const text = (model: UltrasonicModel, line: string) => {
    const framer = createUltrasonicFramer(model);
    framer.push(Buffer.from('\r'));
    return read(framer, Buffer.from(line));
  };

  test.each<[UltrasonicModel, string, number]>([
    // PD12141 (HRUSB), p. 3: a target at 480 mm.
    ['maxbotix-mm', 'R0480 \r', 480],
    ['maxbotix-mm', 'R1234\r', 1234],
    ['maxbotix-mm', 'R4999\r', 4999],
    ['maxbotix-cm', 'R123\r', 1230],
    ['maxbotix-cm', 'R020\r', 200],
  ])('%s: %j is %i mm', (model, line, mm) => {
    expect(text(model, line)).toMatchObject({ values: [mm], badFrames: 0, emptyFrames: 0 });
  });

  test.each<[UltrasonicModel, string]>([
    ['maxbotix-mm', 'R5000\r'],
    ['maxbotix-mm', 'R9999\r'],
    ['maxbotix-mm', 'R0000\r'],
    ['maxbotix-cm', 'R765\r'],
  ])('%s: %j is the end of its range, not a distance', (model, line) => {
    expect(text(model, line)).toMatchObject({ values: [], badFrames: 0, emptyFrames: 1 });
  });

  test.each<[UltrasonicModel, string]>([
    ['maxbotix-mm', 'R123\r'],
    ['maxbotix-cm', 'R1234\r'],
    ['maxbotix-mm', '1234\r'],
    ['maxbotix-mm', 'RR123\r'],
    ['maxbotix-mm', 'R12345\r'],
    ['maxbotix-mm', 'R12R1234\r'],
    ['maxbotix-mm', 'r1234\r'],
    ['maxbotix-mm', 'R-234\r'],
  ])('%s does not guess what %j means', (model, line) => {
    expect(text(model, line)).toMatchObject({ values: [], badFrames: 1, emptyFrames: 0 });
  });
});

describe('a lidar', () => {
  test('gives mm of a frame after the TF-Luna manual, appendix I', () => {
    // 59 59, 150 cm, amplitude 1000, (25 + 256) * 8 for 25 degrees, and the low byte of the sum of all eight.
    const frame = '59 59 96 00 E8 03 C8 08 03';
    expect(lidarFrame(150, 1000)).toEqual(bytes(frame));
    expect(lidar(frame)).toMatchObject({ values: [1500], badFrames: 0, emptyFrames: 0 });
  });

  test.each([
    ['too weak', 150, 99, 'too little light'],
    ['overexposed', 150, 0xffff, 'dazzled'],
    ['no distance', 0, 1000, 'too little light'],
    ['TFmini: FFFF', 0xffff, 1000, 'too little light'],
    ['TFmini-S: -1, weak', 0xffff, 50, 'too little light'],
    ['TFmini-S: -2, saturated', 0xfffe, 0xffff, 'dazzled'],
    ['TFmini-S: -2 with an amplitude', 0xfffe, 1000, 'dazzled'],
    ['TFmini-S: -4, too much light around', 0xfffc, 500, 'dazzled'],
  ])('%s is a good frame without a value', (_, cm, amplitude, because) => {
    expect(lidar(lidarFrame(cm, amplitude))).toMatchObject({
      values: [],
      badFrames: 0,
      emptyFrames: 1,
      emptyBecause: expect.stringContaining(because),
    });
  });

  test('is believed from an amplitude of 100 on', () => {
    expect(lidar(lidarFrame(800, 100)).values).toEqual([8000]);
    expect(lidar(lidarFrame(1, 0xfffe)).values).toEqual([10]);
  });

  test('finds its frames among bytes that look like headers', () => {
    const frame = lidarFrame(0x59, 0x5959);
    const stream = Buffer.concat([bytes('59 59 59 59'), frame, frame, bytes('59'), frame]);
    expect(lidar(stream).values).toEqual([890, 890, 890]);
  });
});
