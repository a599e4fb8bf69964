import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Sent, SlotStory } from './slot-story.ts';

/** What becomes of one request in a bad world. */
const FATES = [
  'answered',
  'answer-lost',
  'request-lost',
  'not-sent',
  'server-error',
  'invalid-token',
  'crash-before-send',
  'crash-before-journal',
] as const;
type Fate = (typeof FATES)[number];

type Happening =
  | { kind: 'samples'; count: number }
  | { kind: 'unknown' }
  | { kind: 'drain' }
  | { kind: 'deliver' }
  | { kind: 'pass'; ms: number }
  | { kind: 'restart'; reboot: boolean; awayMs: number }
  | { kind: 'clock'; jumpMs: number; trusted: boolean }
  | { kind: 'token' }
  | { kind: 'person'; does: 'orders' | 'rearms' | 'resolves' | 'snoozes' | 'ends the snooze' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('samples' as const), count: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'unknown' }) },
  { weight: 3, arbitrary: fc.constant<Happening>({ kind: 'drain' }) },
  { weight: 2, arbitrary: fc.constant<Happening>({ kind: 'deliver' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.integer({ min: 1, max: 30 * 3_600_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      reboot: fc.boolean(),
      awayMs: fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 72 * 3_600_000 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock' as const),
      jumpMs: fc.integer({ min: -400 * 86_400_000, max: 400 * 86_400_000 }),
      trusted: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'token' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('person' as const),
      does: fc.constantFrom('orders', 'rearms', 'resolves', 'snoozes', 'ends the snooze'),
    }),
  },
);

/**
 * A slot, its container, and DRS at its worst: its lock ends as soon as the in-doubt window has passed, although the
 * pack has not been put in (it lies at the door). From then on every further request buys again.
 */
class World {
  readonly slot = new SlotStory({ retry: { firstMs: 1000, maxMs: 600_000 } });
  percent = 100;
  /** Bought since the container was full last, or since a person gave up what was bought for lost. */
  purchases = 0;
  boughtWithoutNeed = 0;
  /** Orders that a person asked for, above the threshold perhaps. */
  readonly byHand = new Set<string>();
  #trueMs = 0;
  #lockedUntilMs = 0;
  #heard = 0;
  #tokens = 1;
  readonly #fates: Iterator<Fate>;

  constructor(fates: Iterator<Fate>) {
    this.#fates = fates;
  }

  happen(it: Happening): void {
    switch (it.kind) {
      case 'samples':
        for (let i = 0; i < it.count; i++) {
          this.slot.tell({ kind: 'level', percent: this.percent });
          this.meetRequests();
          this.pass(1000);
        }
        return;
      case 'unknown':
        this.slot.tell({ kind: 'unknown', cause: 'stale' });
        return;
      case 'drain':
        this.percent = Math.max(0, this.percent - 30);
        return;
      case 'deliver':
        if (this.purchases === 0) return;
        this.purchases = 0;
        this.#lockedUntilMs = 0;
        this.percent = 100;
        // The sensor sees it before anything else happens: it reports every second.
        this.happen({ kind: 'samples', count: 4 });
        return;
      case 'pass':
        this.pass(it.ms);
        return;
      case 'restart':
        this.slot.restart({ reboot: it.reboot, awayMs: it.awayMs });
        this.#trueMs += it.awayMs;
        return;
      case 'clock':
        this.slot.wallMs += it.jumpMs;
        this.slot.wallTrusted = it.trusted && it.jumpMs === 0;
        return;
      case 'token':
        this.slot.token = `token-${++this.#tokens}`;
        this.slot.tell({ kind: 'token' });
        this.meetRequests();
        return;
      case 'person':
        this.hearPerson(it.does);
        this.meetRequests();
    }
  }

  hearPerson(does: Extract<Happening, { kind: 'person' }>['does']): void {
    switch (does) {
      case 'orders': {
        const { ok } = this.slot.ask({ kind: 'order' });
        if (ok) this.byHand.add(this.slot.sent.at(-1)?.orderId ?? '');
        return;
      }
      case 'rearms':
        if (this.slot.ask({ kind: 'rearm' }).ok) this.purchases = 0;
        return;
      case 'resolves':
        this.slot.ask({ kind: 'resolve', verdict: this.purchases > 0 ? 'placed' : 'not-placed' });
        return;
      case 'snoozes':
        this.slot.ask({ kind: 'snooze', forMs: 20 * 3_600_000 });
        return;
      case 'ends the snooze':
        this.slot.ask({ kind: 'snooze', forMs: null });
    }
  }

  /** Small steps, so that each request the policy is woken for meets its fate when it leaves. */
  pass(ms: number): void {
    const untilMs = this.slot.nowMs + ms;
    while (this.slot.nowMs < untilMs) {
      const nextMs = Math.min(untilMs, Math.max(this.slot.wakeAtMs ?? untilMs, this.slot.nowMs + 1));
      this.#trueMs += nextMs - this.slot.nowMs;
      this.slot.pass(nextMs - this.slot.nowMs);
      this.meetRequests();
    }
  }

  meetRequests(): void {
    while (this.#heard < this.slot.sent.length) {
      const request = this.slot.sent[this.#heard++];
      if (request !== undefined) this.meet(request, this.#fates.next().value ?? 'answered');
    }
  }

  meet(request: Sent, fate: Fate): void {
    const answer = (outcome: Parameters<SlotStory['answer']>[0]): void => {
      this.slot.tell({ kind: 'outcome', orderId: request.orderId, attempt: request.attempt, outcome });
    };
    switch (fate) {
      case 'answered':
        answer(this.order(request));
        break;
      case 'answer-lost':
        this.order(request);
        answer(OUTCOMES.noAnswer);
        break;
      case 'request-lost':
        answer(OUTCOMES.noAnswer);
        break;
      case 'not-sent':
      case 'server-error':
        answer(OUTCOMES.failed);
        break;
      case 'invalid-token':
        answer(OUTCOMES.invalidToken);
        break;
      case 'crash-before-journal':
        this.order(request);
        this.slot.restart();
        break;
      case 'crash-before-send':
        this.slot.restart();
        break;
    }
  }

  order({ orderId }: Sent): Parameters<SlotStory['answer']>[0] {
    if (this.#trueMs < this.#lockedUntilMs) {
      // What a person gave up for lost is on its way after all.
      this.purchases = 1;
      return OUTCOMES.inProgress;
    }
    this.#lockedUntilMs = this.#trueMs + this.slot.limits.inDoubtWindowMs;
    this.purchases++;
    const { reorderAtPercent, rearmAtPercent } = this.slot.limits;
    const enoughPercent = this.byHand.has(orderId) ? rearmAtPercent : reorderAtPercent;
    if (this.percent > enoughPercent) this.boughtWithoutNeed++;
    return OUTCOMES.placed;
  }
}

function* endless(fates: readonly Fate[]): Generator<Fate> {
  yield* fates;
  for (;;) yield 'answered';
}

describe('whatever happens', () => {
  it('no depletion is bought for twice, and no request leaves without a believed level', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 60 }),
        fc.array(fc.constantFrom(...FATES), { maxLength: 20 }),
        (story, fates) => {
          const world = new World(endless(fates));
          for (const it of story) {
            const sentBefore = world.slot.sent.length;
            world.happen(it);
            expect(world.purchases).toBeLessThanOrEqual(1);
            expect(world.boughtWithoutNeed).toBe(0);
            if (it.kind === 'unknown') expect(world.slot.sent.length).toBe(sentBefore);
          }
          // Every attempt is reported exactly once, in order; one may still be out.
          const reported = world.slot.reports.map(({ orderId, attempt }) => `${orderId}/${attempt}`);
          const sent = world.slot.sent.map(({ orderId, attempt }) => `${orderId}/${attempt}`);
          expect(reported).toEqual(sent.slice(0, reported.length));
          expect(sent.length - reported.length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('a depletion that lasts gets its purchase once the way is open, or is held for a reason people can see', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 40 }),
        fc.array(fc.constantFrom(...FATES), { maxLength: 20 }),
        (story, fates) => {
          const world = new World(endless(fates));
          for (const it of story) world.happen(it);
          world.percent = 5;
          world.happen({ kind: 'person', does: 'ends the snooze' });
          // The way is open: a good token, a good sensor, a DRS that answers. The longest backoff is 10 minutes.
          world.meetRequests();
          for (let round = 0; round < 30; round++) {
            world.happen({ kind: 'token' });
            world.happen({ kind: 'samples', count: 4 });
            world.happen({ kind: 'pass', ms: 600_000 });
          }
          const { phase, reason } = world.slot.standing();
          const isBought = phase === 'on-order' && world.purchases === 1;
          expect(isBought || (phase === 'held' && reason === 'in-doubt')).toBe(true);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
