import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type LevelSettings,
  type LevelState,
  letAge,
  NOTHING_READ,
  takeReading,
} from '../../agent/level/settle.ts';
import { decide, NEW_RECORD } from '../../agent/policy/decide.ts';
import type { Context, SlotEvent, SlotState } from '../../agent/policy/decision.ts';
import { NOTHING_SEEN } from '../../agent/policy/watch.ts';
import { slotView } from '../../agent/report/slot-view.ts';
import { type Seen, standsStill } from '../../agent/report/stillness.ts';
import { nextReported, type Reported, reportDueAtMs } from '../../agent/report/worth-reporting.ts';
import { OUTCOMES } from '../policy/slot-story.ts';

const LEVEL: LevelSettings = {
  points: [
    [0, 0],
    [100, 100],
  ],
  valid: { min: 0, max: 100 },
  sentinels: [],
  medianOf: 3,
  judgesNoise: true,
  maxNoisePercent: 15,
  maxRatePercentPerS: 40,
  stuckAfterMs: 50_000,
  staleAfterMs: 20_000,
};
const LIMITS = {
  slotId: 'slot',
  leadTimeMs: null,
  reorderAtPercent: 20,
  rearmAtPercent: 60,
  confirm: { samples: 2, forMs: 2_000 },
  maxOrders: null,
  inDoubtWindowMs: 60_000,
  retry: { firstMs: 2_000, maxMs: 10_000 },
  reportsOnly: false,
  dryRun: false,
};
const SETTINGS = { limits: LIMITS, level: LEVEL, report: { deadbandPercent: 1 } };

/** Anywhere, and to either side of the thresholds. */
const raw = fc.oneof(fc.integer({ min: 0, max: 110 }), fc.constantFrom(19.6, 20.2, 59.7, 60));

/** What happens to a slot, one after the other. */
const happenings = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ raw, times: fc.nat(12) }) },
    fc.constant('silence' as const),
    fc.constant('token' as const),
    fc.constant('placed' as const),
    fc.constant('failed' as const),
    fc.constant('snooze' as const),
    fc.constant('subscribe' as const),
  ),
  { maxLength: 25 },
);

/** A slot with the policy and the level as they are, which says at each step whether it would have kept quiet. */
class Slot {
  nowMs = 0;
  level: LevelState = NOTHING_READ;
  state: SlotState = { record: NEW_RECORD, watch: NOTHING_SEEN, usage: NEW_RECORD.usage, subscribed: null };
  hasToken = true;
  sent: Reported | null = null;
  drawn: Seen | null = null;
  dueAtMs: number | null = null;
  quiet = 0;
  readonly faults: string[] = [];

  read(raw: number): void {
    this.nowMs += 700;
    const taken = takeReading(LEVEL, this.level, raw, this.nowMs);
    this.level = taken.state;
    const { level } = taken.state;
    if (taken.counts && level.kind === 'known')
      this.hear({ kind: taken.isAtRest ? 'level' : 'restless', percent: level.percent });
    else if (level.kind === 'unknown') this.hear({ kind: 'unknown', cause: level.cause });
  }

  hear(event: SlotEvent): void {
    this.state = decide(this.state, event, LIMITS, this.context()).state;
    const seen = { state: this.state, level: this.level };
    const view = slotView(this.state, this.level, LEVEL, LIMITS, this.context());
    const dueAtMs = reportDueAtMs(this.sent, view, 1, this.nowMs);
    if (this.sent !== null && this.drawn !== null && this.dueAtMs === null) {
      if (standsStill(this.sent.view, this.drawn, seen, SETTINGS, this.nowMs)) {
        this.quiet++;
        if (dueAtMs !== null) this.faults.push(`${event.kind} at ${this.nowMs}: ${view.why}`);
        return;
      }
    }
    this.drawn = seen;
    this.dueAtMs = dueAtMs;
    if (dueAtMs === null || dueAtMs > this.nowMs) return;
    this.sent = nextReported(this.sent, view, this.nowMs);
    this.dueAtMs = null;
  }

  context(): Context {
    const now = { bootId: 'b', monotonicMs: this.nowMs, wallMs: this.nowMs, wallTrusted: true };
    return { now, tokenFingerprint: this.hasToken ? 'a' : null, spareOrderId: `o${this.nowMs}`, jitter: 0.5 };
  }
}

function tell(
  slot: Slot,
  what: 'silence' | 'token' | 'placed' | 'failed' | 'snooze' | 'subscribe' | { raw: number; times: number },
): void {
  if (typeof what === 'object') for (let time = 0; time <= what.times; time++) slot.read(what.raw);
  else if (what === 'silence') {
    slot.nowMs += 30_000;
    slot.level = letAge(LEVEL, slot.level, slot.nowMs);
    slot.hear({ kind: 'unknown', cause: 'stale' });
  } else if (what === 'token') {
    slot.hasToken = !slot.hasToken;
    slot.hear({ kind: 'token' });
  } else if (what === 'snooze') slot.hear({ kind: 'snooze', forMs: 60_000 });
  else if (what === 'subscribe')
    slot.hear({ kind: 'subscription', subscribed: slot.state.subscribed !== true });
  else answer(slot, what);
}

function answer(slot: Slot, what: 'placed' | 'failed'): void {
  const { depletion } = slot.state.record;
  if (depletion === null) return;
  const outcome = what === 'placed' ? OUTCOMES.placed : OUTCOMES.failed;
  slot.hear({
    kind: 'outcome',
    orderId: depletion.orderId,
    attempt: depletion.attempts,
    outcome,
  } as SlotEvent);
}

it('keeps quiet only where a report was not due', () => {
  let quiet = 0;
  fc.assert(
    fc.property(happenings, (story) => {
      const slot = new Slot();
      for (const what of story) tell(slot, what);
      quiet += slot.quiet;
      expect(slot.faults).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(quiet).toBeGreaterThan(500);
});
