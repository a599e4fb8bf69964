import { describe, expect, it } from 'vitest';
import { EMPTY_BOOK, withLevelTold } from '../../agent/duty/duty-book.ts';
import { againInMs, phaseOf } from '../../agent/duty/phase.ts';
import { type DutyFacts, type PlannedDuty, planDuties } from '../../agent/duty/schedule.ts';
import { type Instant, WALL_OFF_MS_MAX } from '../../agent/system/instant.ts';
import { DAY_MS, HOUR_MS, SETTINGS } from './duty-world.ts';

const BOOT_MS = 100_000;

function instant(monotonicMs: number, more: Partial<Instant> = {}): Instant {
  const wallMs = Date.UTC(2026, 11, 1) + monotonicMs;
  return { bootId: 'b', monotonicMs, wallMs, wallTrusted: true, ...more };
}

function plan(facts: Partial<DutyFacts>, deviceId = 'printer'): Record<string, PlannedDuty> {
  const planned = planDuties(
    {
      now: instant(BOOT_MS),
      startedAtMs: BOOT_MS,
      book: EMPTY_BOOK,
      subscriptions: { readAtMs: null, wantedAtMs: null },
      levels: new Map([['slot-1', 50]]),
      ...facts,
    },
    { ...SETTINGS, deviceId },
  );
  return Object.fromEntries(planned.map((one) => [one.duty.kind, one]));
}

const told = (at: Instant, levelPercent = 50) => ({
  ...EMPTY_BOOK,
  slots: { 'slot-1': { at, againInMs: 23 * HOUR_MS, levelPercent } },
});

describe('a level', () => {
  it.each([
    ['told an hour ago', told(instant(BOOT_MS - HOUR_MS)), 22 * HOUR_MS],
    ['that moved, told an hour ago', told(instant(BOOT_MS - HOUR_MS), 55), 'at the start'],
    ['that rose by a refill', told(instant(BOOT_MS - HOUR_MS), 10), 'at the start'],
    ['that moved too little', told(instant(BOOT_MS - HOUR_MS), 54.9), 22 * HOUR_MS],
    ['told two days ago', told(instant(BOOT_MS - 2 * DAY_MS)), 'at the start'],
    [
      'told in another boot, at a known time',
      told(instant(0, { bootId: 'a', wallMs: Date.UTC(2026, 11, 1) + BOOT_MS - HOUR_MS })),
      22 * HOUR_MS - 2 * WALL_OFF_MS_MAX,
    ],
    [
      'told in another boot that nobody can date',
      told(instant(0, { bootId: 'a', wallTrusted: false })),
      'at the start',
    ],
  ])('%s is due in %s', (_name, book, due) => {
    const { dueAtMs = 0 } = plan({ book })['level'] ?? {};
    if (due !== 'at the start') {
      expect(dueAtMs - BOOT_MS).toBe(due);
      return;
    }
    expect(dueAtMs - BOOT_MS).toBeGreaterThanOrEqual(30_000);
    expect(dueAtMs - BOOT_MS).toBeLessThanOrEqual(90_000);
  });

  it('that is not believed is not planned, nor anything with a date while the clock is surely wrong', () => {
    expect(plan({ levels: new Map([['slot-1', null]]) })['level']).toBeUndefined();
    expect(Object.keys(plan({ now: instant(BOOT_MS, { wallTrusted: false }) }))).toEqual(['subscriptions']);
  });

  it('of a slot called __proto__ is remembered like any other, and one that is configured no more is forgotten', () => {
    const done = { at: instant(BOOT_MS), againInMs: 1, levelPercent: 50 };
    const first = withLevelTold(EMPTY_BOOK, '__proto__', done, new Set(['__proto__', 'b']));
    expect(Object.hasOwn(first.slots, '__proto__')).toBe(true);
    expect(Object.keys(withLevelTold(first, 'b', done, new Set(['b'])).slots)).toEqual(['b']);
  });
});

describe('a fleet of a thousand that is switched on together', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `printer-${index}`);
  /** How many fall into the fullest of so many equal stretches. */
  const fullest = (times: readonly number[], fromMs: number, toMs: number, parts: number): number => {
    const counts = Array<number>(parts).fill(0);
    for (const time of times) {
      const part = Math.min(parts - 1, Math.floor(((time - fromMs) / (toMs - fromMs)) * parts));
      counts[part] = (counts[part] ?? 0) + 1;
    }
    return Math.max(...counts);
  };

  it.each([
    ['subscriptions', 5_000, 15_000],
    ['device', 30_000, 90_000],
    ['level', 30_000, 90_000],
  ])('does its overdue %s spread between %d and %d ms', (kind, fromMs, toMs) => {
    const times = ids.map((id) => (plan({}, id)[kind]?.dueAtMs ?? 0) - BOOT_MS);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(fromMs);
    expect(Math.max(...times)).toBeLessThanOrEqual(toMs);
    expect(fullest(times, fromMs, toMs, 10)).toBeLessThan(150);
  });

  it('does the next round spread over the day, and keeps that place', () => {
    const times = ids.map((id) => plan({}, id)['device']?.againInMs ?? 0);
    expect(fullest(times, 0, DAY_MS, 24)).toBeLessThan(75);
    expect(againInMs(0, false)).toBe(againInMs(0.99, false));
    expect(againInMs(0, false)).toBeLessThan(DAY_MS);
  });

  it('tells the slots of one device at times of their own', () => {
    const slots = Array.from({ length: 32 }, (_, index) => phaseOf('printer', `level slot-${index}`));
    expect(new Set(slots).size).toBe(32);
  });
});
