import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../config/check.ts';
import { changed, configOf, GOOD_CONFIG } from './good-config.ts';
import {
  BLACK_ID,
  DRS_URL,
  MQTT_URL,
  mistakes,
  type Row,
  warnings,
  withMqttLine,
  withSlotLine,
} from './mistake-rows.ts';

describe('the whole file', () => {
  test('has no mistake in the good configuration', () => {
    expect(mistakes(GOOD_CONFIG)).toEqual([]);
    expect(warnings(GOOD_CONFIG)).toEqual([]);
  });

  test('reports all mistakes at once, rules between fields included, in the order of the lines', () => {
    const text = GOOD_CONFIG.replace('id: printer-7', 'idd: 7')
      .replace('mqtts:', 'mqtt:')
      .replace('https://drs', 'htps://drs')
      .replace('from: board, channel: "1"', 'from: bard, channel: "1", extra: 1')
      .replace(BLACK_ID, `${BLACK_ID}    reorderAt: 70%\n    staleAfter: 5\n`)
      .replace('slotId: id-blue', 'slotId: id-black');
    expect(mistakes(text).map((line) => line.split(' [')[0])).toEqual([
      '1:1 device.id',
      '2:3 device.idd',
      '4:8 mqtt.url',
      '6:8 replenish.url',
      '15:16 slots.black.reorderAt',
      '16:17 slots.black.staleAfter',
      '17:21 slots.black.sensor.from',
      '17:41 slots.black.sensor.extra',
      '20:13 slots.blue.slotId',
    ]);
  });

  test('does not blame one field for the mistake of another', () => {
    const text = changed("pattern: 'slot=(?<channel>\\w+) raw=(?<value>\\d+)'", "pattern: '('");
    expect(mistakes(text)).toHaveLength(1);
    const channels = changed('channel: "1"', 'channel: [1]');
    expect(mistakes(channels)).toEqual([
      '15:28 slots.black.sensor.channel [a list] a text or a number is expected: type for example "1"',
    ]);
  });

  test('beside broken YAML reports what is surely wrong, and nothing as missing', () => {
    const text = changed('  id: printer-7\n', '  id: "printer\n').replace('mqtts:', 'tcp:');
    expect(mistakes(text).some((line) => line.includes('is missing'))).toBe(false);
    const two = changed("pattern: 'slot=(?<channel>\\w+) raw=(?<value>\\d+)'", 'pattern: "\\w"').replace(
      'mqtts:',
      'tcp:',
    );
    expect(mistakes(two).map((line) => line.split(' ')[0])).toEqual(['4:8', '11:15']);
  });

  test.each([
    ['nothing', ''],
    ['comments', '# a\n# b\n'],
    ['null', '~\n'],
  ])('with %s is called empty', (_, text) => {
    expect(mistakes(text)).toEqual([
      '1:1  [] the file is empty: type replenish-agent init, or begin with a copy of agent.example.yaml',
    ]);
  });

  test('that is no map is refused', () => {
    expect(mistakes('- a\n')).toEqual(['1:1  [a list] settings are expected here, indented below this line']);
  });

  test('without slots is refused', () => {
    const [head] = GOOD_CONFIG.split('slots:');
    expect(mistakes(`${head}slots: {}\n`)).toEqual([
      '12:1 slots [a group of settings] at least one entry is needed here, indented below this line, under a name of your choice',
    ]);
  });

  test('stops listing mistakes when nobody would read on', () => {
    const many = Array.from({ length: 500 }, (_, index) => `k${index}: 1`).join('\n');
    expect(mistakes(many)).toHaveLength(201);
    expect(mistakes(many)).toContain('0:0  [] there are at least 305 more mistakes: is this the right file?');
  });
});

