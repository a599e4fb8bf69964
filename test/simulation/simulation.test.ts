import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from './faults.ts';
import { readOptions } from './options.ts';
import { DAYS_PER_DEVICE, simulateDevice } from './simulate.ts';
import { findingLines, summaryLines } from './summary.ts';
import { Tally } from './tally.ts';

const SEED = 1;
const DEVICES = 200;

describe('the agent in a simulated world full of trouble', () => {
  it(`keeps every promise for ${DEVICES * DAYS_PER_DEVICE} device-days, and every kind of trouble strikes`, async () => {
    const tally = new Tally();
    const begunMs = performance.now();
    for (let device = 0; device < DEVICES; device++) {
      const finding = await simulateDevice(SEED, device, tally);
      if (finding !== null) expect.fail(findingLines(finding).join('\n'));
    }
    console.log(summaryLines(tally, SEED, (performance.now() - begunMs) / 1000).join('\n'));
    expect(tally.deviceDays).toBeGreaterThanOrEqual(20_000);
    expect(FAULT_KINDS.filter((kind) => !tally.faults.has(kind))).toEqual([]);
    // Orders are what it is about: a world in which nobody orders keeps every promise, too.
    expect(tally.events.get('orders') ?? 0).toBeGreaterThan(1_000);
  }, 300_000);

  it('keeps every promise while people order by hand, snooze slots and change their mind', async () => {
    const tally = new Tally();
    for (let device = 0; device < 12; device++) {
      const finding = await simulateDevice(SEED, device, tally, { hardships: new Set(['busy-hands']) });
      if (finding !== null) expect.fail(findingLines(finding).join('\n'));
    }
    expect(tally.events.get('orders by hand') ?? 0).toBeGreaterThan(25);
  }, 120_000);

  it('replays a device exactly: the same seed runs the same, to the last event', async () => {
    const [first, second] = [new Tally(), new Tally()];
    await simulateDevice(SEED, 3, first, { days: 20 });
    await simulateDevice(SEED, 3, second, { days: 20 });
    expect(second).toEqual(first);
  });

  it('prints a timeline, and how to see it again, for a promise that is broken', async () => {
    const finding = await simulateDevice(SEED, 0, new Tally(), {
      sabotage: () => ({
        settings: ({ limits, ...rest }) => ({
          ...rest,
          limits: { ...limits, confirm: { samples: 1, forMs: 0 } },
        }),
      }),
    });
    const text = finding === null ? '' : findingLines(finding).join('\n');
    expect(text).toMatch(/^day +\d+ \d\d:\d\d:\d\d\.\d{3} /);
    expect(text).toContain('again: node test/simulation/main.ts --seed 1 --device 0');
    expect(finding?.timeline.length).toBeLessThanOrEqual(60);
  });
});

describe('the words of the long run', () => {
  it('turns days into devices, and a device into a replay of that one', () => {
    expect(readOptions(['--days', '250', '--seed', '9'])).toMatchObject({
      seed: 9,
      devices: { first: 0, count: 3 },
    });
    expect(readOptions(['--device', '17'])).toMatchObject({ devices: { first: 17, count: 1 } });
  });

  it('refuses what it does not know with a sentence', () => {
    expect(readOptions(['--days', 'many'])).toEqual({
      kind: 'misuse',
      message: '--days takes a whole number, not "many".',
    });
    expect(readOptions(['--with', 'rain'])).toMatchObject({ kind: 'misuse' });
  });
});
