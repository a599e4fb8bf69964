import { describe, expect, test } from 'vitest';
import { changed } from './good-config.ts';
import { BLACK_ID, mistakes, type Row, withDrsLine, withMqttLine, withSlotLine } from './mistake-rows.ts';

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
      '5:3 mqtt.zebra [] there is no setting of this name here; known are url, allowInsecure, username, passwordFile, caFile, certFile, keyFile, topicPrefix, heartbeat, deadband, commands, registration, homeAssistant',
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
];

describe('one mistake in a name or a value', () => {
  test.each(ROWS)('%s', (_, from, to, expected) => {
    expect(mistakes(changed(from, to))).toEqual(expected);
  });
});
