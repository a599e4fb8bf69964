import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { changed, GOOD_CONFIG } from './good-config.ts';
import { mistakes, warnings } from './mistake-rows.ts';

/** What hands do to a file: each is a mistake at its place, with what to type. */
const BY_HAND: readonly (readonly [what: string, text: string, place: string, told: RegExp])[] = [
  ['a tab before a setting', changed('  id: printer-7', '\tid: printer-7'), '2:1', /indent with spaces/],
  ['a tab in the second level', changed('    slotId: id-black', '\tslotId: x'), '14:1', /indent with spaces/],
  ['a setting twice', changed('  id: printer-7', '  id: a\n  id: b'), '3:3', /twice, first in line 2/],
  ['a section twice', `${GOOD_CONFIG}device:\n  id: x\n`, '21:1', /twice, first in line 1/],
  ['a slot twice', changed('  blue:', '  black:'), '17:3', /twice, first in line 13/],
  ['a line too far left', changed('    slotId: id-black', '   slotId: x'), '14:12', /indented too far/],
  [
    'a line too far right',
    changed('    slotId: id-black', '      slotId: x'),
    '15:1',
    /indented differently/,
  ],
  ['a colon forgotten', changed('  id: printer-7', '  id printer-7'), '2:3', /type "id: printer-7"/],
  ['a space forgotten', changed('  id: printer-7', '  id:printer-7'), '2:3', /type "id: printer-7"/],
  ['an equals sign', changed('  id: printer-7', '  id = printer-7'), '2:3', /type "id: printer-7"/],
  ['a mistyped name without colon', changed('  id: printer-7', '  idd printer-7'), '2:3', /type "id: /],
  ['true as a name', changed('id: printer-7', 'id: true'), '2:7', /type "true"/],
  ['a number as a name', changed('id: printer-7', 'id: 7'), '2:7', /type "7"/],
  ['a number as a slot id', changed('slotId: id-black', 'slotId: 123'), '14:13', /type "123"/],
  [
    'a number in quotes',
    changed('{ empty: 120, full: 880 }\n  b', '{ empty: "120", full: 880 }\n  b'),
    '16:27',
    /type 120/,
  ],
  [
    'a decimal comma',
    changed('{ empty: 120, full: 880 }\n  b', '{ empty: 1,5, full: 880 }\n  b'),
    '16:29',
    /as in 1\.5/,
  ],
  [
    'a percent sign in front',
    changed('    slotId: id-black', '    reorderAt: %20\n    slotId: x'),
    '14:16',
    /quotes/,
  ],
  [
    'a share for a level',
    changed('    slotId: id-black', '    reorderAt: 0.2\n    slotId: x'),
    '14:16',
    /type 20%/,
  ],
  [
    'a bare duration',
    changed('    slotId: id-black', '    staleAfter: 60\n    slotId: x'),
    '14:17',
    /type 60s/,
  ],
  [
    'yes for true',
    changed('https://drs.example.net', 'https://drs.example.net\n  dryRun: yes'),
    '7:11',
    /type true/,
  ],
  ['a quotation mark not closed', changed('"1" }', '"1 }'), '15:41', /is not closed/],
  ['a bracket not closed', changed('full: 880 }', 'full: 880'), '17:3', /a bracket above is not closed/],
  [
    'a pattern in double quotes',
    changed("'slot=(?<channel>\\w+) raw=(?<value>\\d+)'", '"raw=(?<value>\\d+)"'),
    '11:28',
    /single quotes/,
  ],
  [
    'spaces from a web page',
    changed('  id: printer-7', '\u00a0\u00a0id: printer-7'),
    '2:1',
    /type plain spaces/,
  ],
  ['line ends of an old Macintosh', GOOD_CONFIG.replaceAll('\n', '\r'), '1:1', /LF/],
  [
    'an anchor that is not there',
    changed('calibration: { empty: 120, full: 880 }\n  b', 'calibration: *c\n  b'),
    '16:18',
    /&c/,
  ],
  [
    'merged keys',
    changed('  black:', '  black: &b').replace('  blue:\n', '  blue:\n    <<: *b\n'),
    '18:5',
    /write the settings out/,
  ],
  ['another document', `${GOOD_CONFIG}---\n${GOOD_CONFIG}`, '21:1', /take out the line "---"/],
  [
    'an empty section',
    GOOD_CONFIG.replace(/hardware:[\s\S]*slots:/, 'hardware:\nslots:'),
    '7:10',
    /stands empty: .*for example board: with driver, port/,
  ],
  [
    'no slots',
    GOOD_CONFIG.replace(/slots:[\s\S]*/, 'slots:\n'),
    '12:7',
    /stands empty: .*for example black: with slotId/,
  ],
  [
    'a missing section',
    GOOD_CONFIG.replace(/hardware:[\s\S]*slots:/, 'slots:'),
    '1:1',
    /add hardware: .*for example board: with driver/,
  ],
  ['an INI file', '[device]\nid=x\n', '2:1', /"name: value" on a line of its own/],
  ['quotes in quotes', changed('id-black', "'Tom's'"), '14:18', /belongs to nothing before it/],
  ['a bracket too many', changed('id: printer-7', 'id: {x}}'), '2:10', /closed here that was not opened/],
  ['a bracket too few', '{ "device": ', '1:13', /opened before this is not closed/],
  ['a comma too many', changed('120, full', '120,, full'), '16:31', /a comma too many/],
  ['a comma too few', changed('{ from: board,', '{ from: "board"'), '15:21', /a comma may be missing/],
  ['a comment that sticks', changed('id-black', '"id"#x'), '14:17', /before the # of the comment/],
  ['nothing but comments', '# later\n', '1:1', /empty/],
];

describe('check names the place and what to type for', () => {
  test.each(BY_HAND)('%s', (_, text, place, told) => {
    const [first = ''] = mistakes(text);
    expect(first.startsWith(`${place} `), first).toBe(true);
    expect(first).toMatch(told);
  });

  test.each([
    ['line ends of Windows', GOOD_CONFIG.replaceAll('\n', '\r\n')],
    ['a last line end that is half one of Windows', `${GOOD_CONFIG.trimEnd()}\r`],
    ['a byte order mark', `\ufeff${GOOD_CONFIG}`],
    ['both', `\ufeff${GOOD_CONFIG.replaceAll('\n', '\r\n')}`],
  ])('a mistake in a file with %s, at the same place as without', (_, text) => {
    expect(mistakes(text)).toEqual([]);
    const [first] = mistakes(text.replace('printer-7', 'printer 7'));
    expect(first).toMatch(/^2:7 device\.id \[printer 7\]/);
  });
});

describe('check on a file', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'technician-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each<[what: string, content: string | Buffer, told: RegExp]>([
    ['that Windows saved as "Unicode"', Buffer.from(`\ufeff${GOOD_CONFIG}`, 'utf16le'), /save it as UTF-8/],
    [
      'with umlauts of Windows',
      Buffer.from(changed('printer-7', 'k\u00fcche'), 'latin1'),
      /save it as UTF-8/,
    ],
    ['that is empty', '', /is empty/],
    ['that is huge', '# x\n'.repeat(400_000), /larger than 1 MiB/],
  ])('%s ends with 78', (_, content, told) => {
    const file = join(folder, 'agent.yaml');
    writeFileSync(file, content);
    const loaded = loadConfig(file, {});
    expect(loaded.ok).toBe(false);
    expect(loaded.ok ? '' : loaded.problems[0]?.message).toMatch(told);
  });
});

