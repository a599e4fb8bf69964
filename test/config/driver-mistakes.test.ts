import { describe, expect, test } from 'vitest';
import { changed, configOf } from './good-config.ts';
import { mistakes, warnings } from './mistake-rows.ts';

const LINES =
  "    driver: lines\n    port: /dev/serial/by-id/usb-b\n    pattern: 'slot=(?<channel>\\w+) raw=(?<value>\\d+)'\n";
const SLOTS = /^slots:\n[\s\S]*$/m;

/** A configuration with one piece of hardware and one slot. */
function withHardware(settings: string, sensor = '{ from: board }'): string {
  const slot = `slots:\n  black:\n    slotId: id\n    sensor: ${sensor}\n    calibration: { empty: 0, full: 9 }\n`;
  return changed(LINES, settings).replace(SLOTS, () => slot);
}

const MODBUS =
  '    driver: modbus\n    port: /dev/ttyS1\n    channels: { level: { unit: 1, register: 3 } }\n';
const IIO = '    driver: iio\n    device: ads1115\n';

describe('the settings of a driver', () => {
  test.each([
    [
      'a key of another driver is told those of this one',
      withHardware(
        '    driver: scale\n    port: /dev/serial/by-id/usb-b\n    baudrat: 9600\n    model: a02yyuw\n',
      ),
      [
        '11:5 hardware.board.baudrat [] there is no setting of this name here; did you mean baudRate?',
        '12:5 hardware.board.model [] there is no setting of this name here; known are driver, port, baudRate, reopenAfterSilence',
      ],
    ],
    [
      'a mistyped driver is told the nearest, and judged as that',
      withHardware('    driver: ultrasonik\n    port: /dev/serial/by-id/usb-b\n    model: a02yyuv\n'),
      [
        '9:13 hardware.board.driver [ultrasonik] type ultrasonic',
        '11:12 hardware.board.model [a02yyuv] type a02yyuw',
      ],
    ],
    [
      'a driver like no other is told all of them',
      withHardware('    driver: zebra\n'),
      [expect.stringMatching(/^9:13 hardware.board.driver \[zebra\] type lines or scale or ultrasonic or/)],
    ],
    [
      'a missing model is told one',
      withHardware('    driver: ultrasonic\n    port: /dev/serial/by-id/usb-b\n'),
      ['8:3 hardware.board.model [] is missing: add for example model: a02yyuw'],
    ],
    [
      'a sensor of one value has no channel',
      withHardware('    driver: lidar\n    port: /dev/serial/by-id/usb-b\n', '{ from: board, channel: "1" }'),
      [
        '14:37 slots.black.sensor.channel ["1"] hardware.board delivers a single value: take channel out here',
      ],
    ],
    [
      'a slot on a bus says which channel it reads',
      withHardware(MODBUS),
      [
        '15:5 slots.black.sensor [] hardware.board has several channels: add which one this slot reads, for example channel: level',
      ],
    ],
    [
      'a channel that the bus does not have is told the nearest',
      withHardware(MODBUS, '{ from: board, channel: levl }'),
      [
        '15:37 slots.black.sensor.channel [levl] there is no channel levl under hardware.board.channels: type level if that is meant',
      ],
    ],
    [
      'a function that does not read is refused, and a type is told the nearest',
      withHardware(
        MODBUS.replace('register: 3', 'register: 3, function: 6, type: float'),
        '{ from: board, channel: level }',
      ),
      [
        '11:58 hardware.board.channels.level.function [6] type 3 (holding registers) or 4 (input registers)',
        '11:67 hardware.board.channels.level.type [float] type float32',
      ],
    ],
    [
      'an input is named without the rest of its file name',
      withHardware(IIO, '{ from: board, channel: in_voltage1_raw }'),
      [
        '14:37 slots.black.sensor.channel [in_voltage1_raw] an input is named as in the file in_voltage0_raw, without in_ and _raw: type for example voltage1',
      ],
    ],
    [
      'an input is no path',
      withHardware(IIO, '{ from: board, channel: ../../secret }'),
      [
        '14:37 slots.black.sensor.channel [../../secret] an input is named as in the file in_voltage0_raw, without in_ and _raw: type for example voltage0',
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(mistakes(text)).toEqual(expected);
  });

  test.each([
    [
      'a distance that grows as the container fills',
      withHardware('    driver: lidar\n    port: /dev/serial/by-id/usb-b\n'),
      [
        '15:5 slots.black.calibration lidar measures a distance, which shrinks as the container fills: are empty and full the wrong way round?',
      ],
    ],
    [
      'a sensor that is read too seldom',
      withHardware(`${IIO}    pollEvery: 5m\n`, '{ from: board, channel: voltage0 }'),
      [
        '13:3 slots.black.staleAfter is read every 5m only, and would be unknown between: type a staleAfter of twice that, or a shorter hardware.board.pollEvery',
        '13:3 slots.black.confirm.for a reading comes every 5m, so that this confirms nothing: type at least 5m',
      ],
    ],
  ])('%s is doubted', (_, text, expected) => {
    expect(mistakes(text)).toEqual([]);
    expect(warnings(text)).toEqual(expected);
  });

  test('defaults follow the model of an ultrasonic sensor', () => {
    const baudRateOf = (model: string) =>
      configOf(
        withHardware(`    driver: ultrasonic\n    port: /dev/serial/by-id/usb-b\n    model: ${model}\n`),
      ).hardware['board'];
    expect(baudRateOf('sen0754')).toMatchObject({ baudRate: 115_200 });
    expect(baudRateOf('a02yyuw')).toMatchObject({ baudRate: 9600, reopenAfterSilenceMs: null });
  });

  test('everything that a bus needs is filled in', () => {
    expect(configOf(withHardware(MODBUS, '{ from: board, channel: level }')).hardware['board']).toEqual({
      driver: 'modbus',
      port: '/dev/ttyS1',
      baudRate: 9600,
      parity: 'none',
      stopBits: 1,
      pollEveryMs: 1000,
      answerTimeoutMs: 500,
      reopenAfterSilenceMs: null,
      channels: {
        level: { unit: 1, function: 3, register: 3, type: 'uint16', wordOrder: 'high-first', scale: 1 },
      },
    });
    expect(configOf(withHardware(IIO, '{ from: board, channel: voltage0 }')).hardware['board']).toEqual({
      driver: 'iio',
      device: 'ads1115',
      pollEveryMs: 1000,
      devicesFolder: '/sys/bus/iio/devices',
    });
  });
});
