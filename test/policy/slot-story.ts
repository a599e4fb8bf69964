import { decide, NEW_RECORD } from '../../agent/policy/decide.ts';
import type { ByHand, Context, Reply, SlotEvent, SlotState, Step } from '../../agent/policy/decision.ts';
import type { SlotLimits } from '../../agent/policy/limits.ts';
import type { ReplenishOutcome } from '../../agent/policy/outcome.ts';
import type { OrderEvent, SlotRecord } from '../../agent/policy/slot-state.ts';
import { type Standing, standingOf } from '../../agent/policy/standing.ts';
import { NOTHING_SEEN } from '../../agent/policy/watch.ts';
import type { Instant } from '../../agent/system/instant.ts';

export const LIMITS: SlotLimits = {
  slotId: 'slot-1',
  leadTimeMs: null,
  reorderAtPercent: 20,
  rearmAtPercent: 60,
  confirm: { samples: 3, forMs: 2000 },
  maxOrders: null,
  inDoubtWindowMs: 6 * 3_600_000,
  retry: { firstMs: 2000, maxMs: 60_000 },
  reportsOnly: false,
  dryRun: false,
};

const noFacts = { httpStatus: null, message: null, requestId: null };
export const OUTCOMES = {
  placed: {
    ...noFacts,
    httpStatus: 200,
    kind: 'placed',
    detailCode: 'STANDARD_ORDER_PLACED',
    eventInstanceId: 'e1',
  },
  inProgress: {
    ...noFacts,
    httpStatus: 200,
    kind: 'in-progress',
    detailCode: 'ORDER_INPROGRESS',
    eventInstanceId: 'e0',
  },
  invalidToken: { ...noFacts, httpStatus: 400, kind: 'invalid-token' },
  unsubscribed: { ...noFacts, httpStatus: 400, kind: 'unsubscribed' },
  unknownSlot: { ...noFacts, httpStatus: 404, kind: 'unknown-slot' },
  refused: { ...noFacts, httpStatus: 400, kind: 'refused' },
  failed: { ...noFacts, httpStatus: 500, kind: 'failed', retryAfterMs: null },
  noAnswer: { ...noFacts, kind: 'no-answer' },
} as const satisfies Record<string, ReplenishOutcome>;

export type Sent = Extract<Step, { kind: 'send' }>;

/** A slot in a world of values: tells the policy what happens, as the pipeline would, and keeps what it said. */
export class SlotStory {
  state: SlotState;
  limits: SlotLimits;
  nowMs = 1_000_000;
  wallMs = Date.UTC(2026, 11, 1);
  wallTrusted = true;
  bootId = 'boot-1';
  token: string | null = 'token-1';
  wakeAtMs: number | null = null;
  readonly sent: Sent[] = [];
  readonly reports: OrderEvent[] = [];
  readonly refreshes: string[] = [];
  /** Answers to what was told by hand. */
  readonly replies: Reply[] = [];
  #orders = 0;
  #durable: SlotRecord;

  constructor(limits: Partial<SlotLimits> = {}, record: SlotRecord = NEW_RECORD) {
    this.limits = { ...LIMITS, ...limits };
    this.state = { record, watch: NOTHING_SEEN, usage: record.usage, subscribed: null };
    this.#durable = record;
  }

  /** One event; returns what it made the policy do. */
  tell(event: SlotEvent): readonly Step[] {
    const decision = decide(this.state, event, this.limits, this.context());
    if (decision.state.record.depletion?.orderId === this.context().spareOrderId) this.#orders++;
    if (decision.state.record !== this.state.record) this.#keep(decision.state);
    this.state = decision.state;
    this.wakeAtMs = decision.wakeAtMs;
    if (decision.reply !== null) this.replies.push(decision.reply);
    for (const step of decision.steps) {
      if (step.kind === 'send') this.sent.push(step);
      if (step.kind === 'report') this.reports.push(step.event);
      if (step.kind === 'refresh-token') this.refreshes.push(step.rejectedFingerprint);
    }
    return decision.steps;
  }

  /** A person speaks; returns the answer. */
  ask(event: ByHand): Reply {
    this.tell(event);
    const reply = this.replies.at(-1);
    if (reply === undefined) throw new Error('Nobody answered.');
    return reply;
  }

  /** Samples a second apart, as many as it takes to be believed. */
  level(percent: number, samples = this.limits.confirm.samples): this {
    for (let i = 0; i < samples; i++) {
      this.tell({ kind: 'level', percent });
      this.pass(1000);
    }
    return this;
  }

  /** The request that is out comes to this. */
  answer(outcome: ReplenishOutcome): this {
    const request = this.sent.at(-1);
    if (request === undefined) throw new Error('No request is out.');
    this.tell({ kind: 'outcome', orderId: request.orderId, attempt: request.attempt, outcome });
    return this;
  }

  /** Time goes by; the policy is woken when it asked to be. */
  pass(ms: number): this {
    const untilMs = this.nowMs + ms;
    let wakesAtOnce = 0;
    while (this.wakeAtMs !== null && this.wakeAtMs <= untilMs) {
      wakesAtOnce = this.wakeAtMs <= this.nowMs ? wakesAtOnce + 1 : 0;
      if (wakesAtOnce > 3)
        throw new Error('The policy asks to be woken again and again without time passing.');
      this.#advanceTo(Math.max(this.wakeAtMs, this.nowMs));
      this.tell({ kind: 'wake' });
    }
    this.#advanceTo(untilMs);
    return this;
  }

  /** The process dies and starts again: only what is durable survives; after a clean stop also what was learned. */
  restart({ reboot = false, awayMs = 5000, isClean = false } = {}): this {
    if (isClean) this.#keep(this.state);
    const record = structuredClone(this.#durable);
    this.state = { record, watch: NOTHING_SEEN, usage: record.usage, subscribed: null };
    this.wallMs += awayMs;
    this.nowMs += awayMs;
    if (reboot) {
      this.bootId = `${this.bootId}+`;
      this.nowMs = 20_000;
    }
    this.tell({ kind: 'started' });
    return this;
  }

  standing(): Standing {
    return standingOf(this.state, this.limits, this.context());
  }

  get phase(): string {
    const { phase, reason } = this.standing();
    return reason === null ? phase : `${phase}(${reason})`;
  }

  context(): Context {
    const now: Instant = {
      bootId: this.bootId,
      monotonicMs: this.nowMs,
      wallMs: this.wallMs,
      wallTrusted: this.wallTrusted,
    };
    return { now, tokenFingerprint: this.token, spareOrderId: `order-${this.#orders + 1}`, jitter: 1 };
  }

  /** As the pipeline writes it. */
  #keep({ record, usage }: SlotState): void {
    this.#durable = { ...record, usage };
  }

  #advanceTo(ms: number): void {
    this.wallMs += ms - this.nowMs;
    this.nowMs = ms;
  }
}
