import { describe, expect, it } from 'vitest';
import { BREAK, MISSING } from '../../agent/forecast/bucket.ts';
import { CLOSED_MAX, NO_USAGE, observe } from '../../agent/forecast/usage.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, UsageStory } from './usage-story.ts';

describe('the history', () => {
  it('stays the very same object for samples that are not kept', () => {
    const story = new UsageStory().sample(80);
    const kept = story.usage;
    let changes = 0;
    // Ten a second for 14 minutes.
    for (let i = 0; i < 14 * 600; i++) {
      story.atMs += 100;
      const before = story.usage;
      story.sample(80 - (i % 7));
      if (story.usage !== before) changes += 1;
    }
    expect(changes).toBe(0);
    expect(story.usage).toBe(kept);
    story.atMs += MINUTE_MS;
    expect(story.sample(80).usage).not.toBe(kept);
  });

  it('keeps one sample in 15 minutes and closes a bucket every 4 hours, with its median', () => {
    const story = new UsageStory().use(2.02, 0, (percent) => percent - 50);
    expect(story.usage.closed).toEqual(Array<number>(12).fill(500));
    expect(story.usage.open.length).toBeLessThanOrEqual(16);
  });

  it('stays within 4 KiB and six weeks, however long it lasts', () => {
    const story = new UsageStory();
    for (let week = 0; week < 60; week++) story.refill(100).use(7, 13.37, (percent) => percent - 0.1);
    expect(story.usage.closed).toHaveLength(CLOSED_MAX);
    expect(JSON.stringify(story.usage).length).toBeLessThan(2048);
  });

  it('is plain JSON that goes on after a restart as if nothing had been', () => {
    const story = new UsageStory().use(9.3, 3);
    const restored = JSON.parse(JSON.stringify(story.usage)) as typeof story.usage;
    expect(restored).toEqual(story.usage);
    const sample = { percent: 50, now: { ...story.now, monotonicMs: story.now.monotonicMs + HOUR_MS } };
    expect(observe(restored, sample)).toEqual(observe(story.usage, sample));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('leaves %s out', (percent) => {
    const story = new UsageStory().use(1, 3);
    const before = story.usage;
    story.atMs += DAY_MS;
    expect(story.sample(percent).usage).toBe(before);
    expect(observe(NO_USAGE, { percent, now: story.now })).toBe(NO_USAGE);
  });

  it('takes what is off the scale for the end of the scale', () => {
    expect(new UsageStory().sample(140).usage.open).toEqual([1000]);
    expect(new UsageStory().sample(-3).usage.open).toEqual([0]);
  });

  it('leaves samples out that come at the same time or earlier', () => {
    const story = new UsageStory().use(1, 3);
    const before = story.usage;
    expect(story.sample(10).usage).toBe(before);
    story.atMs -= HOUR_MS;
    expect(story.sample(10).usage).toBe(before);
  });

  it('goes on from a time that lies far in the future, without a word about the time between', () => {
    const story = new UsageStory().use(1, 3);
    story.atMs += 1_000 * DAY_MS;
    story.sample(50);
    story.atMs -= 999 * DAY_MS;
    story.sample(50);
    expect(story.usage.closed.slice(-1)).toEqual([BREAK]);
    expect(story.usage.keptAt).toEqual(story.now);
  });

  it('counts the buckets in which nothing was believed', () => {
    const story = new UsageStory().use(1, 0).silence(1).use(1, 0);
    expect(story.usage.closed.filter((entry) => entry === MISSING)).toHaveLength(6);
    expect(story.usage.closed).toHaveLength(17);
  });

  it('knows how long a reboot took when both clocks were right, and marks a break when not', () => {
    const known = new UsageStory().use(1, 0).reboot(1, true).use(1, 0);
    expect(known.usage.closed.filter((entry) => entry === MISSING)).toHaveLength(6);
    expect(known.usage.closed).not.toContain(BREAK);
    const unknown = new UsageStory().use(1, 0).reboot(1, false).use(1, 0);
    expect(unknown.usage.closed).not.toContain(MISSING);
    expect(unknown.usage.closed.filter((entry) => entry === BREAK)).toHaveLength(1);
  });
});