const DOUBTS: readonly (readonly [what: string, from: string, to: string, expected: readonly RegExp[]])[] = [
  [
    'a dry run',
    'https://drs.example.net',
    'https://drs.example.net\n  dryRun: true',
    [/^7:11 replenish\.dryRun .*nothing ordered/],
  ],
  ['a numbered port', '/dev/serial/by-id/usb-b', '/dev/ttyACM3', [/^10:11 hardware\.board\.port .*by-id/]],
  [
    'rearmAt close to reorderAt',
    '    slotId: id-black',
    '    rearmAt: 29.9%\n    slotId: x',
    [/^14:14 slots\.black\.rearmAt .*at least 30%/],
  ],
  [
    'no room above reorderAt',
    '    slotId: id-black',
    '    reorderAt: 95%\n    rearmAt: 100%\n    slotId: x',
    [/lower reorderAt to 90%/],
  ],
  [
    'reorderAt at 0',
    '    slotId: id-black',
    '    reorderAt: 0%\n    slotId: x',
    [/^14:16 slots\.black\.reorderAt .*10%/],
  ],
  [
    'an even median',
    '    slotId: id-black',
    '    filter: { median: 4 }\n    slotId: x',
    [/filter\.median .*type 5/],
  ],
  [
    'leadTime without a budget',
    '    slotId: id-black',
    '    leadTime: 7d\n    slotId: x',
    [/leadTime .*maxOrders/],
  ],
  [
    'leadTime with one',
    '    slotId: id-black',
    '    leadTime: 7d\n    maxOrders: { count: 2, per: 30d }\n    slotId: x',
    [],
  ],
  ['a gap of ten', '    slotId: id-black', '    rearmAt: 30%\n    slotId: x', []],
  [
    'quotation marks of a word processor',
    'channel: "1"',
    'channel: \u201c1\u201d',
    [/^15:37 .*type " instead/],
  ],
];

const GPIO = (slot: string, interval: string): string =>
  `${GOOD_CONFIG.replace(/hardware:[\s\S]*/, '')}hardware:
  floats: { driver: gpio, chip: gpiochip0, interval: ${interval}, channels: { tank: { line: 17 } } }
slots:
  tank: { slotId: t, sensor: { from: floats, channel: tank }, calibration: { empty: 0, full: 1 }${slot} }
`;

describe('check warns of', () => {
  test.each(DOUBTS)('%s as it should', (_, from, to, expected) => {
    const told = warnings(changed(from, to));
    expect(told).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(told[index]).toMatch(pattern);
  });

  test('a confirmation and a patience that are shorter than the time between readings', () => {
    expect(warnings(GPIO('', '5s'))).toEqual([]);
    expect(warnings(GPIO('', '31s'))).toEqual([
      expect.stringMatching(/confirm.* every 31s.*at least 31s/),
      expect.stringMatching(/staleAfter.* every 31s.*at least 62s/),
    ]);
    expect(warnings(GPIO(', confirm: { samples: 3, for: 0s }, staleAfter: 2m', '1m'))).toEqual([]);
  });
});
