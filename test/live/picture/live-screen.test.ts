import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLUMN_MS, COLUMNS_MAX, type History, remember } from '../../../agent/live/picture/history.ts';
import { liveLines } from '../../../agent/live/picture/live-lines.ts';
import { type LivePicture, liveScreen } from '../../../agent/live/picture/live-screen.ts';
import type { LiveFrame, SlotSeen } from '../../../agent/local/service-view.ts';
import { DEVICE, frame, slotSeen } from '../../local/pictures.ts';

const PLAIN = { hasColour: false, isUnicode: true };
const WALL_MS = Date.UTC(2026, 10, 23, 15, 0, 0);

function pictureOf(seen: LiveFrame, change: Partial<LivePicture> = {}): LivePicture {
  return {
    source: 'service',
    frame: seen,
    histories: new Map(),
    wallMs: WALL_MS,
    note: null,
    skipped: 0,
    ...change,
  };
}

const slots = (count: number, change: Partial<SlotSeen> = {}): Record<string, SlotSeen> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`slot${index}`, slotSeen(change)]));

describe('the live screen', () => {
  test('shows of a slot what it is at, why, what comes next and what is behind it', () => {
    const seen = slotSeen({
      phase: 'held',
      reason: 'auth',
      level: 12.34,
      raw: 123.4567,
      why: 'No access token that DRS accepts.',
      sensor: 'fault',
      isNoisy: true,
      isConfirmed: false,
      nextWakeAt: new Date(WALL_MS + 42_000).toISOString(),
      emptyAt: new Date(WALL_MS + 3 * 24 * 3_600_000).toISOString(),
      lastOrder: {
        orderId: 'o-1',
        attempt: 1,
        outcome: 'placed',
        detailCode: 'TEST_ORDER_PLACED',
        eventInstanceId: null,
        at: new Date(WALL_MS - 600_000).toISOString(),
      },
    });
    const histories = new Map([['black', { newest: 3, levels: [100, 50, null, 0] }]]);
    const rows = liveScreen(
      pictureOf(frame({ black: seen }), { histories }),
      { columns: 130, rows: 24 },
      PLAIN,
    );
    const at = rows.findIndex((row) => row.startsWith(' black'));
    expect(rows[at]).toMatch(/^ black {2}held: auth +raw 123\.457 {4}12\.3 %$/);
    expect(rows[at + 1]).toMatch(/^ {2}█+.?·+│·+│·+$/);
    expect(rows[at + 2]).toBe('  █▅ ▁  last 20 s');
    expect(rows[at + 3]).toBe('  No access token that DRS accepts.');
    expect(rows[at + 5]).toMatch(
      /^ {2}sensor fault {2}noisy {2}confirming {2}next step \d\d:\d\d:\d\d \(in 42 s\), empty in 3 d, last order TEST_ORDER_PLACED 10 min ago$/,
    );
  });

  test('tells what is wrong with each link, and of a stopped service only what this process knows', () => {
    const device = {
      ...DEVICE,
      clockTrusted: false,
      token: { state: 'revoked' },
      hardware: { scale: { state: 'failed', error: 'Plug the scale in.', lastReadingAt: null } },
      drs: { error: 'Amazon does not list the slot.' },
      outbox: { depth: 2, dropped: 0 },
    };
    const broken = frame({}, device, { connected: false, protocolVersion: null, error: 'No route.' });
    const screenOf = (source: LivePicture['source']): string =>
      liveScreen(pictureOf(broken, { source }), { columns: 80, rows: 24 }, PLAIN).join('\n');
    for (const words of [
      'broker not connected',
      'token revoked',
      'clock in doubt',
      'scale failed',
      'scale: Plug the scale in.',
      'broker: No route.',
      'DRS: Amazon does not list the slot.',
      'outbox 2 waiting',
    ])
      expect(screenOf('service')).toContain(words);
    expect(screenOf('alone')).toMatch(/nothing is ordered[\s\S]+○ broker not used {2}○ token not used/);
    expect(screenOf('alone')).not.toContain('No route');
  });

  test('draws slots as fully as all of them fit, and says how many do not', () => {
    const rowsOf = (count: number, skipped = 0): readonly string[] =>
      liveScreen(pictureOf(frame(slots(count)), { skipped }), { columns: 80, rows: 24 }, PLAIN);
    const why = 'Level 90 % is above';
    expect(rowsOf(2).filter((row) => row.startsWith(`  ${why}`))).toHaveLength(2);
    expect(rowsOf(6).filter((row) => row.includes(why))).toHaveLength(6);
    expect(rowsOf(15).filter((row) => row.startsWith(' slot'))).toHaveLength(15);
    const all = rowsOf(40);
    const shown = all.filter((row) => row.startsWith(' slot')).length;
    expect(all.at(-1)).toContain(`${40 - shown} more slots`);
    expect(rowsOf(40, 5).find((row) => row.startsWith(' slot'))).toMatch(/^ slot5 /);
    expect(rowsOf(40, 1_000).findLast((row) => row.startsWith(' slot'))).toMatch(/^ slot39 /);
  });

  test('fits every window, and lets nothing from outside steer the terminal', () => {
    const name = fc.string({ minLength: 1, maxLength: 64 });
    const text = fc.string({ unit: 'grapheme', maxLength: 200 });
    const level = fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }));
    const slot = fc.record({ why: text, level, raw: level, isNoisy: fc.boolean() }).map(slotSeen);
    fc.assert(
      fc.property(
        fc.dictionary(name, slot, { maxKeys: 12 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        text,
        (seen, columns, rows, note) => {
          const drawn = liveScreen(pictureOf(frame(seen), { note }), { columns, rows }, PLAIN);
          expect(drawn.length).toBeLessThanOrEqual(rows);
          for (const row of drawn) {
            expect([...row].length).toBeLessThanOrEqual(columns);
            expect(row).not.toMatch(/\p{Cc}/u);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a history', () => {
  const take = (levels: readonly (readonly [number, number | null])[]): History | null =>
    levels.reduce<History | null>((before, [atMs, level]) => remember(before, level, atMs), null);

  test('keeps the last level of each stretch of time, and gaps where nobody looked', () => {
    const history = take([
      [0, 90],
      [1, 80],
      [COLUMN_MS, 70],
      [4 * COLUMN_MS, null],
      [5 * COLUMN_MS, 60],
    ]);
    expect(history?.levels).toEqual([80, 70, null, null, null, 60]);
  });

  test('is bounded, however long nobody looked', () => {
    const history = take([
      [0, 90],
      [1e12, 80],
    ]);
    expect(history?.levels).toHaveLength(COLUMNS_MAX);
    expect(history?.levels.at(-1)).toBe(80);
  });
});

describe('lines', () => {
  const told = (...frames: readonly LiveFrame[]): readonly string[] => {
    let last: ReadonlyMap<string, string> = new Map();
    return frames.flatMap((seen) => {
      const next = liveLines(seen, true, WALL_MS, last);
      last = next.told;
      return next.lines.map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ''));
    });
  };
  const black = (change: Partial<SlotSeen>): LiveFrame => frame({ black: slotSeen({ why: '', ...change }) });

  test('come when something changes, and a level that only creeps is told when it has moved', () => {
    const lines = told(
      black({ level: 90 }),
      black({ level: 89.5 }),
      black({ level: 88.9 }),
      black({ level: 88.2, isNoisy: true }),
      black({ level: null, phase: 'unknown', sensor: 'stale' }),
      black({ level: null, phase: 'unknown', sensor: 'stale' }),
    );
    expect(lines).toEqual([
      'broker: MQTT 5',
      'token: valid',
      'clock: set',
      'black  stocked  90.0 %  raw 900',
      'black  stocked  88.9 %  raw 900',
      'black  stocked  88.2 %  raw 900  noisy',
      'black  unknown  ? %  raw 900  sensor stale',
    ]);
  });

  test('tell a link that breaks, and that it is well again', () => {
    const broken = frame({}, DEVICE, { connected: false, protocolVersion: null, error: 'No route.' });
    expect(told(frame({}), broken, broken, frame({}))).toEqual([
      'broker: MQTT 5',
      'token: valid',
      'clock: set',
      'broker: No route.',
      'broker: MQTT 5',
    ]);
  });
});