describe('a warning', () => {
  const rows: readonly Row[] = [
    [
      'doubts certificates for plain MQTT',
      MQTT_URL,
      '  url: mqtt://localhost\n  caFile: ca.pem\n',
      ['5:11 mqtt.caFile is used only when url begins with mqtts:// or wss://'],
    ],
    [
      'doubts certificates for plain HTTP',
      DRS_URL,
      '  url: http://localhost\n  caFile: ca.pem\n',
      ['7:11 replenish.caFile is used only when url begins with https://'],
    ],
    [
      'doubts a password without a user',
      ...withMqttLine('passwordFile: pw'),
      [
        '5:17 mqtt.passwordFile a password without a user name reaches only brokers with MQTT 5: add username',
      ],
    ],
    [
      'doubts hardware that no slot reads',
      'slots:\n',
      "  more: { driver: lines, port: /dev/serial/by-id/usb-c, pattern: '(?<value>\\d+)' }\nslots:\n",
      ['12:3 hardware.more no slot reads this hardware: take it out, or name it in a slot as sensor.from'],
    ],
    [
      'doubts a calibration beyond what is valid',
      ...withSlotLine('valid: { max: 800 }'),
      [
        '17:5 slots.black.calibration the raw value 880 is one that "valid" never believes: the level there would be unknown',
      ],
    ],
    [
      'doubts a calibration on a sentinel',
      ...withSlotLine('sentinels: [120]'),
      [
        '17:5 slots.black.calibration the raw value 120 is one that "valid" never believes: the level there would be unknown',
      ],
    ],
  ];
  test.each(rows)('%s', (_, from, to, expected) => {
    expect(mistakes(changed(from, to))).toEqual([]);
    expect(warnings(changed(from, to))).toEqual(expected);
  });
});

