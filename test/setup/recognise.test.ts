import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recognise } from '../../agent/setup/recognise.ts';
import { chance, lidarFrame, ultrasonicFrame } from '../hardware/serial/frames.ts';

const times = (count: number, bytes: Buffer | string): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => Buffer.from(bytes)));

/** As StandardFirmata 2.5 introduces itself. */
const FIRMATA = Buffer.from([
  0xf9, 2, 5, 0xf0, 0x79, 2, 5, 0x53, 0, 0x74, 0, 0x64, 0, 0x2e, 0, 0x69, 0, 0xf7,
]);

describe('is recognised', () => {
  test('an ultrasonic sensor, entered in the middle of a frame', () => {
    const bytes = Buffer.concat([Buffer.from([0x01, 0x90]), times(4, ultrasonicFrame(412))]);
    expect(recognise(bytes, 9600)).toEqual({
      driver: 'ultrasonic',
      models: ['a02yyuw', 'a01nyub', 'jsn-sr04t'],
      raw: 412,
      evidence: 4,
      isSure: true,
    });
    expect(recognise(bytes, 115_200)).toMatchObject({ models: ['sen0754'] });
  });

  test('a lidar, also one that sees nothing', () => {
    expect(recognise(times(3, lidarFrame(42, 900)), 115_200)).toMatchObject({
      driver: 'lidar',
      raw: 420,
      isSure: true,
    });
    expect(recognise(times(3, lidarFrame(42, 3)), 115_200)).toMatchObject({ driver: 'lidar', raw: null });
  });

  test('a scale, after the rest of a line', () => {
    const bytes = Buffer.concat([Buffer.from('00kg\r\n'), times(2, 'ST,GS,+  12.300kg\r\n')]);
    expect(recognise(bytes, 9600)).toMatchObject({
      driver: 'scale',
      raw: 12_300,
      evidence: 2,
      isSure: false,
    });
    expect(recognise(times(4, 'US,GS,+  12.300kg\r\n'), 9600)).toMatchObject({ driver: 'scale', raw: null });
  });

  test('a MaxBotix, by the number of its digits', () => {
    expect(recognise(times(4, 'R1234\r'), 9600)).toMatchObject({ models: ['maxbotix-mm'], raw: 1234 });
    expect(recognise(times(4, 'R123\r'), 9600)).toMatchObject({ models: ['maxbotix-cm'], raw: 1230 });
  });

  test('Firmata, by the name of its firmware', () => {
    const answer = Buffer.concat([Buffer.from([0x10, 0x20]), FIRMATA]);
    expect(recognise(answer, 57_600)).toMatchObject({ driver: 'firmata', firmware: 'Std.i', isSure: true });
  });

  test('a board that prints lines, with a pattern for them', () => {
    const bytes = Buffer.from('d\r\nslot=1 raw=512\r\nslot=2 raw=300\r\nslot=1 ra');
    const heard = recognise(bytes, 9600);
    expect(heard).toMatchObject({ driver: 'lines', evidence: 2, isSure: false });
    expect(heard?.driver === 'lines' && heard.lines).toEqual(['slot=1 raw=512', 'slot=2 raw=300']);
    expect(recognise(times(20, '512\n'), 9600)).toMatchObject({ isSure: true });
  });
});

describe('is not taken for a sensor', () => {
  test('nothing, noise, or text without numbers', () => {
    const random = chance(7);
    const noise = Buffer.from(Array.from({ length: 8000 }, () => Math.floor(random() * 256)));
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(500), noise, Buffer.from('hello\r\nworld\r\n')]) {
      expect(recognise(bytes, 9600)).toBeNull();
    }
  });

  test('a frame of four bytes by chance in a long row of others', () => {
    const bytes = Buffer.concat([Buffer.alloc(200, 0x11), times(2, ultrasonicFrame(412)), Buffer.alloc(200)]);
    expect(recognise(ultrasonicFrame(412), 9600)).toBeNull();
    expect(recognise(bytes, 9600)).toBeNull();
  });
});

test('whatever comes, there is an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(9600, 57_600, 115_200), (bytes, speed) => {
      const heard = recognise(Buffer.from(bytes), speed);
      if (heard !== null) expect(heard.evidence).toBeGreaterThan(0);
    }),
  );
});
