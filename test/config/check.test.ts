import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../config/check.ts';
import { changed, configOf, FOLDERS, GOOD_CONFIG } from './good-config.ts';

/** `12:5 path [found] message`, for each mistake of the text. */
function mistakes(text: string): string[] {
  const checked = checkConfig(text, FOLDERS);
  if (checked.ok) return [];
  return checked.problems.map(
    ({ line, column, path, found, message }) => `${line}:${column} ${path} [${found ?? ''}] ${message}`,
  );
}

function warnings(text: string): string[] {
  return checkConfig(text, FOLDERS).warnings.map(
    ({ line, column, path, message }) => `${line}:${column} ${path} ${message}`,
  );
}

type Row = readonly [fact: string, from: string, to: string, expected: readonly string[]];

const BLACK_ID = '    slotId: id-black\n';
const withSlotLine = (line: string): [string, string] => [BLACK_ID, `${BLACK_ID}    ${line}\n`];
const MQTT_URL = '  url: mqtts://broker.example.net\n';
const withMqttLine = (line: string): [string, string] => [MQTT_URL, `${MQTT_URL}  ${line}\n`];
const DRS_URL = '  url: https://drs.example.net\n';
const withDrsLine = (line: string): [string, string] => [DRS_URL, `${DRS_URL}  ${line}\n`];

const DURATION = 'a duration is a whole number and a unit (ms, s, m, h or d)';
const LEVEL = 'a level is written with a percent sign';

