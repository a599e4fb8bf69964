import { describe, expect, it } from 'vitest';
import { Replay } from '../../agent/replay/replay.ts';
import type { ReplayEntry } from '../../agent/replay/replay-entry.ts';
import { entryJson, entryText, summaryJson, summaryText } from '../../agent/replay/replay-text.ts';
import { checkConfig } from '../../config/check.ts';
import type { Config } from '../../config/config.ts';

const STARTED_MS = Date.UTC(2026, 10, 23, 8);

function configWith(slot: string, replenish = ''): Config {
  const text = `device: { id: d }
mqtt: { url: 'mqtt://127.0.0.1' }
replenish: { url: 'https://drs.example.net'${replenish} }
hardware: { scale: { driver: transcript, file: x } }
slots:
  black: { slotId: s, sensor: { from: scale }, calibration: { empty: 0, full: 1000 }, filter: { median: 1 }, staleAfter: 10m${slot} }
`;
  const checked = checkConfig(text, { config: '/', credentials: null });
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('\n'));
  return checked.config;
}

async function replayed(
  readings: readonly (readonly [atMs: number, raw: number])[],
  config = configWith(''),
) {
  const entries: ReplayEntry[] = [];
  const replay = new Replay(config, STARTED_MS, (entry) => entries.push(entry));
  await replay.take(readings.map(([atMs, raw]) => ({ atMs, hardware: 'scale', channel: '', raw })));
  const summary = replay.end();
  const story = entries.map((entry) =>
    entry.kind === 'order' ? `${entry.atMs} order ${entry.order}` : `${entry.atMs} ${entry.phase}`,
  );
  return { entries, summary, story };
}

const low = (fromMs: number, count: number, stepMs: number) =>
  Array.from({ length: count }, (_, index) => [fromMs + index * stepMs, 100] as const);

describe('a replay', () => {
  it('lets an order leave in a gap, when the confirmation is over, and not with the next reading', async () => {
    const { story } = await replayed([...low(0, 5, 1000), [300_000, 100]]);
    expect(story).toEqual(['0 unknown', '0 low', '30000 order 1', '30000 on-order']);
  });

  it('lets a level go stale in a gap at its time', async () => {
    const { story, summary } = await replayed([
      [0, 800],
      [86_400_000, 800],
    ]);
    expect(story).toEqual(['0 unknown', '0 stocked', '600000 unknown', '86400000 stocked']);
    expect(summary.slots[0]?.unknownMs).toBe(86_400_000 - 600_000);
  });

  it('takes every answer in before the next reading, also with no time in between', async () => {
    const config = configWith(", confirm: { samples: 1, for: '0s' }");
    const { story } = await replayed(
      [100, 900, 100, 900, 100].map((raw) => [0, raw] as const),
      config,
    );
    expect(story.filter((each) => each.includes('order '))).toEqual(['0 order 1', '0 order 2', '0 order 3']);
  });

  it('tells what would be ordered although the configuration is a dry run', async () => {
    const { summary } = await replayed(low(0, 60, 1000), configWith('', ', dryRun: true'));
    expect(summary.slots[0]?.ordersAtMs).toEqual([30_000]);
  });

  it('ends with the last reading: what nobody recorded is not made up', async () => {
    const { story, summary } = await replayed(low(0, 10, 1000));
    expect(story.at(-1)).toBe('0 low');
    expect(summary.lengthMs).toBe(9000);
  });

  it('is the same in portions of any size', async () => {
    const all = low(0, 50, 1000).map(([atMs, raw]) => ({ atMs, hardware: 'scale', channel: '', raw }));
    const stories = await Promise.all(
      [1, 7, 50].map(async (size) => {
        const entries: ReplayEntry[] = [];
        const replay = new Replay(configWith(''), null, (entry) => entries.push(entry));
        for (let at = 0; at < all.length; at += size) await replay.take(all.slice(at, at + size));
        return [entries, replay.end()];
      }),
    );
    expect(stories[1]).toEqual(stories[0]);
    expect(stories[2]).toEqual(stories[0]);
  });

  it('names what no slot reads, and no more of it than a person can read', async () => {
    const replay = new Replay(configWith(''), null, () => undefined);
    const strange = Array.from({ length: 1000 }, (_, index) => ({
      atMs: 0,
      hardware: 'scale',
      channel: `c${index}`,
      raw: 1,
    }));
    await replay.take(strange);
    const summary = replay.end();
    expect(summary.slots[0]?.readings).toBe(0);
    expect(summary.unread.size).toBe(100);
    expect(summary.unread.get('scale/c0')).toBe(1);
    const told = summaryText(summary, { count: 0, first: [] }, null).join('\n');
    expect(told).toContain('black: its sensor (scale) never appears in the recording.');
  });
});

describe('what a replay prints', () => {
  it('has times since the beginning for people, and both kinds for programs', async () => {
    const { entries, summary } = await replayed(low(93_784_500, 40, 1000));
    const order = entries.find(({ kind }) => kind === 'order');
    if (order === undefined) throw new Error('There is no order.');
    expect(entryText(order)).toMatch(/^1d 02:03:34\.5 {2}black {8}10\.0 % {2}ORDER 1 {7}The slot was/);
    expect(JSON.parse(entryJson(order, STARTED_MS))).toMatchObject({
      kind: 'order',
      atMs: 93_814_500,
      at: '2026-11-24T10:03:34.500Z',
      slot: 'black',
      slotId: 's',
      level: 10,
    });
    expect(JSON.parse(entryJson(order, null))).toMatchObject({ at: null });
    const lines = summaryJson(summary, { count: 1, first: [{ line: 3, why: 'is not JSON' }] }, STARTED_MS);
    expect(lines.map((each) => JSON.parse(each))).toEqual([
      expect.objectContaining({
        kind: 'slot',
        slot: 'black',
        orders: [{ atMs: 93_814_500, at: '2026-11-24T10:03:34.500Z' }],
      }),
      expect.objectContaining({ kind: 'end', readings: 40, badLines: 1 }),
    ]);
  });
});
