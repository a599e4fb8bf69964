import { describe, expect, it } from 'vitest';
import { consumptionOf } from '../../agent/forecast/consumption.ts';
import { seededRandom } from './random.ts';
import { DAY_MS, UsageStory } from './usage-story.ts';

describe('the consumption', () => {
  it.each([0.5, 1, 3, 10, 30])('of an even %s % a day is found, through refills', (perDay) => {
    const story = new UsageStory();
    for (let day = 0; day < 42; day++) {
      if (story.percent < perDay + 5) story.refill(100);
      story.use(1, perDay);
    }
    expect(story.perDay() / perDay).toBeGreaterThan(0.93);
    expect(story.perDay() / perDay).toBeLessThan(1.07);
  });

  it('of 1 % a week is found', () => {
    expect(new UsageStory().use(42, 1 / 7).perDay() * 7).toBeCloseTo(1, 0);
  });

  it('of 100 % a day is found to be fast', () => {
    const story = new UsageStory();
    for (let day = 0; day < 10; day++) story.refill(100).use(1, 100);
    expect(story.perDay()).toBeGreaterThan(60);
    expect(story.perDay()).toBeLessThan(130);
  });

  it('is not raised by refills, partial top-ups or a level that wavers', () => {
    const story = new UsageStory();
    for (let day = 0; day < 40; day++) {
      story.use(1, 4);
      if (day % 4 === 3) story.refill(Math.min(100, story.percent + 16));
    }
    expect(story.perDay()).toBeGreaterThan(3.4);
    expect(story.perDay()).toBeLessThan(4.6);
    const wavering = new UsageStory();
    wavering.use(30, 1, (percent) => percent + 2 * Math.sin((wavering.atMs / DAY_MS) * 2 * Math.PI));
    expect(wavering.perDay()).toBeLessThan(1.4);
  });

  it('is found under noise of 3 % and odd readings', () => {
    const random = seededRandom(7);
    const noisy = (percent: number): number =>
      random() < 0.02 ? 100 * random() : percent + 6 * random() - 3;
    const story = new UsageStory().use(28, 3, noisy);
    expect(story.perDay()).toBeGreaterThan(2.7);
    expect(story.perDay()).toBeLessThan(3.8);
  });

  it('is not there when nothing is used, whatever the noise', () => {
    const random = seededRandom(8);
    const story = new UsageStory().refill(60).use(42, 0, (percent) => percent + 6 * random() - 3);
    expect(story.usage.consumption).toBeNull();
    expect(story.forecast()).toBeNull();
  });

  it('outlasts two idle weeks, and neither fades nor jumps when use resumes', () => {
    const story = new UsageStory().use(20, 4).refill(90).use(14, 0);
    expect(story.perDay()).toBeCloseTo(4, 0);
    for (let day = 0; day < 10; day++) {
      story.use(1, 4);
      expect(story.perDay()).toBeGreaterThan(3.6);
      expect(story.perDay()).toBeLessThan(4.6);
    }
  });

  it('comes back within a week after a summer without use', () => {
    const story = new UsageStory().use(20, 4).refill(90).use(60, 0);
    expect(story.usage.consumption).toBeNull();
    expect(story.use(6, 4).perDay()).toBeGreaterThan(3.3);
  });

  it('is that of the whole week where the office closes at weekends, on a Friday as on a Monday', () => {
    const story = new UsageStory().workWeeks(5, 7);
    for (const perDay of [7, 7, 7, 7, 7, 0, 0]) {
      story.use(1, perDay);
      expect(story.perDay()).toBeGreaterThan(4.5);
      expect(story.perDay()).toBeLessThan(7.5);
    }
  });

  it('rises within two and a half days when a leak springs', () => {
    const story = new UsageStory().use(20, 1).refill(95).use(2.5, 9);
    expect(story.perDay()).toBeGreaterThan(8);
  });

  it('rises within a week when more is used by day', () => {
    const story = new UsageStory();
    for (let day = 0; day < 21; day++) story.use(0.5, 4).use(0.5, 0);
    expect(story.perDay()).toBeCloseTo(2, 0);
    story.refill(100);
    for (let day = 0; day < 8; day++) story.use(0.5, 12).use(0.5, 0);
    expect(story.perDay()).toBeGreaterThan(5);
  });

  it('does not take one busy day for a leak', () => {
    const story = new UsageStory().use(20, 1).use(0.4, 30);
    for (let i = 0; i < 40; i++) expect(story.use(0.1, 0.5).perDay()).toBeLessThan(3.5);
  });

  it('takes slow drift of the sensor for what it looks like, and no more', () => {
    const drifting = (perDay: number): UsageStory => {
      const story = new UsageStory();
      return story.use(30, 2, (percent) => percent + (perDay * story.atMs) / DAY_MS);
    };
    expect(drifting(0.2).perDay()).toBeCloseTo(1.8, 1);
    expect(drifting(-0.2).perDay()).toBeCloseTo(2.2, 1);
  });

  it('spreads what went in a gap over the gap, and passes over a gap with a refill', () => {
    const used = new UsageStory().use(10, 3).silence(5, 15).use(10, 3);
    expect(used.perDay()).toBeCloseTo(3, 0);
    const refilled = new UsageStory().use(10, 3).silence(10, -25).use(10, 3);
    expect(refilled.perDay()).toBeCloseTo(3, 0);
  });

  it('is never made up across a time that nobody knows', () => {
    const story = new UsageStory().use(14, 1).reboot(30, false).refill(30).use(14, 1);
    expect(story.perDay()).toBeGreaterThan(0.8);
    expect(story.perDay()).toBeLessThan(1.3);
    expect(new UsageStory().use(0.5, 0).reboot(3, false).refill(20).use(0.5, 0).forecast()).toBeNull();
  });

  it('says nothing about time at the bottom', () => {
    const story = new UsageStory().use(25, 4).use(10, 0);
    expect(story.percent).toBe(0);
    expect(story.usage.consumption?.lowPerDay).toBeGreaterThan(3.5);
  });

  it('does not come from one odd bucket', () => {
    const closed = [...Array<number>(30).fill(800), 200, ...Array<number>(3).fill(800)];
    for (let end = 30; end <= closed.length; end++)
      expect(consumptionOf(closed.slice(0, end), 0.3)).toBeNull();
  });
});
