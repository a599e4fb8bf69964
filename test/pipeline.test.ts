import { describe, expect, it } from 'vitest';
import { createPipeline } from '../agent/pipeline.ts';
import { NEW_RECORD } from '../agent/policy/decide.ts';
import type { ReplenishOutcome } from '../agent/policy/outcome.ts';
import type { SlotRecord } from '../agent/policy/slot-state.ts';
import { parseAccessToken } from '../agent/replenish/access-token.ts';
import type { SlotView } from '../agent/report/payload.ts';
import type { SlotSettings } from '../agent/settings.ts';
import { GroupCommit } from '../agent/store/group-commit.ts';
import type { Clock } from '../agent/system/clock.ts';
import { OUTCOMES } from './policy/slot-story.ts';
import { VirtualTiming } from './support/virtual-timing.ts';

const SETTINGS: SlotSettings = {
  name: 'black',
  level: {
    points: [
      [0, 0],
      [1000, 100],
    ],
    valid: { min: null, max: null },
    sentinels: [],
    medianOf: 1,
    judgesNoise: false,
    maxNoisePercent: 15,
    maxRatePercentPerS: 40,
    stuckAfterMs: null,
    staleAfterMs: 60_000,
  },
  limits: {
    slotId: 'slot-1',
    leadTimeMs: null,
    reorderAtPercent: 20,
    rearmAtPercent: 60,
    confirm: { samples: 2, forMs: 0 },
    maxOrders: null,
    inDoubtWindowMs: 3_600_000,
    retry: { firstMs: 2000, maxMs: 60_000 },
    reportsOnly: false,
    dryRun: false,
  },
  report: { deadbandPercent: 1 },
};

/** What a slot shares with another one. */
type Beside = { readonly effects: string[]; readonly journal: GroupCommit };

