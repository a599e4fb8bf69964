import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pictureOf, replenishNews, showAfter, slotNews } from './fixtures.ts';
import type { News } from './news.ts';
import { frame } from './screen.ts';
import { learn } from './show.ts';

const PLAIN = { hasColour: false, isUnicode: true };
const COLOUR = { hasColour: true, isUnicode: true };
const ESCAPE = '\x1b';

/** A row as it takes up columns: without its colours. */
function visible(row: string): string {
  return row
    .split(ESCAPE)
    .map((part, index) => (index === 0 ? part : part.replace(/^\[\d+m/, '')))
    .join('');
}

const busy = showAfter(
  { kind: 'agent-started', pid: 4711 },
  { kind: 'status', isOnline: true },
  { kind: 'device', hardware: 'open', token: 'valid' },
  slotNews('beans', 'stocked', 55),
  slotNews('milk', 'on-order', 13),
  { kind: 'ran-low', slot: 'milk' },
  replenishNews('milk'),
  {
    kind: 'order',
    slot: 'milk',
    outcome: 'placed',
    detailCode: 'TEST_ORDER_PLACED',
    message: null,
    attempt: 1,
  },
);

describe('frame', () => {
  test('shows level, voltage, phase, books and last detailCode of a slot', () => {
    const rows = frame(
      pictureOf(busy, { volts: [null, 3.932, null, null] }),
      { columns: 80, rows: 24 },
      PLAIN,
    );
    const milk = rows.findIndex((row) => row.startsWith(' Oat milk'));
    expect(rows[milk]).toMatch(/^ Oat milk +█████▌··│·{16}│·+ +13\.0 % +3\.93 V$/);
    expect(rows[milk + 1]?.trim()).toMatch(/^on-order +1 depletion, 1 order +TEST_ORDER_PLACED$/);
  });

  test('puts the thresholds of the scale over the marks in the bars', () => {
    const rows = frame(pictureOf(busy), { columns: 100, rows: 24 }, PLAIN);
    const scale = rows.find((row) => row.includes('▼')) ?? '';
    const filter = rows.find((row) => row.startsWith(' Water filter')) ?? '';
    const columnsOf = (row: string, mark: string): number[] =>
      [...row].flatMap((character, column) => (character === mark ? [column] : []));
    expect(columnsOf(scale, '▼')).toHaveLength(2);
    expect(columnsOf(filter, '│')).toEqual(columnsOf(scale, '▼'));
  });

  test('shows the state of every link, the files and the time', () => {
    const screen = frame(pictureOf(busy), { columns: 100, rows: 24 }, PLAIN).join('\n');
    expect(screen).toContain('board open');
    expect(screen).toContain('agent online (pid 4711)');
    expect(screen).toContain('token valid');
    expect(screen).toContain('DRS 1 request');
    expect(screen).toContain('/tmp/demo: agent.yaml, agent.log');
    expect(screen).toContain('1:05');
  });

  test('takes nothing for known when the agent is gone', () => {
    const gone: readonly News[] = [{ kind: 'agent-killed' }, { kind: 'status', isOnline: false }];
    const show = gone.reduce(learn, busy);
    const screen = frame(pictureOf(show), { columns: 100, rows: 24 }, PLAIN).join('\n');
    expect(screen).toContain('agent killed');
    expect(screen).toContain('token none');
  });

  test('shows the newest of the story, wrapped below itself', () => {
    const log = Array.from({ length: 50 }, (_, index) => ({
      atMs: index * 1000,
      sentence: { who: 'agent', text: `event ${index} ${'long '.repeat(15).trim()}`, tone: 'event' as const },
    }));
    const rows = frame(pictureOf(busy, { log }), { columns: 80, rows: 24 }, PLAIN);
    expect(rows.join('\n')).toContain('event 49');
    expect(rows.join('\n')).not.toContain('event 30');
    const last = rows.findIndex((row) => row.includes('event 49'));
    expect(rows[last]).toMatch(/^ 0:49 {2}agent {13}event 49 long/);
    expect(rows[last + 1]).toMatch(/^ {25}long/);
  });

  test('has no escape sequences without colour, and no other than colours with it', () => {
    const size = { columns: 120, rows: 40 };
    expect(frame(pictureOf(busy), size, PLAIN).join('')).not.toContain(ESCAPE);
    const coloured = frame(pictureOf(busy), size, COLOUR);
    expect(coloured.join('')).toContain(`${ESCAPE}[32m`);
    expect(coloured.map((row) => visible(row).trimEnd())).toEqual(frame(pictureOf(busy), size, PLAIN));
  });

  test('names only the keys that there is room for', () => {
    const keysAt = (columns: number) =>
      visible(frame(pictureOf(busy, { hasKeys: true }), { columns, rows: 24 }, PLAIN).at(-1) ?? '').trimEnd();
    expect(keysAt(80)).toMatch(/ q quit$/);
    expect(keysAt(120)).toMatch(/ l lose answer$/);
  });

  test('is ASCII where the terminal is', () => {
    const screen = frame(pictureOf(busy), { columns: 80, rows: 24 }, { hasColour: false, isUnicode: false });
    expect(screen.join('\n')).toMatch(/^[\n\x20-\x7e]*$/);
    expect(screen.join('\n')).toContain('#');
  });

  test('lets nothing that came from outside steer the terminal', () => {
    const hostile = showAfter({
      kind: 'order',
      slot: 'beans',
      outcome: 'placed',
      detailCode: 'X\x1b[2J\r\nY',
      message: null,
      attempt: 1,
    });
    const screen = frame(pictureOf(hostile), { columns: 80, rows: 24 }, PLAIN);
    expect(screen.join('')).toMatch(/^\P{Cc}*$/u);
  });

  test('fits every terminal, exactly as high and never wider', () => {
    const sizes = fc.record({
      columns: fc.integer({ min: 1, max: 200 }),
      rows: fc.integer({ min: 1, max: 80 }),
    });
    const entry = fc.record({
      atMs: fc.nat(),
      sentence: fc.record({
        who: fc.string(),
        text: fc.string({ maxLength: 300 }),
        tone: fc.constant('good' as const),
      }),
    });
    fc.assert(
      fc.property(sizes, fc.array(entry, { maxLength: 30 }), fc.boolean(), (size, log, hasKeys) => {
        const rows = frame(pictureOf(busy, { log, hasKeys }), size, COLOUR);
        expect(rows).toHaveLength(size.rows);
        for (const row of rows) expect([...visible(row)].length).toBeLessThanOrEqual(size.columns);
      }),
    );
  });
});
