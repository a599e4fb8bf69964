import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_USAGE } from '../../agent/forecast/usage.ts';
import { decide, NEW_RECORD } from '../../agent/policy/decide.ts';
import { takeUneventful } from '../../agent/policy/uneventful.ts';
import { OUTCOMES, SlotStory } from './slot-story.ts';

/** Asks both ways about one level; whether the short one had an answer, which then is that of the long one. */
function isShort(story: SlotStory, percent: number): boolean {
  const { state, limits, bootId, nowMs } = story;
  const short = takeUneventful(state, percent, limits, { bootId, nowMs });
  if (short === null) return false;
  const long = decide(state, { kind: 'level', percent }, limits, story.context());
  expect({ state: short, steps: [], reply: null, wakeAtMs: null }).toEqual(long);
  // The same, not only alike: else a record would be written that has not changed.
  expect(short.record).toBe(long.state.record);
  expect(short.usage).toBe(long.state.usage);
  return true;
}

const percent = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.constantFrom(19.9, 20, 20.1, 49.9, 50.1, 59.9, 60, 99.4, 99.5),
);
const happening = fc.oneof(
  { weight: 12, arbitrary: fc.record({ percent, times: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ passMs: fc.constantFrom(100, 60_000, 900_000, 15_000_000) }) },
  { weight: 6, arbitrary: fc.constant('placed') },
  { weight: 3, arbitrary: fc.constantFrom('refused', 'noAnswer', 'unknownSlot', 'cancelled') },
  { weight: 2, arbitrary: fc.constantFrom('unknown', 'restless', 'snooze', 'token') },
);

/** What a story begins with: nothing, a past that foretells, a customer who cancelled twice. */
const now = new SlotStory().context().now;
const consumption = { perDay: 10, highPerDay: 12, lowPerDay: 8, sureness: 0.9 };
const record = fc.record({
  usage: fc.constantFrom(NO_USAGE, {
    ...NO_USAGE,
    keptAt: now,
    open: [500],
    closed: [520, 510],
    consumption,
  }),
  cancels: fc.constantFrom(null, { count: 2 as const, at: now }),
});
const limits = fc.record({
  leadTimeMs: fc.constantFrom(null, 7 * 86_400_000),
  confirm: fc.constantFrom(
    { samples: 1, forMs: 0 },
    { samples: 3, forMs: 2000 },
    { samples: 2, forMs: 5000 },
  ),
  reportsOnly: fc.boolean(),
  dryRun: fc.boolean(),
});

function happens(story: SlotStory, what: string): void {
  if (what === 'unknown') story.tell({ kind: 'unknown', cause: 'stale' });
  else if (what === 'restless') story.tell({ kind: 'restless', percent: 50 });
  else if (what === 'snooze') story.ask({ kind: 'snooze', forMs: 3_600_000 });
  else if (what === 'token') story.token = story.token === null ? 'token-2' : null;
  else if (what === 'cancelled')
    story.tell({ kind: 'notification', type: 'order-cancelled', instanceId: null });
  else if (story.sent.length > 0) story.answer(OUTCOMES[what as keyof typeof OUTCOMES]);
}

test('a level that passes by without a decision leaves what the decision would have left', () => {
  let [short, all] = [0, 0];
  fc.assert(
    fc.property(limits, record, fc.array(happening, { maxLength: 30 }), (limits, past, happenings) => {
      const story = new SlotStory(limits, { ...NEW_RECORD, ...past });
      for (const what of happenings) {
        if (typeof what === 'string') happens(story, what);
        else if ('passMs' in what) story.pass(what.passMs);
        else
          for (let time = 0; time < what.times; time++) {
            if (isShort(story, what.percent)) short += 1;
            all += 1;
            story.level(what.percent, 1);
          }
      }
    }),
    { numRuns: 1500 },
  );
  expect(short).toBeGreaterThan(all / 10);
});

test('of the readings of a slot that is stocked, or waits for its order, one in 15 minutes is decided on', () => {
  const story = new SlotStory();
  for (const percent of [80, 10]) {
    story.level(percent).level(percent);
    if (story.sent.length > 0) story.answer(OUTCOMES.placed);
    story.level(percent);
    let short = 0;
    for (let second = 0; second < 900; second++) {
      if (isShort(story, percent)) short += 1;
      story.level(percent, 1);
    }
    expect(short).toBe(899);
  }
});
