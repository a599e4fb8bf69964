import { describe, expect, test } from 'vitest';
import { changed } from './good-config.ts';
import { BLACK_ID, mistakes, type Row, withDrsLine, withMqttLine, withSlotLine } from './mistake-rows.ts';

const ROWS: readonly Row[] = [
  [
    'metrics for other machines need a word',
    'slots:\n',
    'metrics: { listen: 0.0.0.0:9464 }\nslots:\n',
    [
      '12:20 metrics.listen [0.0.0.0:9464] other machines could read this without a password: type 127.0.0.1:9464, or add "allowRemote: true" beside it',
    ],
  ],
  [
    'metrics without a port are told one',
    'slots:\n',
    'metrics: { listen: localhost }\nslots:\n',
    ['12:20 metrics.listen [localhost] an address and a port are expected: type for example 127.0.0.1:9464'],
  ],
  // Connections
  [
    'a host without scheme is told one',
    'mqtts://broker.example.net',
    'broker.local:1883',
    [
      '4:8 mqtt.url [broker.local:1883] a url begins with its scheme: type for example mqtts://broker.local:1883',
    ],
  ],
  [
    'a foreign scheme is told the known ones',
    'mqtts://broker.example.net',
    'tcp://broker',
    [
      '4:8 mqtt.url [tcp://broker] the url must begin with mqtts:// or wss:// or mqtt:// or ws://: type for example mqtts://broker.example.net:8883',
    ],
  ],
  [
    'credentials in a url are refused and not shown',
    'mqtts://broker.example.net',
    'mqtts://joe:pa/ss@broker',
    [
      '4:8 mqtt.url [mqtts://***@broker] the host or port is not valid: type for example mqtts://broker.example.net:8883',
    ],
  ],
  [
    'a user in a url is refused',
    'mqtts://broker.example.net',
    'mqtts://joe@broker',
    [
      '4:8 mqtt.url [mqtts://***@broker] a url may hold no user name or password: take out everything before the @; secrets come by file only',
    ],
  ],
  [
    'a query in a url is refused',
    'mqtts://broker.example.net',
    'wss://broker/mqtt?clientId=x',
    ['4:8 mqtt.url [wss://broker/mqtt?clientId=x] a url may hold nothing after ? or # here: take it out'],
  ],
  [
    'a path behind a broker is refused',
    'mqtts://broker.example.net',
    'mqtts://broker/x',
    ['4:8 mqtt.url [mqtts://broker/x] nothing may follow the host and port: type mqtts://broker'],
  ],
  [
    'a path behind DRS is refused',
    'https://drs.example.net',
    'https://drs.example.net/v1',
    [
      '6:8 replenish.url [https://drs.example.net/v1] nothing may follow the host and port: type https://drs.example.net',
    ],
  ],
  [
    'a port beyond 65535 is refused',
    'https://drs.example.net',
    'https://drs.example.net:70000',
    [
      '6:8 replenish.url [https://drs.example.net:70000] the host or port is not valid: type for example https://dash-replenishment-service-na.amazon.com',
    ],
  ],
  [
    'plain MQTT over a network needs a word',
    'mqtts://broker.example.net',
    'mqtt://10.0.0.5',
    [
      '4:8 mqtt.url [mqtt://10.0.0.5] anybody on the network could read and change this connection: type mqtts://10.0.0.5, or add "allowInsecure: true" beside it if the network is your own',
    ],
  ],
  [
    'plain HTTP over a network needs a word',
    'https://drs.example.net',
    'http://127.0.0.1.evil.example',
    [
      '6:8 replenish.url [http://127.0.0.1.evil.example] anybody on the network could read and change this connection: type https://127.0.0.1.evil.example, or add "allowInsecure: true" beside it if the network is your own',
    ],
  ],
  [
    'a certificate needs its key',
    ...withMqttLine('certFile: c.pem'),
    ['5:13 mqtt.certFile [c.pem] a client certificate needs its private key: add keyFile'],
  ],
  [
    'a key needs its certificate',
    ...withMqttLine('keyFile: c.key'),
    ['5:12 mqtt.keyFile [c.key] a private key needs its certificate: add certFile'],
  ],
  [
    'a wildcard in the prefix is refused',
    ...withMqttLine("topicPrefix: 'a/#'"),
    [
      "5:16 mqtt.topicPrefix ['a/#'] a topic prefix has no + and no #, begins with neither / nor $, does not end with /: type for example replenish",
    ],
  ],
  [
    'a slash at the end of the prefix is refused',
    ...withMqttLine('topicPrefix: a/'),
    [
      '5:16 mqtt.topicPrefix [a/] a topic prefix has no + and no #, begins with neither / nor $, does not end with /: type for example replenish',
    ],
  ],
  [
    'a NUL in the prefix is refused',
    ...withMqttLine('topicPrefix: "a\\0b"'),
    ['5:16 mqtt.topicPrefix ["a\\0b"] line breaks and control characters cannot be used here'],
  ],
  [
    'an unknown token source is told the nearest',
    ...withDrsLine('token: { source: flie }'),
    [
      '7:3 replenish.token.file [] is missing: add for example file: access-token',
      '7:20 replenish.token.source [flie] type file',
    ],
  ],
  [
    'a token in the file is refused and not shown',
    ...withDrsLine('token: Atza|secret'),
    ['7:10 replenish.token [***] settings are expected here: type for example { source: mqtt }'],
  ],
  [
    'a token source file needs the file',
    ...withDrsLine('token: { source: file }'),
    ['7:3 replenish.token.file [] is missing: add for example file: access-token'],
  ],
  [
    'a first wait beyond the longest is refused',
    ...withDrsLine('retry: { first: 20m }'),
    ['7:19 replenish.retry.first [20m] first (20m) must not be longer than max (15m)'],
  ],
  [
    'a longest wait below the first is refused',
    ...withDrsLine('retry: { max: 1s }'),
    ['7:17 replenish.retry.max [1s] first (2s) must not be longer than max (1s)'],
  ],
  // Hardware
  [
    'an unknown driver is told the known one',
    'driver: lines',
    'driver: line',
    ['9:13 hardware.board.driver [line] type lines'],
  ],
  [
    'a mistyped driver does not hide what else is wrong with it',
    'driver: lines\n',
    'driver: line\n    baudRat: 9600\n    reopenAfterSilence: 5\n',
    [
      '9:13 hardware.board.driver [line] type lines',
      '10:5 hardware.board.baudRat [] there is no setting of this name here; did you mean baudRate?',
      '11:25 hardware.board.reopenAfterSilence [5] a duration is written with its unit (ms, s, m, h or d): type 5s if seconds are meant',
    ],
  ],
  [
    'a missing driver is told one',
    '    driver: lines\n',
    '',
    ['8:3 hardware.board.driver [] is missing: add for example driver: lines'],
  ],
  [
    'a port without folder is told a whole path',
    'port: /dev/serial/by-id/usb-b',
    'port: ttyUSB0',
    [
      '10:11 hardware.board.port [ttyUSB0] a device file is given with its whole path: type for example /dev/serial/by-id/usb-...',
    ],
  ],
  [
    'a pattern that does not compile is told why',
    "'slot=(?<channel>\\w+) raw=(?<value>\\d+)'",
    "'(?<value>'",
    [
      "11:14 hardware.board.pattern ['(?<value>'] this is not a valid regular expression (Unterminated group): type for example '(?<value>-?\\d+)' for lines that are a number",
    ],
  ],
  [
    'a pattern cannot break out of the whole line',
    "'slot=(?<channel>\\w+) raw=(?<value>\\d+)'",
    "'(?<value>1))|((?<channel>2)'",
    [
      "11:14 hardware.board.pattern ['(?<value>1))|((?<channel>2)'] this is not a valid regular expression (Unmatched ')'): type for example '(?<value>-?\\d+)' for lines that are a number",
    ],
  ],
  [
    'a pattern needs the group value',
    "'slot=(?<channel>\\w+) raw=(?<value>\\d+)'",
    "'(?<channel>\\w+)'",
    [
      "11:14 hardware.board.pattern ['(?<channel>\\w+)'] the pattern must have a group named value around the number: type for example (?<value>-?\\d+)",
    ],
  ],
  [
    'one port cannot be opened twice',
    'slots:\n',
    "  more: { driver: lines, port: /dev/serial/by-id/usb-b, pattern: '(?<value>\\d+)' }\nslots:\n",
    [
      '12:32 hardware.more.port [/dev/serial/by-id/usb-b] the hardware board uses the same port: a port can be opened only once, by one entry with a pattern that has a channel group',
    ],
  ],
  // Slots
  [
    'a sensor of unknown hardware is told the nearest',
    'from: board, channel: "1"',
    'from: bord, channel: "1"',
    [
      '15:21 slots.black.sensor.from [bord] there is no entry bord under hardware: type board if that is meant',
    ],
  ],
  [
    'a sensor needs the channel that the pattern tells',
    'from: board, channel: "1"',
    'from: board',
    [
      '15:5 slots.black.sensor [] the pattern of hardware.board tells channels apart: add which one this slot reads, for example channel: "1"',
    ],
  ],
  [
    'two slots cannot read one sensor',
    'channel: "2"',
    'channel: 1',
    ['19:5 slots.blue.sensor [] the slot black reads the same sensor: each slot needs readings of its own'],
  ],
  [
    'two slots cannot order for one slotId',
    'slotId: id-blue',
    'slotId: id-black',
    [
      '18:13 slots.blue.slotId [id-black] the slot black has the same slotId: the same thing would be bought twice: type the id that was registered for this one',
    ],
  ],
  [
    'reorderAt must be below rearmAt',
    ...withSlotLine('reorderAt: 60%'),
    [
      '15:16 slots.black.reorderAt [60%] reorderAt (60%) must be below rearmAt (60%): lower reorderAt or raise rearmAt',
    ],
  ],
  [
    'rearmAt below the default of reorderAt is shown at rearmAt',
    ...withSlotLine('rearmAt: 15%'),
    [
      '15:14 slots.black.rearmAt [15%] reorderAt (20%) must be below rearmAt (15%): lower reorderAt or raise rearmAt',
    ],
  ],
  [
    'valid needs min below max',
    ...withSlotLine('valid: { min: 5, max: 5 }'),
    ['15:19 slots.black.valid.min [5] min (5) must be below max (5)'],
  ],
  [
    'sentinels are a list',
    ...withSlotLine('valid: { sentinels: 5 }'),
    ['15:25 slots.black.valid.sentinels [5] a list of numbers is expected: type for example [-1, 65535]'],
  ],
  [
    'empty and full differ',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: { empty: 1, full: 1 }\n  blue',
    [
      '16:36 slots.black.calibration.full [1] empty and full must be different raw values: type what the sensor reads with the container full',
    ],
  ],
  [
    'a calibration has both ends',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: { empty: 1 }\n  blue',
    [
      '16:5 slots.black.calibration [] full is missing: add the raw value of the full container, for example full: 880',
    ],
  ],
  [
    'an empty calibration is told both forms',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: {}\n  blue',
    [
      '16:5 slots.black.calibration [] empty and full are missing: type for example { empty: 120, full: 880 }',
    ],
  ],
  [
    'a calibration has one form',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: { empty: 1, full: 2, points: [[1, 0], [2, 100]] }\n  blue',
    ['16:5 slots.black.calibration [] give either empty and full, or points: take one of them out'],
  ],
  [
    'one point is no line',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: { points: [[1, 5]] }\n  blue',
    ['16:20 slots.black.calibration.points [a list] at least two points are needed'],
  ],
  [
    'one wrong point is two mistakes, and no list at all is one',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: { points: [[1]] }\n    sentinels: ""\n    name: []\n  blue',
    [
      '16:20 slots.black.calibration.points [a list] at least two points are needed',
      '16:29 slots.black.calibration.points[0] [a list] a point is written [raw, percent]: type for example [880, 100]',
      '17:16 slots.black.sentinels [""] a list of numbers is expected: type for example [-1, 65535]',
      '18:5 slots.black.name [a list] a text is expected here',
    ],
  ],
  [
    'points in shares are told percentages',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: { points: [[1, 0], [2, 1]] }\n  blue',
    [
      '16:20 slots.black.calibration.points [] the second number of a point is a percentage from 0 to 100, not a share from 0 to 1: type for example [[120, 0], [880, 100]]',
    ],
  ],
  [
    'points do not turn back',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: { points: [[1, 0], [3, 50], [2, 100]] }\n  blue',
    [
      '16:20 slots.black.calibration.points [] the percentages must only rise, or only fall, as the raw values rise',
    ],
  ],
  [
    'points have different raw values',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: { points: [[1, 0], [1, 50]] }\n  blue',
    ['16:20 slots.black.calibration.points [] two points have the same raw value: take one of them out'],
  ],
  [
    'a point has two numbers',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: { points: [[1, 0], [2]] }\n  blue',
    [
      '16:37 slots.black.calibration.points[1] [a list] a point is written [raw, percent]: type for example [880, 100]',
    ],
  ],
  [
    'a point has a percentage',
    'calibration: { empty: 120, full: 880 }\n  blue',
    'calibration: { points: [[1, 0], [2, 101]] }\n  blue',
    [
      '16:41 slots.black.calibration.points[1][1] [101] a percentage from 0 to 100 is expected: type for example 50',
    ],
  ],
  [
    'a budget has both parts',
    ...withSlotLine('maxOrders: { count: 2 }'),
    ['15:5 slots.black.maxOrders.per [] is missing: add for example per: 30d'],
  ],
  // What a later version brings
  [
    'a refresh token may not come over plain http',
    ...withDrsLine(
      'token: { source: lwa, clientId: x, refreshTokenFile: y, url: "http://lwa.example/token" }',
    ),
    [
      '7:64 replenish.token.url ["http://lwa.example/token"] anybody on the network could read and change this connection: type https://lwa.example/token, or add "allowInsecure: true" beside it if the network is your own',
    ],
  ],
  [
    'Login with Amazon needs a client and a file',
    ...withDrsLine('token: { source: lwa }'),
    [
      '7:3 replenish.token.clientId [] is missing: add for example clientId: amzn1.application-oa2-client.0123456789abcdef',
      '7:3 replenish.token.refreshTokenFile [] is missing: add for example refreshTokenFile: refresh-token',
    ],
  ],
  [
    'a serial number holds only what Amazon takes, and the browser comes back over https',
    ...withDrsLine('registration: { model: M1, serial: "SN 1", redirectUri: "http://x.example/" }'),
    [
      '7:38 replenish.registration.serial ["SN 1"] 1 to 64 letters A-Z a-z, digits, + - or _ are expected here: no more is taken by Amazon',
      '7:59 replenish.registration.redirectUri ["http://x.example/"] http:// is taken for this machine only: type https://',
    ],
  ],
  [
    'a lead time has to be a duration all the same',
    ...withSlotLine('leadTime: 7'),
    [
      '15:15 slots.black.leadTime [7] a duration is written with its unit (ms, s, m, h or d): type 7s if seconds are meant',
    ],
  ],
  // YAML itself
  [
    'a tab is refused',
    BLACK_ID,
    '\tslotId: id-black\n',
    ['14:1  [] the line begins with a tab: indent with spaces'],
  ],
  [
    'a backslash in double quotes is told single ones',
    "'slot=(?<channel>\\w+) raw=(?<value>\\d+)'",
    '"(?<value>\\d+)"',
    ['11:24  [] a backslash is special inside double quotes: use single quotes'],
  ],
  [
    'a colon in a text wants quotes',
    '  id: printer-7\n',
    '  id: a: b\n',
    [
      '2:7  [] a setting cannot begin here: the line may be indented too far, or a text with ": " in it needs quotes',
    ],
  ],
  [
    'a tag is refused',
    'id: printer-7',
    'id: !foo printer-7',
    ['2:7  [] values with a tag (!...) are not used here: take the tag out'],
  ],
  [
    'binary data is refused',
    'id: printer-7',
    'id: !!binary AAAA',
    ['2:16 device.id [] values with a tag (!...) are not used here: take the tag out'],
  ],
  [
    'a second document is refused',
    'slots:\n',
    '---\nslots:\n',
    ['12:1  [] a second document begins here: take out the line "---"'],
  ],
  [
    'an unknown alias is refused',
    'id: printer-7',
    'id: *other',
    ['2:7 device.id [] there is no finished value named &other above this line'],
  ],
  [
    '__proto__ cannot be a slot',
    '  blue:\n',
    '  __proto__:\n',
    ['17:3 slots [] the name __proto__ cannot be used'],
  ],
];

describe('one mistake in a section, or in YAML itself', () => {
  test.each(ROWS)('%s', (_, from, to, expected) => {
    expect(mistakes(changed(from, to))).toEqual(expected);
  });
});
