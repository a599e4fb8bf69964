import { describe, expect, test } from 'vitest';
import { type Checked, checkConfig } from '../../config/check.ts';
import { FOLDERS } from './good-config.ts';

/** A configuration with one slot on one gpio entry. */
function check(entry: string, sensor = '{ from: floats, channel: tank }'): Checked {
  const text = [
    'device: { id: pi }',
    'mqtt: { url: "mqtts://broker.example.net" }',
    'replenish: { url: "https://drs.example.net" }',
    `hardware: { floats: ${entry} }`,
    `slots: { soap: { slotId: a, sensor: ${sensor}, calibration: { empty: 0, full: 3 } } }`,
  ];
  return checkConfig(text.join('\n'), FOLDERS);
}

const entry = (channel: string) => `{ driver: gpio, chip: gpiochip0, channels: { tank: ${channel} } }`;

describe('a gpio entry', () => {
  test('fills in its defaults, and takes one line and a ladder for the same', () => {
    const checked = check(
      '{ driver: gpio, chip: pinctrl-rp1, channels: { tank: { lines: [17, "GPIO27", 22], activeLow: true, bias: pull-up, debounce: 50ms }, door: { line: 4 } } }',
    );
    expect(checked.ok ? checked.config.hardware['floats'] : checked.problems).toEqual({
      driver: 'gpio',
      chip: 'pinctrl-rp1',
      channels: {
        tank: { lines: [17, 'GPIO27', 22], isActiveLow: true, bias: 'pull-up', debounceMs: 50 },
        door: { lines: [4], isActiveLow: false, bias: null, debounceMs: 20 },
      },
      intervalMs: 1000,
    });
  });

  test.each([
    ['{}', 'hardware.floats.channels.tank', /add line: with the number of the line, or lines:/],
    ['{ line: 4, lines: [4, 5] }', 'hardware.floats.channels.tank.line', /exclude each other/],
    ['{ line: -1 }', 'hardware.floats.channels.tank.line', /type for example 17 or "GPIO17"/],
    ['{ line: 1.5 }', 'hardware.floats.channels.tank.line', /type for example 17 or "GPIO17"/],
    ['{ line: 1024 }', 'hardware.floats.channels.tank.line', /type for example 17 or "GPIO17"/],
    ['{ line: "" }', 'hardware.floats.channels.tank.line', /type for example 17 or "GPIO17"/],
    [
      '{ lines: [17] }',
      'hardware.floats.channels.tank.lines',
      /2 to 16 lines .* a single one is given as line/,
    ],
    ['{ lines: [17, 17] }', 'hardware.floats.channels.tank.lines', /stands here twice/],
    ['{ line: 17, bias: pullup }', 'hardware.floats.channels.tank.bias', /type pull-up/],
    ['{ line: 17, activeLow: yes }', 'hardware.floats.channels.tank.activeLow', /type true/],
    ['{ line: 17, debounce: 20 }', 'hardware.floats.channels.tank.debounce', /20ms|20s/],
    ['{ line: 17, pullUp: true }', 'hardware.floats.channels.tank.pullUp', /no setting of this name/],
  ])('with %s shows the mistake at %s', (channel, path, message) => {
    const checked = check(entry(channel));
    expect(checked.ok ? [] : checked.problems).toMatchObject([
      { path, message: expect.stringMatching(message) },
    ]);
  });

  test.each([
    ['{ from: floats }', 'slots.soap.sensor', /hardware.floats has channels: .* channel: tank/],
    ['{ from: floats, channel: tnak }', 'slots.soap.sensor.channel', /no channel tnak: type tank/],
    ['{ from: floats, channel: zzz }', 'slots.soap.sensor.channel', /no channel zzz: known are tank/],
  ])('lets a slot read %s at %s not', (sensor, path, message) => {
    const checked = check(entry('{ line: 17 }'), sensor);
    expect(checked.ok ? [] : checked.problems).toMatchObject([
      { path, message: expect.stringMatching(message) },
    ]);
  });
});
