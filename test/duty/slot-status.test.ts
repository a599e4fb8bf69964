import { describe, expect, it } from 'vitest';
import { slotStatusOf } from '../../agent/duty/slot-status.ts';
import { lastUseAgoMs } from '../../agent/forecast/last-use.ts';
import { NO_USAGE, observe, type UsageHistory } from '../../agent/forecast/usage.ts';
import type { Instant } from '../../agent/system/instant.ts';
import { DAY_MS, HOUR_MS } from './duty-world.ts';

const WALL_MS = Date.UTC(2026, 11, 1);
const known = { levelPercent: 40, capacity: 12, emptyAtMs: null, isLow: false, lastUseAtMs: WALL_MS - 1 };

describe('what DRS is told of a slot', () => {
  it.each([
    ['a forecast', { ...known, emptyAtMs: WALL_MS + 5 * DAY_MS }, WALL_MS + 5 * DAY_MS],
    ['a forecast that is past', { ...known, emptyAtMs: WALL_MS - DAY_MS }, WALL_MS],
    ['no forecast', known, WALL_MS + 365 * DAY_MS],
    ['no forecast, and low', { ...known, isLow: true }, WALL_MS],
  ])('with %s', (_name, slot, expectedReplenishmentAtMs) => {
    expect(slotStatusOf(slot, WALL_MS)).toEqual({
      expectedReplenishmentAtMs,
      remainingQuantity: 4.8,
      originalQuantity: 12,
      lastUseAtMs: WALL_MS - 1,
    });
  });

  it('never names a use in the future', () => {
    expect(slotStatusOf({ ...known, lastUseAtMs: WALL_MS + 1 }, WALL_MS).lastUseAtMs).toBe(WALL_MS);
  });
});

describe('the last use', () => {
  const instant = (monotonicMs: number): Instant => ({
    bootId: 'b',
    monotonicMs,
    wallMs: WALL_MS + monotonicMs,
    wallTrusted: true,
  });
  /** A level at each quarter of an hour. */
  const watched = (hours: number, percentAt: (hour: number) => number): UsageHistory => {
    let usage = NO_USAGE;
    for (let hour = 0; hour <= hours; hour += 0.25)
      usage = observe(usage, { percent: percentAt(hour), now: instant(hour * HOUR_MS) });
    return usage;
  };
  const ago = (usage: UsageHistory, percent: number, hour: number): number =>
    lastUseAgoMs(usage, percent, instant(hour * HOUR_MS)) / HOUR_MS;

  it.each([
    ['ten hours ago', (hour: number) => (hour < 38 ? 80 : 70), 70, 10],
    ['before a refill that followed', (hour: number) => (hour < 20 ? 30 : hour < 30 ? 20 : 95), 95, 28],
    ['at this moment', () => 80, 70, 0],
  ])('%s is found to a bucket of four hours', (_name, percentAt, percent, hoursAgo) => {
    const found = ago(watched(48, percentAt), percent, 48);
    expect(Math.abs(found - hoursAgo)).toBeLessThanOrEqual(4);
  });

  it('that nobody saw was before the watch began', () => {
    expect(
      ago(
        watched(48, () => 80),
        80,
        50,
      ),
    ).toBeCloseTo(50, 5);
    expect(ago(NO_USAGE, 80, 50)).toBe(0);
  });
});
