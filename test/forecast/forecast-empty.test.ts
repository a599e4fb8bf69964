import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastEmpty, isEmptyWithin } from '../../agent/forecast/forecast-empty.ts';
import { NO_USAGE, observe, type UsageHistory } from '../../agent/forecast/usage.ts';
import type { Instant } from '../../agent/system/instant.ts';
import { seededRandom } from './random.ts';
import { DAY_MS, UsageStory } from './usage-story.ts';

describe('the forecast', () => {
  it('is not there before a day has been seen', () => {
    expect(forecastEmpty(NO_USAGE, 50, new UsageStory().now)).toBeNull();
    expect(new UsageStory().use(0.9, 5).forecast()).toBeNull();
    expect(new UsageStory().use(1.5, 5).forecast()).not.toBeNull();
  });

  it('tells the day of an even use', () => {
    const story = new UsageStory().use(14, 4);
    expect(story.percent).toBeCloseTo(44, 5);
    expect(story.emptyInDays()).toBeCloseTo(11, 0);
  });

  it('grows surer with time, and less sure with noise, unevenness and silence', () => {
    const sureness = (story: UsageStory): number => story.forecast()?.sureness ?? 0;
    const even = sureness(new UsageStory().use(14, 3));
    expect(sureness(new UsageStory().use(1.5, 3))).toBeLessThan(0.5);
    expect(even).toBeGreaterThan(0.9);
    const random = seededRandom(3);
    const noisy = (percent: number): number => percent + 20 * random() - 10;
    expect(sureness(new UsageStory().use(14, 3, noisy))).toBeLessThan(0.85 * even);
    expect(sureness(new UsageStory().workWeeks(4, 5))).toBeLessThan(even);
    expect(sureness(new UsageStory().use(14, 3).silence(30))).toBeLessThan(0.5);
    expect(sureness(new UsageStory().use(14, 3).reboot(0, false))).toBeLessThan(0.5);
  });

  it('moves to the new level at once after a refill', () => {
    const story = new UsageStory().use(20, 4);
    expect(story.orders(7)).toBe(true);
    expect(story.refill(100).orders(7)).toBe(false);
    expect(story.emptyInDays()).toBeCloseTo(25, 0);
  });

  it('does not order on one odd reading, nor on one that was kept', () => {
    const story = new UsageStory().use(5, 4);
    expect(story.percent).toBeCloseTo(80, 5);
    expect(story.orders(7, 3)).toBe(false);
    story.silence(0.02).sample(0);
    expect(story.orders(7, 0)).toBe(false);
    story.use(1, 4);
    expect(story.orders(7)).toBe(false);
  });

  it('does not order on one odd reading after a restart with a stored history', () => {
    const story = new UsageStory().use(5, 4).reboot(0.1, true);
    expect(story.sample(1).orders(7, 1)).toBe(false);
  });

  it('does not order on one drop of the level, however large', () => {
    const story = new UsageStory().use(14, 0.5).refill(55);
    for (let hour = 0; hour < 72; hour++) expect(story.use(1 / 24, 0.5).orders(7)).toBe(false);
  });

  it('does not order on half sure knowledge, however near the end seems', () => {
    const story = new UsageStory().use(1.3, 30);
    expect(story.emptyInDays()).toBeLessThan(3);
    expect(story.orders(7)).toBe(false);
    expect(story.use(1, 30).orders(7)).toBe(true);
  });

  it('orders once empty comes within the lead time, for short and for long ones', () => {
    const story = new UsageStory().use(10, 4);
    expect([10, 14, 16, 30].map((days) => story.orders(days))).toEqual([false, false, true, true]);
  });

  it('orders by Friday evening what would not last from Monday on', () => {
    const story = new UsageStory().workWeeks(4, 8).refill(86).use(5, 8);
    expect(story.percent).toBeCloseTo(46, 5);
    expect(story.orders(7)).toBe(true);
  });

  it('orders early when a leak springs', () => {
    const story = new UsageStory().use(14, 1).refill(80).use(3, 8);
    expect(story.percent).toBeCloseTo(56, 5);
    expect(story.orders(8)).toBe(true);
    expect(new UsageStory().use(14, 1).refill(80).use(3, 1).orders(8)).toBe(false);
  });
});