/** A pipeline in a world that writes down, in one list, every effect in the order in which it happens. */
function setUp(record: SlotRecord = NEW_RECORD, settings: SlotSettings = SETTINGS, beside?: Beside) {
  const timing = new VirtualTiming();
  const effects = beside?.effects ?? [];
  const views: SlotView[] = [];
  const world = {
    diskFails: false,
    hasToken: true,
    orders: 0,
    answer: (_outcome: ReplenishOutcome): void => undefined,
  };
  const clock: Clock = {
    nowMs: () => timing.nowMs(),
    after: (delayMs, run) => timing.after(delayMs, run),
    wallMs: () => timing.nowMs(),
    wallTrusted: () => true,
    instant: () => ({ bootId: 'b', monotonicMs: timing.nowMs(), wallMs: timing.nowMs(), wallTrusted: true }),
  };
  const token = parseAccessToken('Atza|1');
  const journal =
    beside?.journal ??
    new GroupCommit({
      commitAll: (commits) => {
        if (world.diskFails) throw new Error('disk full');
        for (const { record: next, reports } of commits)
          effects.push(`commit ${next.depletion?.stage.kind ?? 'none'} +${reports.length}`);
      },
    });
  const pipeline = createPipeline(settings, record, {
    clock,
    random: () => 1,
    newOrderId: () => `order-${++world.orders}`,
    journal,
    tokens: { current: () => (world.hasToken ? token : null), refresh: () => effects.push('refresh token') },
    client: {
      replenish: () => {
        effects.push('send');
        return new Promise((resolve) => {
          world.answer = resolve;
        });
      },
    },
    onView: (_slot, view) => {
      views.push(view);
      effects.push(`show ${view.phase}`);
    },
    onReports: () => effects.push('reports'),
    onStore: (error) => effects.push(error === null ? 'disk works' : 'disk fails'),
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  pipeline.start();
  const answer = async (outcome: ReplenishOutcome): Promise<void> => {
    world.answer(outcome);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { timing, effects, views, world, journal, pipeline, answer };
}

describe('the flow of a slot', () => {
  it('journals the intent before it sends, and the outcome before it reports', async () => {
    const { effects, pipeline, answer } = setUp();
    pipeline.take(800);
    pipeline.take(100);
    pipeline.take(100);
    await answer(OUTCOMES.placed);
    expect(effects).toEqual([
      'show unknown',
      'show stocked',
      'show low',
      'commit sending +0',
      'send',
      'show ordering',
      'commit on-order +1',
      'reports',
      'show on-order',
    ]);
  });

  it('journals what two slots decide in one breath before it sends for either', () => {
    const one = setUp();
    const { effects, journal } = one;
    const other = setUp(NEW_RECORD, { ...SETTINGS, name: 'cyan' }, one);
    const readings = (raw: number): void =>
      journal.together(() => {
        one.pipeline.take(raw);
        other.pipeline.take(raw);
      });
    for (const raw of [800, 100]) readings(raw);
    effects.length = 0;
    readings(100);
    expect(effects).toEqual([
      'commit sending +0',
      'commit sending +0',
      'send',
      'show ordering',
      'send',
      'show ordering',
    ]);
  });

  it('settles what a slot has decided before its next reading of the same breath', () => {
    const { effects, journal, pipeline } = setUp();
    for (const raw of [800, 100]) pipeline.take(raw);
    effects.length = 0;
    journal.together(() => {
      pipeline.take(100);
      effects.push('next reading');
      pipeline.take(100);
      effects.push('end');
    });
    expect(effects).toEqual(['next reading', 'commit sending +0', 'send', 'show ordering', 'end']);
  });

  it('answers a person at once, though others are gathered', () => {
    const { effects, journal, pipeline } = setUp();
    pipeline.take(400);
    pipeline.take(400);
    effects.length = 0;
    journal.together(() => {
      expect(pipeline.hearByHand({ kind: 'order' })).toMatchObject({ ok: true });
      effects.push('answered');
    });
    expect(effects.slice(0, 2)).toEqual(['commit sending +0', 'send']);
    expect(effects.indexOf('answered')).toBeGreaterThan(1);
  });

  it('does nothing on the strength of a decision that the disk refused, and tries again', () => {
    const { timing, effects, world, pipeline } = setUp();
    world.diskFails = true;
    pipeline.take(100);
    pipeline.take(100);
    pipeline.take(100);
    expect(effects).not.toContain('send');
    expect(effects.filter((effect) => effect === 'disk fails')).toHaveLength(1);
    world.diskFails = false;
    timing.advance(5000);
    expect(effects.slice(-4)).toEqual(['commit sending +0', 'disk works', 'send', 'show ordering']);
  });

  it('does not hammer a disk that refuses', () => {
    const { timing, effects, world, pipeline } = setUp();
    world.diskFails = true;
    for (let i = 0; i < 100; i++) {
      pipeline.take(100);
      timing.advance(100);
    }
    expect(effects.filter((effect) => effect === 'disk fails').length).toBeLessThanOrEqual(3);
  });

  it('keeps an outcome that the disk refused until it is durable, and reports it only then', async () => {
    const { timing, effects, world, pipeline, answer } = setUp();
    pipeline.take(100);
    pipeline.take(100);
    world.diskFails = true;
    await answer(OUTCOMES.placed);
    pipeline.take(100);
    timing.advance(20_000);
    expect(effects).not.toContain('reports');
    expect(pipeline.view().phase).toBe('ordering');
    world.diskFails = false;
    timing.advance(5000);
    expect(effects.slice(-4)).toEqual(['commit on-order +1', 'disk works', 'reports', 'show on-order']);
    expect(effects.filter((effect) => effect === 'send')).toHaveLength(1);
  });

  it('writes nothing while the level only moves', () => {
    const { effects, pipeline } = setUp();
    for (let raw = 1000; raw > 300; raw--) pipeline.take(raw);
    expect(effects.some((effect) => effect.startsWith('commit'))).toBe(false);
  });

  it('lets a level go stale by itself, with a single timer', () => {
    const { timing, pipeline, views } = setUp();
    for (let i = 0; i < 50; i++) pipeline.take(800);
    expect(timing.pending).toBeLessThanOrEqual(1);
    timing.advance(60_000);
    expect(views.at(-1)).toMatchObject({ phase: 'unknown', sensor: 'stale', level: null });
    pipeline.take(800);
    expect(views.at(-1)).toMatchObject({ phase: 'stocked', sensor: 'ok', level: 80 });
  });

  it('does not flap between fault and stale while a sensor that is out of range keeps talking', () => {
    const level = { ...SETTINGS.level, valid: { min: 0, max: 1000 }, medianOf: 5, staleAfterMs: 1000 };
    const { timing, pipeline, views } = setUp(NEW_RECORD, { ...SETTINGS, level });
    pipeline.take(800);
    views.length = 0;
    for (let reading = 0; reading < 200; reading++) {
      timing.advance(50);
      pipeline.take(5000);
    }
    expect(views.length).toBeLessThanOrEqual(3);
    expect(views.at(-1)).toMatchObject({ phase: 'unknown', sensor: 'fault', level: null });
    timing.advance(1000);
    expect(views.at(-1)).toMatchObject({ phase: 'unknown', sensor: 'stale', level: null });
  });

  it('gives each depletion an order id of its own, also when one of them was never sent', async () => {
    const { world, pipeline, views, answer } = setUp();
    world.hasToken = false;
    for (const raw of [100, 100, 900, 900]) pipeline.take(raw);
    world.hasToken = true;
    for (const raw of [100, 100]) pipeline.take(raw);
    await answer(OUTCOMES.placed);
    expect(views.at(-1)?.lastOrder?.orderId).toBe('order-2');
  });

  it('reports a level that moved by the deadband, at most once a second, and the last one in the end', () => {
    const { timing, pipeline, views } = setUp();
    pipeline.take(900);
    const before = views.length;
    for (const raw of [895, 880, 860, 840]) pipeline.take(raw);
    expect(views.length).toBe(before);
    timing.advance(1000);
    expect(views.at(-1)?.level).toBe(84);
    expect(views.length).toBe(before + 1);
  });

  it('finishes the request that is out when it is drained, and sends no other', async () => {
    const { effects, pipeline, answer } = setUp();
    pipeline.take(100);
    pipeline.take(100);
    const drained = pipeline.drain();
    await answer(OUTCOMES.placed);
    await drained;
    expect(effects).toContain('commit on-order +1');
    for (const raw of [900, 900, 100, 100]) pipeline.take(raw);
    expect(effects.filter((effect) => effect === 'send')).toHaveLength(1);
  });

  it('asks for another token when DRS refuses the one at hand', async () => {
    const { effects, pipeline, answer } = setUp();
    pipeline.take(100);
    pipeline.take(100);
    await answer(OUTCOMES.invalidToken);
    await Promise.resolve();
    expect(effects).toContain('refresh token');
    expect(pipeline.view()).toMatchObject({ phase: 'held', reason: 'auth' });
  });
});

describe('what a person decides', () => {
  it('is durable before it is sent, and answered', () => {
    const { effects, pipeline } = setUp();
    pipeline.take(400);
    pipeline.take(400);
    effects.length = 0;
    expect(pipeline.hearByHand({ kind: 'order' })).toMatchObject({ ok: true });
    expect(effects.slice(0, 2)).toEqual(['commit sending +0', 'send']);
  });

  it('is refused when the disk refuses it, and never done later', () => {
    const { effects, pipeline, world, timing } = setUp();
    pipeline.take(400);
    pipeline.take(400);
    world.diskFails = true;
    expect(pipeline.hearByHand({ kind: 'order' })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/could not be written/),
    });
    world.diskFails = false;
    timing.advance(30_000);
    pipeline.take(400);
    expect(effects).not.toContain('send');
  });

  it('is refused while the flow drains or has stopped', async () => {
    const { effects, pipeline } = setUp();
    pipeline.take(400);
    pipeline.take(400);
    await pipeline.drain();
    expect(pipeline.hearByHand({ kind: 'order' })).toMatchObject({ ok: false });
    pipeline.stop();
    expect(pipeline.hearByHand({ kind: 'snooze', forMs: 5 })).toMatchObject({ ok: false });
    expect(effects).not.toContain('send');
  });
});
