import { describe, expect, it } from 'vitest';
import type { SlotView } from '../../agent/report/payload.ts';
import { nextReported, type Reported, reportDueAtMs } from '../../agent/report/worth-reporting.ts';
import { SLOT } from './calm-views.ts';

const LOW: SlotView = { ...SLOT, phase: 'low', level: 19.5 };
const STOCKED: SlotView = { ...SLOT, level: 20.5 };
const ON_ORDER: SlotView = { ...LOW, phase: 'on-order' };

/** Offers a view each 10 ms, as the reporter does, and tells when one was reported. */
function report(
  views: (index: number) => SlotView,
  count: number,
): { atMs: number[]; last: Reported | null } {
  let last: Reported | null = null;
  const atMs: number[] = [];
  for (let index = 0; index < count; index++) {
    const view = views(index);
    const nowMs = index * 10;
    const dueAtMs = reportDueAtMs(last, view, 1, nowMs);
    if (dueAtMs === null || dueAtMs > nowMs) continue;
    last = nextReported(last, view, nowMs);
    atMs.push(nowMs);
  }
  return { atMs, last };
}

describe('a slot that changes to and fro with every reading', () => {
  it.each<[string, SlotView, SlotView]>([
    ['at the threshold', LOW, STOCKED],
    ['between believed and not', { ...SLOT, phase: 'unknown', level: null, sensor: 'fault' }, STOCKED],
    ['of its sensor while an order is open', ON_ORDER, { ...ON_ORDER, level: null, sensor: 'fault' }],
  ])('is reported at once at first, then once in a second: %s', (_, one, other) => {
    const { atMs } = report((index) => (index % 2 === 0 ? one : other), 6_000);
    expect(atMs.slice(0, 10)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
    // 10 at once, and one for each of the 60 s.
    expect(atMs.length).toBeLessThanOrEqual(72);
    expect(atMs.length).toBeGreaterThanOrEqual(55);
  });

  it('has its last word told a second later', () => {
    const { last } = report((index) => (index % 2 === 0 ? LOW : STOCKED), 400);
    const other = last?.view === LOW ? STOCKED : LOW;
    expect(reportDueAtMs(last, other, 1, 4_000)).toBe((last?.atMs ?? 0) + 1000);
  });

  it('has an order told at once all the same', () => {
    const { last } = report((index) => (index % 2 === 0 ? LOW : STOCKED), 400);
    expect(reportDueAtMs(last, { ...LOW, phase: 'ordering' }, 1, 4_000)).toBe(4_000);
    expect(reportDueAtMs(last, ON_ORDER, 1, 4_000)).toBe(4_000);
  });

  it('is reported at once again after some quiet seconds', () => {
    const { last } = report((index) => (index % 2 === 0 ? LOW : STOCKED), 400);
    expect(last).not.toBeNull();
    const calm = nextReported(last, ON_ORDER, 20_000);
    expect(calm.waverings).toBe(0);
  });
});