describe('a good file', () => {
  test('is read with every default filled in', () => {
    expect(configOf(GOOD_CONFIG)).toEqual({
      metrics: null,
      device: { id: 'printer-7', name: null },
      mqtt: {
        url: 'mqtts://broker.example.net',
        allowInsecure: false,
        username: null,
        passwordFile: null,
        caFile: null,
        certFile: null,
        keyFile: null,
        topicPrefix: 'replenish',
        heartbeatMs: 900_000,
        deadbandPercent: 1,
        commands: true,
        homeAssistant: null,
        registration: false,
      },
      replenish: {
        url: 'https://drs.example.net',
        allowInsecure: false,
        caFile: null,
        token: { source: 'mqtt' },
        registration: null,
        dryRun: false,
        provider: 'drs',
        inDoubtWindowMs: 21_600_000,
        duties: { enabled: true, startDelayMs: 30_000, levelStepPercent: 5, levelPauseMs: 900_000 },
        retry: { firstMs: 2_000, maxMs: 900_000 },
        timeouts: { connectMs: 10_000, headersMs: 15_000, bodyMs: 10_000 },
      },
      hardware: {
        board: {
          driver: 'lines',
          port: '/dev/serial/by-id/usb-b',
          baudRate: 9600,
          pattern: 'slot=(?<channel>\\w+) raw=(?<value>\\d+)',
          reopenAfterSilenceMs: null,
        },
      },
      slots: {
        black: {
          slotId: 'id-black',
          name: null,
          sensor: { from: 'board', channel: '1' },
          calibration: {
            points: [
              [120, 0],
              [880, 100],
            ],
          },
          valid: { min: null, max: null },
          sentinels: [],
          filter: { median: 5, maxNoisePercent: 15, maxRatePercentPerS: 40 },
          stuckAfterMs: null,
          capacity: { quantity: 100, unit: 'percent' },
          inventory: {
            replenishmentId: 'id-black',
            instance: 'Slot.black',
            measure: { type: 'Percentage' },
            isUseTold: false,
          },
          staleAfterMs: 60_000,
          reorderAtPercent: 20,
          rearmAtPercent: 60,
          confirm: { samples: 5, forMs: 30_000 },
          leadTimeMs: null,
          maxOrders: null,
        },
        blue: expect.objectContaining({ slotId: 'id-blue' }),
      },
    });
  });

  test('resolves secrets in the credentials folder and certificates beside the file', () => {
    const text = changed(
      MQTT_URL,
      `${MQTT_URL}  username: u\n  passwordFile: pw\n  caFile: ca.pem\n  certFile: c.pem\n  keyFile: c.key\n`,
    ).replace(DRS_URL, `${DRS_URL}  caFile: /abs/ca.pem\n  token: { source: file, file: tokens/access }\n`);
    const beside = configOf(text);
    expect(beside.mqtt.passwordFile).toBe('/etc/replenish-agent/pw');
    expect(beside.replenish.token).toEqual({ source: 'file', file: '/etc/replenish-agent/tokens/access' });
    const checked = checkConfig(text, { config: '/etc/replenish-agent', credentials: '/run/credentials/x' });
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    const { mqtt, replenish } = checked.config;
    expect([mqtt.passwordFile, mqtt.caFile, mqtt.certFile, mqtt.keyFile]).toEqual([
      '/run/credentials/x/pw',
      '/etc/replenish-agent/ca.pem',
      '/etc/replenish-agent/c.pem',
      '/run/credentials/x/c.key',
    ]);
    expect([replenish.caFile, replenish.token]).toEqual([
      '/abs/ca.pem',
      { source: 'file', file: '/run/credentials/x/tokens/access' },
    ]);
  });

  test.each([
    ['mqtt://localhost', 'mqtt://localhost:1883'],
    ['127.0.0.0/8', 'mqtt://127.9.0.1:1883'],
    ['::1', 'mqtt://[::1]:1883'],
    ['ws on loopback', 'ws://localhost:9001/mqtt'],
    ['wss with a path', 'wss://broker/mqtt'],
    ['an IPv6 broker with TLS', 'mqtts://[2001:db8::1]'],
  ])('may name %s', (_, url) => {
    expect(configOf(changed('mqtts://broker.example.net', url)).mqtt.url).toBe(url);
  });

  test('may allow plain connections', () => {
    const text = changed(MQTT_URL, '  url: mqtt://10.0.0.5\n  allowInsecure: true\n').replace(
      DRS_URL,
      '  url: http://drs.test:8080/\n  allowInsecure: true\n',
    );
    expect(configOf(text).mqtt).toMatchObject({ url: 'mqtt://10.0.0.5', allowInsecure: true });
    expect(configOf(text).replenish).toMatchObject({ url: 'http://drs.test:8080', allowInsecure: true });
  });

  test.each([
    [
      'an inverted sensor',
      '{ empty: 880, full: 120 }',
      [
        [120, 100],
        [880, 0],
      ],
    ],
    [
      'points in any order',
      '{ points: [[500, 40], [880, 100], [120, 0%]] }',
      [
        [120, 0],
        [500, 40],
        [880, 100],
      ],
    ],
    [
      'inverted points',
      '{ points: [[1, 90], [2, 12.5%]] }',
      [
        [1, 90],
        [2, 12.5],
      ],
    ],
    [
      'fractions',
      '{ empty: -0.5, full: 1e3 }',
      [
        [-0.5, 0],
        [1000, 100],
      ],
    ],
  ])('may calibrate with %s', (_, calibration, points) => {
    const text = changed('{ empty: 120, full: 880 }\n  blue', `${calibration}\n  blue`);
    expect(configOf(text).slots['black']?.calibration.points).toEqual(points);
  });

  test('takes sentinels from both places', () => {
    const text = changed(
      BLACK_ID,
      `${BLACK_ID}    sentinels: [-1, 7]\n    valid: { sentinels: [65535, -1] }\n`,
    );
    expect(configOf(text).slots['black']?.sentinels).toEqual([65535, -1, 7]);
  });

  test('takes names as they are typed', () => {
    const text = changed('  black:\n', '  007:\n').replace('  blue:\n', '  constructor:\n');
    const { slots } = configOf(text);
    expect(Object.keys(slots)).toEqual(['007', 'constructor']);
    expect(slots['constructor']?.slotId).toBe('id-blue');
    expect(slots['toString']).toBeUndefined();
  });

  test('takes a channel as it is typed', () => {
    const text = changed('channel: "1"', 'channel: 01').replace('channel: "2"', 'channel: 1');
    expect(Object.values(configOf(text).slots).map((slot) => slot.sensor.channel)).toEqual(['01', '1']);
  });

  test('may switch confirmation and filter off', () => {
    const text = changed(
      BLACK_ID,
      `${BLACK_ID}    confirm: { samples: 1, for: 0s }\n    filter: { median: 1 }\n`,
    );
    expect(configOf(text).slots['black']).toMatchObject({
      confirm: { samples: 1, forMs: 0 },
      filter: { median: 1 },
    });
  });

  test('may share values by alias', () => {
    const text = changed(
      'calibration: { empty: 120, full: 880 }\n  blue',
      'calibration: &c { empty: 1, full: 2 }\n  blue',
    ).replace('calibration: { empty: 120, full: 880 }\n', 'calibration: *c\n');
    expect(configOf(text).slots['blue']?.calibration.points).toEqual([
      [1, 0],
      [2, 100],
    ]);
  });

  test('may have slots without channels on hardware without channels', () => {
    const text = changed('slot=(?<channel>\\w+) raw=', 'raw=')
      .replace('from: board, channel: "1"', 'from: board')
      .replace(/ {2}blue:[\s\S]*/, '');
    expect(configOf(text).slots['black']?.sensor).toEqual({ from: 'board', channel: null });
    expect(mistakes(text.replace('from: board', 'from: board, channel: 3'))).toEqual([
      '15:37 slots.black.sensor.channel [3] the pattern of hardware.board has no group named channel: take channel out here, or add the group (?<channel>...) there',
    ]);
  });
});
