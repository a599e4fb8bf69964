import { describe, expect, it } from 'vitest';
import { OUTCOMES, SlotStory } from './slot-story.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Days of steady use from 100 %, a sample an hour, until the level or the end of the days is reached. */
function use(slot: SlotStory, perDay: number, from: number, downTo: number): number {
  let percent = from;
  while (percent > downTo && slot.sent.length === 0) {
    slot.tell({ kind: 'level', percent });
    slot.pass(HOUR_MS);
    percent -= perDay / 24;
  }
  return percent;
}

/** Three cycles of 10 % a day, refilled by hand before anything is due. */
function experienced(limits: ConstructorParameters<typeof SlotStory>[0]): SlotStory {
  const slot = new SlotStory({ leadTimeMs: 7 * DAY_MS, rearmAtPercent: 85, ...limits });
  slot.limits = { ...slot.limits, leadTimeMs: null };
  for (let cycle = 0; cycle < 3; cycle++) use(slot, 10, 100, 30);
  slot.limits = { ...slot.limits, leadTimeMs: limits?.leadTimeMs ?? 7 * DAY_MS };
  return slot;
}

describe('a lead time', () => {
  it('orders when the forecast says empty within it, well above the threshold', () => {
    const slot = experienced({});
    const percent = use(slot, 10, 100, 0);
    expect(slot.sent).toHaveLength(1);
    expect(percent).toBeGreaterThan(55);
    expect(percent).toBeLessThan(85);
  });

  it('orders once for the depletion, and again after the refill', () => {
    const slot = experienced({});
    let percent = use(slot, 10, 100, 0);
    slot.answer(OUTCOMES.placed);
    for (; percent > 0; percent -= 10 / 24) slot.level(percent, 1).pass(HOUR_MS);
    expect(slot.sent).toHaveLength(1);
    slot.level(100);
    expect(slot.phase).toBe('stocked');
  });

  it('orders only well below rearmAt, where no wavering level looks like a refill', () => {
    const slot = experienced({ rearmAtPercent: 40 });
    const percent = use(slot, 10, 100, 0);
    expect(percent).toBeLessThan(30);
    slot.answer(OUTCOMES.placed).level(39).level(31).level(38);
    expect(slot.phase).toBe('on-order');
    expect(slot.sent).toHaveLength(1);
  });

  it('does not order on odd readings, nor without knowledge', () => {
    const slot = experienced({});
    for (let i = 0; i < 20; i++) slot.level(99, 5).level(10, 1);
    expect(slot.sent).toHaveLength(0);
    const fresh = new SlotStory({ leadTimeMs: 300 * DAY_MS }).level(50, 10);
    expect(fresh.sent).toHaveLength(0);
  });

  it('is not set: the threshold alone decides', () => {
    const slot = experienced({});
    slot.limits = { ...slot.limits, leadTimeMs: null };
    expect(use(slot, 10, 100, 0)).toBeLessThan(21);
  });

  it('remembers use across a clean restart, and across a crash up to the last order', () => {
    const crashed = experienced({});
    use(crashed, 10, 100, 0);
    crashed.answer(OUTCOMES.placed).restart();
    expect(crashed.state.usage.consumption?.perDay).toBeGreaterThan(8);
    const slot = experienced({}).restart({ isClean: true });
    expect(use(slot, 10, 100, 0)).toBeGreaterThan(50);
  });
});