const instants: fc.Arbitrary<Instant> = fc.record({
  bootId: fc.constantFrom('boot-1', '7a0c1c2e-5c52-4f0a-9d3e-0f1a2b3c4d5e'),
  monotonicMs: fc.oneof(
    fc.integer({ min: 0, max: 90 * DAY_MS }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  wallMs: fc.integer({ min: 0, max: 4e12 }),
  wallTrusted: fc.boolean(),
});
const percents = fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.double());

/** Steps of time that mostly go forward as in life, now and then to anywhere. */
const histories: fc.Arbitrary<UsageHistory> = fc
  .array(
    fc.oneof(
      {
        weight: 30,
        arbitrary: fc.record({ percent: percents, afterMs: fc.integer({ min: 0, max: DAY_MS / 2 }) }),
      },
      { weight: 1, arbitrary: fc.record({ percent: percents, now: instants }) },
    ),
    { maxLength: 400, size: 'max' },
  )
  .map((samples) => {
    let now: Instant = { bootId: 'boot-1', monotonicMs: 0, wallMs: 1e12, wallTrusted: true };
    let usage = NO_USAGE;
    for (const sample of samples) {
      now = 'now' in sample ? sample.now : later(now, sample.afterMs);
      usage = observe(usage, { percent: sample.percent, now });
    }
    return usage;
  });

function later(now: Instant, ms: number): Instant {
  return { ...now, monotonicMs: now.monotonicMs + ms, wallMs: now.wallMs + ms };
}

describe('whatever the history', () => {
  it('stays bounded and survives being stored', () => {
    fc.assert(
      fc.property(histories, (usage) => {
        const text = JSON.stringify(usage);
        expect(text.length).toBeLessThanOrEqual(4096);
        expect(JSON.parse(text)).toEqual(usage);
        expect(usage.closed.every((entry) => Number.isInteger(entry) && entry >= -2 && entry <= 1000)).toBe(
          true,
        );
      }),
    );
  });

  it('the forecast is finite, in order, and not negative', () => {
    let forecasts = 0;
    fc.assert(
      fc.property(histories, percents, instants, (usage, percent, now) => {
        const forecast = forecastEmpty(usage, percent, now);
        if (forecast === null) return;
        forecasts += 1;
        const { emptyInMs, soonestMs, latestMs, sureness } = forecast;
        expect([emptyInMs, soonestMs, latestMs, sureness].every((value) => Number.isFinite(value))).toBe(
          true,
        );
        expect(soonestMs).toBeGreaterThanOrEqual(0);
        expect(emptyInMs).toBeGreaterThanOrEqual(soonestMs);
        expect(latestMs).toBeGreaterThanOrEqual(emptyInMs);
        expect(latestMs).toBeLessThanOrEqual(3_650 * DAY_MS);
        expect(sureness).toBeGreaterThanOrEqual(0);
        expect(sureness).toBeLessThanOrEqual(1);
      }),
    );
    expect(forecasts).toBeGreaterThan(20);
  });

  it('a lower level is never empty later, and ordered for whenever a higher one is', () => {
    let pairs = 0;
    const levels = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(histories, levels, levels, instants, (usage, one, other, now) => {
        const low = forecastEmpty(usage, Math.min(one, other), now);
        const high = forecastEmpty(usage, Math.max(one, other), now);
        expect(low === null).toBe(high === null);
        if (low === null || high === null) return;
        pairs += 1;
        expect(low.emptyInMs).toBeLessThanOrEqual(high.emptyInMs);
        if (isEmptyWithin(high, 7 * DAY_MS)) expect(isEmptyWithin(low, 7 * DAY_MS)).toBe(true);
      }),
    );
    expect(pairs).toBeGreaterThan(20);
  });
});