const ROWS: readonly Row[] = [
  // Names of settings
  [
    'a misspelt key is told its nearest',
    ...withSlotLine('reorderat: 20%'),
    ['15:5 slots.black.reorderat [] there is no setting of this name here; did you mean reorderAt?'],
  ],
  [
    'a key in another spelling is recognised',
    ...withSlotLine('re-arm_at: 20%'),
    ['15:5 slots.black.re-arm_at [] there is no setting of this name here; did you mean rearmAt?'],
  ],
  [
    'a key like no other is told the known ones',
    ...withMqttLine('zebra: 1'),
    [
      '5:3 mqtt.zebra [] there is no setting of this name here; known are url, allowInsecure, username, passwordFile, caFile, certFile, keyFile, topicPrefix, heartbeat, deadband, homeAssistant',
    ],
  ],
  [
    'a section inside another is sent to the margin',
    ...withMqttLine('slots: 1'),
    [
      '5:3 mqtt.slots [] there is no setting of this name here; slots begins in the first column, without indentation',
    ],
  ],
  [
    'a password in the file is refused and not shown',
    ...withMqttLine('password: hunter2'),
    [
      '5:3 mqtt.password [] there is no setting of this name here; a secret never stands in this file: put it into a file of its own and type passwordFile: with its name',
    ],
  ],
  [
    'a missing setting is reported at its group',
    '  id: printer-7\n',
    '  name: x\n',
    ['1:1 device.id [] is missing: add for example id: kitchen-printer-7'],
  ],
  [
    'a missing setting of a slot is reported at the slot',
    BLACK_ID,
    '',
    ['13:3 slots.black.slotId [] is missing: add for example slotId: 4c8746c0-91cf-40ac-a001-daca4ab0aa1c'],
  ],
  [
    'a missing section is reported in the first line',
    'device:\n  id: printer-7\n',
    '',
    ['1:1 device [] is missing: add device: with id, name'],
  ],
  [
    'a required setting without value is told an example',
    'id: printer-7',
    'id:',
    ['2:6 device.id [] stands empty: type for example id: kitchen-printer-7'],
  ],
  [
    'an optional setting without value may go',
    ...withSlotLine('name:'),
    ['15:10 slots.black.name [] stands empty: type for example name: Black ink, or take the line out'],
  ],
  [
    'a section without settings is told what belongs in it',
    'device:\n  id: printer-7\n',
    'device:\n',
    ['1:8 device [] stands empty: its settings (id, name) belong below it, indented'],
  ],
  [
    'a key that stands twice is told where',
    ...withSlotLine('slotId: other'),
    ['15:5 slots.black.slotId [] is given twice, first in line 14: take one of them out'],
  ],
  [
    'a value instead of settings is refused',
    'device:\n  id: printer-7\n',
    'device: printer-7\n',
    ['1:9 device [printer-7] settings are expected here, indented below this line'],
  ],
  // Levels
  [
    'a level as a share is told its percentage',
    ...withSlotLine('reorderAt: 0.2'),
    [`15:16 slots.black.reorderAt [0.2] ${LEVEL}: type 20%`],
  ],
  [
    'a share that floats badly is told a round percentage',
    ...withSlotLine('reorderAt: 0.29'),
    [`15:16 slots.black.reorderAt [0.29] ${LEVEL}: type 29%`],
  ],
  [
    'a level without sign gets one',
    ...withSlotLine('reorderAt: 20'),
    [`15:16 slots.black.reorderAt [20] ${LEVEL}: type 20%`],
  ],
  [
    'a level of 1 could be either',
    ...withSlotLine('reorderAt: 1'),
    [`15:16 slots.black.reorderAt [1] ${LEVEL}: type 100% if full is meant, else 1%`],
  ],
  [
    'a level with a space loses it',
    ...withSlotLine('reorderAt: 20 %'),
    [`15:16 slots.black.reorderAt [20 %] ${LEVEL}: type 20%`],
  ],
  [
    'a level that is no number is told an example',
    ...withSlotLine('reorderAt: low'),
    [`15:16 slots.black.reorderAt [low] ${LEVEL}: type for example 20%`],
  ],
  [
    'a level above 100% is out of range',
    ...withSlotLine('rearmAt: 101%'),
    ['15:14 slots.black.rearmAt [101%] a level from 0% to 100% is expected here'],
  ],
  // Durations
  [
    'a bare number is told a unit',
    ...withSlotLine('staleAfter: 60'),
    [
      '15:17 slots.black.staleAfter [60] a duration is written with its unit (ms, s, m, h or d): type 60s if seconds are meant',
    ],
  ],
  [
    'a quoted bare number is told a unit',
    ...withSlotLine("staleAfter: '60'"),
    [
      "15:17 slots.black.staleAfter ['60'] a duration is written with its unit (ms, s, m, h or d): type 60s if seconds are meant",
    ],
  ],
  [
    'a unit in words is shortened',
    ...withSlotLine('staleAfter: 2 minutes'),
    [`15:17 slots.black.staleAfter [2 minutes] ${DURATION}: type 2m`],
  ],
  [
    'a fraction becomes a smaller unit',
    ...withSlotLine('staleAfter: 1.5h'),
    [`15:17 slots.black.staleAfter [1.5h] ${DURATION}: type 90m`],
  ],
  [
    'a sum of units becomes one',
    ...withSlotLine('staleAfter: 1h30m'),
    [`15:17 slots.black.staleAfter [1h30m] ${DURATION}: type 90m`],
  ],
  [
    'what is no duration is told an example',
    ...withSlotLine('staleAfter: soon'),
    [`15:17 slots.black.staleAfter [soon] ${DURATION}: type for example 30s`],
  ],
  [
    'a duration that is too short is told the limit',
    ...withSlotLine('staleAfter: 0s'),
    ['15:17 slots.black.staleAfter [0s] the shortest that makes sense here is 100ms: type 100ms or more'],
  ],
  [
    'a duration that is too long is told the limit',
    ...withSlotLine('confirm: { for: 2d }'),
    ['15:21 slots.black.confirm.for [2d] the longest that makes sense here is 1d: type 1d or less'],
  ],
  // Names, texts, numbers, switches
  [
    'a name with spaces is told a usable one',
    'id: printer-7',
    'id: Kitchen printer',
    [
      '2:7 device.id [Kitchen printer] a name is 1 to 64 letters A-Z a-z, digits, _ or -: type for example Kitchen-printer',
    ],
  ],
  [
    'the name of a slot is judged, and what is under it too',
    '  black:\n    slotId: id-black\n',
    '  black ink:\n    slotId: 5\n',
    [
      '13:3 slots [black ink] a name is 1 to 64 letters A-Z a-z, digits, _ or -: type for example black-ink',
      '14:13 slots.black ink.slotId [5] a text is expected: put it in quotes, type "5"',
    ],
  ],
  [
    'a number instead of a text wants quotes',
    BLACK_ID,
    '    slotId: 4711\n',
    ['14:13 slots.black.slotId [4711] a text is expected: put it in quotes, type "4711"'],
  ],
  [
    'an empty text is refused',
    BLACK_ID,
    "    slotId: ''\n",
    ["14:13 slots.black.slotId [''] this text must not be empty"],
  ],
  [
    'half a character is refused',
    BLACK_ID,
    '    slotId: "a\\uD800"\n',
    ['14:13 slots.black.slotId ["a\\uD800"] this text holds half a character (a lone surrogate)'],
  ],
  [
    'a quoted number loses its quotes',
    'empty: 120, full: 880 }\n  blue',
    'empty: "120", full: 880 }\n  blue',
    ['16:27 slots.black.calibration.empty ["120"] a number is expected, without unit and quotes: type 120'],
  ],
  [
    'a number with a unit loses it',
    'empty: 120, full: 880 }\n  blue',
    'empty: 120 g, full: 880 }\n  blue',
    ['16:27 slots.black.calibration.empty [120 g] a number is expected, without unit and quotes: type 120'],
  ],
  [
    'a number without end is refused',
    'empty: 120, full: 880 }\n  blue',
    'empty: .inf, full: 880 }\n  blue',
    ['16:27 slots.black.calibration.empty [.inf] a number is expected here'],
  ],
  [
    'a count out of range is told the range',
    ...withSlotLine('filter: { median: 100 }'),
    ['15:23 slots.black.filter.median [100] a whole number from 1 to 99 is expected'],
  ],
  [
    'a broken count is told the range',
    ...withSlotLine('filter: { median: 1.5 }'),
    ['15:23 slots.black.filter.median [1.5] a whole number from 1 to 99 is expected'],
  ],
  [
    'yes is told true',
    ...withDrsLine('dryRun: yes'),
    ['7:11 replenish.dryRun [yes] type true, without quotes'],
  ],
  [
    'off is told false',
    ...withDrsLine('dryRun: off'),
    ['7:11 replenish.dryRun [off] type false, without quotes'],
  ],
  [
    'neither yes nor no is told both',
    ...withDrsLine('dryRun: maybe'),
    ['7:11 replenish.dryRun [maybe] type true or false'],
  ],
  [
    'a list instead of a value is refused',
    ...withSlotLine('staleAfter: [60s]'),
    [`15:5 slots.black.staleAfter [a list] ${DURATION}: type for example 30s`],
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
    ['7:20 replenish.token.source [flie] type file'],
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
    'a port without folder is told a whole path',
    'port: /dev/ttyUSB0',
    'port: ttyUSB0',
    [
      '10:11 hardware.board.port [ttyUSB0] a device file is given with its whole path: type for example /dev/serial/by-id/usb-...',
    ],
  ],
  [
    'a pattern that does not compile is told why',
    "'slot=(?<channel>\\w+) raw=(?<value>\\d+)'",
    "'(?<value>'",
    ["11:14 hardware.board.pattern ['(?<value>'] this is not a valid regular expression: Unterminated group"],
  ],
  [
    'a pattern cannot break out of the whole line',
    "'slot=(?<channel>\\w+) raw=(?<value>\\d+)'",
    "'(?<value>1))|((?<channel>2)'",
    [
      "11:14 hardware.board.pattern ['(?<value>1))|((?<channel>2)'] this is not a valid regular expression: Unmatched ')'",
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
    "  more: { driver: lines, port: /dev/ttyUSB0, pattern: '(?<value>\\d+)' }\nslots:\n",
    [
      '12:32 hardware.more.port [/dev/ttyUSB0] the hardware board uses the same port: a port can be opened only once, by one entry with a pattern that has a channel group',
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
      '18:13 slots.blue.slotId [id-black] the slot black has the same slotId: the same thing would be bought twice',
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
    ['16:36 slots.black.calibration.full [1] empty and full must be different raw values'],
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
    'a token by Login with Amazon is not called a typo',
    ...withDrsLine('token: { source: lwa, clientId: x, url: y }'),
    [
      '7:20 replenish.token.source [lwa] the token source lwa (Login with Amazon) is not in this version yet: use mqtt or file',
    ],
  ],
  [
    'a later driver is not called a typo',
    "driver: lines\n    port: /dev/ttyUSB0\n    pattern: 'slot=(?<channel>\\w+) raw=(?<value>\\d+)'",
    'driver: modbus\n    unit: 4',
    [
      '9:13 hardware.board.driver [modbus] the driver modbus is not in this version yet: use lines, with a board that prints its readings as text lines',
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

describe('one mistake', () => {
  test.each(ROWS)('%s', (_, from, to, expected) => {
    expect(mistakes(changed(from, to))).toEqual(expected);
  });
});

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
    expect(mistakes(text)).toEqual(['1:1  [] the file is empty: begin with a copy of agent.example.yaml']);
  });

  test('that is no map is refused', () => {
    expect(mistakes('- a\n')).toEqual(['1:1  [a list] settings are expected here, indented below this line']);
  });

  test('without slots is refused', () => {
    const [head] = GOOD_CONFIG.split('slots:');
    expect(mistakes(`${head}slots: {}\n`)).toEqual([
      '12:1 slots [a group of settings] at least one entry is needed here',
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
      'says that a lead time is not acted on',
      ...withSlotLine('leadTime: 7d'),
      [
        '15:15 slots.black.leadTime ordering by forecast is not in this version yet: this version takes the setting but does not act on it',
      ],
    ],
    [
      'says that Home Assistant is not acted on',
      ...withMqttLine('homeAssistant: { discoveryPrefix: ha }'),
      [
        '5:3 mqtt.homeAssistant Home Assistant discovery is not in this version yet: this version takes the setting but does not act on it',
      ],
    ],
    ['is not given when Home Assistant is off', ...withMqttLine('homeAssistant: false'), []],
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
      "  more: { driver: lines, port: /dev/ttyUSB1, pattern: '(?<value>\\d+)' }\nslots:\n",
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
      },
      replenish: {
        url: 'https://drs.example.net',
        allowInsecure: false,
        caFile: null,
        token: { source: 'mqtt' },
        dryRun: false,
        inDoubtWindowMs: 21_600_000,
        retry: { firstMs: 2_000, maxMs: 900_000 },
        timeouts: { connectMs: 10_000, headersMs: 15_000, bodyMs: 10_000 },
      },
      hardware: {
        board: {
          driver: 'lines',
          port: '/dev/ttyUSB0',
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
          filter: { median: 5, maxNoisePercent: 15 },
          staleAfterMs: 60_000,
          reorderAtPercent: 20,
          rearmAtPercent: 60,
          confirm: { samples: 5, forMs: 30_000 },
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
