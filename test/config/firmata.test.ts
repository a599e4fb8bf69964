import { expect, test } from 'vitest';
import { checkConfig } from '../../config/check.ts';
import { changed, FOLDERS } from './good-config.ts';
import { mistakes } from './mistake-rows.ts';

const LINES =
  "driver: lines\n    port: /dev/serial/by-id/usb-b\n    pattern: 'slot=(?<channel>\\w+) raw=(?<value>\\d+)'";

/** The good configuration, with such an entry in place of its board. */
function withChannel(channel: string, more = ''): string {
  return changed(
    LINES,
    `driver: firmata\n    port: /dev/ttyACM0\n    channels: { "1": { ${channel} }, "2": { kind: analog, pin: A1 } }${more}`,
  );
}

test('an entry is read with its defaults, each channel as its kind needs it', () => {
  const channels = `channels:
      "1": { kind: analog, pin: A0 }
      "2": { kind: float-switch, pin: 4, invert: true }
      tank: { kind: float-ladder, pins: [5, 6], pullup: false }
      lid: { kind: proximity, pin: A1, model: GP2Y0A21YK }
      echo: { kind: ping, pin: 7 }`;
  const checked = checkConfig(
    changed(LINES, `driver: firmata\n    port: /dev/ttyACM0\n    ${channels}`),
    FOLDERS,
  );
  expect(checked.ok ? checked.config.hardware['board'] : checked.problems).toEqual({
    driver: 'firmata',
    port: '/dev/ttyACM0',
    baudRate: 57_600,
    samplingIntervalMs: 1_000,
    reopenAfterSilenceMs: null,
    channels: {
      1: { kind: 'analog', pin: 'A0' },
      2: { kind: 'float-switch', pin: 4, pullup: true, invert: true },
      tank: { kind: 'float-ladder', pins: [5, 6], pullup: false, invert: false },
      lid: { kind: 'proximity', pin: 'A1', model: 'GP2Y0A21YK' },
      echo: { kind: 'ping', pin: 7 },
    },
  });
});

test.each([
  ['kind: analog', 'add pin: with the pin that it is wired to, for example pin: A0'],
  ['kind: analog, pin: 3', 'an analog pin is expected for analog: type for example A0'],
  ['kind: analog, pin: A16', 'a pin is given as it is printed on the board: type for example A0, or 4'],
  ['kind: float-switch, pin: 1', 'a whole number from 2 to 127 is expected'],
  [
    'kind: float-switch, pin: A0',
    'the number of a digital pin is expected for float-switch: type for example 4',
  ],
  ['kind: float-ladder, pin: 4', 'a float-ladder has pins, instead: type pins: [4, 5, 6]'],
  ['kind: float-ladder', 'add pins: with those of the ladder, for example pins: [4, 5, 6]'],
  ['kind: float-ladder, pins: [4, 4]', 'a pin stands here twice'],
  ['kind: float-ladder, pins: [4]', '2 to 16 pins are expected here; a single one is a float-switch'],
  ['kind: ping, pin: 7, model: GP2Y0A21YK', 'only a proximity channel has a model'],
  ['kind: proximity, pin: A1', 'add model: with the sensor that is wired, for example model: GP2Y0A21YK'],
  ['kind: proximity, pin: A1, model: GP2Y0A21', 'type GP2Y0A21YK'],
  ['kind: anlog, pin: A0', 'type analog'],
])('%s is told what to type', (channel, message) => {
  expect(mistakes(withChannel(channel))).toEqual([expect.stringContaining(message)]);
});

test('an interval that the protocol has no room for is refused', () => {
  const text = withChannel('kind: analog, pin: A0', '\n    samplingInterval: 20s');
  expect(mistakes(text).join('\n')).toContain('the longest that makes sense here is 16s');
});

test('a slot may only read a channel that there is', () => {
  const text = changed(
    LINES,
    'driver: firmata\n    port: /dev/ttyACM0\n    channels: { probe: { kind: analog, pin: A0 } }',
  );
  expect(mistakes(text).join('\n')).toContain('hardware.board has no channel 1: known are probe');
});
