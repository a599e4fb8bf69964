import { type Done, withLevelTold } from '../duty/duty-book.ts';
import { DutyPace } from '../duty/duty-pace.ts';
import { type Duty, type DutySettings, type PlannedDuty, planDuties } from '../duty/schedule.ts';
import { slotStatusOf } from '../duty/slot-status.ts';
import { lastUseAgoMs } from '../forecast/last-use.ts';
import type { Pipeline } from '../pipeline-contract.ts';
import type { AccessToken, TokenSource } from '../replenish/access-token.ts';
import type { CallAnswer } from '../replenish/call-answer.ts';
import type { DashClient } from '../replenish/dash-client.ts';
import type { LevelListener } from '../replenish/provider.ts';
import type { StateStore } from '../store/state-store.ts';
import { Alarm } from '../system/alarm.ts';
import type { Clock } from '../system/clock.ts';
import { sentenceOf } from '../system/coded-error.ts';
import type { Instant } from '../system/instant.ts';
import type { Log } from '../system/log.ts';
import { SubscriptionWatch } from './subscriptions.ts';

/** What DRS is owed beside orders, done in its time. Nothing that goes wrong here touches an order. */
export type Duties = {
  start(): void;
  /** A level, a hold or the token may have changed: what is due is looked for, a moment later. */
  changed(): void;
  /** The cloud says that the customer chose anew: DRS is asked. */
  subscriptionsChanged(): void;
  stop(): void;
};

export type DutySlot = {
  /** Local name, for people. */
  readonly name: string;
  readonly capacity: number;
  readonly pipeline: Pick<Pipeline, 'view' | 'usage' | 'hear'>;
};

export type DutiesDeps = {
  readonly clock: Clock;
  /** 0 up to 1. */
  readonly random: () => number;
  readonly tokens: Pick<TokenSource, 'current' | 'refresh'>;
  /** With connections of its own: an order never waits for one of these calls. */
  readonly client: LevelListener & Pick<DashClient, 'deviceStatus' | 'subscriptionInfo'>;
  readonly store: Pick<StateStore, 'duties'>;
  readonly log: Log;
  /** By DRS slot id. */
  readonly slots: ReadonlyMap<string, DutySlot>;
  /** When the device did something last, wall time. */
  readonly lastActiveAtMs: () => number;
  /** Local names of slots that DRS does not list; none when all is well. */
  readonly onUnlisted: (names: readonly string[]) => void;
};

/** A clock that says it can't be right is asked again after this. */
const CLOCK_PAUSE_MS = 600_000;

/** What changed within this time is looked at together. */
const LOOK_MS = 1_000;

export function createDuties(settings: DutySettings, deps: DutiesDeps): Duties {
  return new DutyLane(settings, deps);
}

/** One call at a time, on one timer. */
class DutyLane implements Duties {
  readonly #settings: DutySettings;
  readonly #deps: DutiesDeps;
  readonly #alarm: Alarm;
  readonly #subscriptions: SubscriptionWatch;
  readonly #pace = new DutyPace();
  #startedAtMs: number | null = null;
  #isBusy = false;
  #isStopped = false;
  /** The token that DRS named as the reason of a refusal; nothing is tried with it again. */
  #rejectedToken: string | null = null;

  constructor(settings: DutySettings, deps: DutiesDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock, () => this.#look());
    this.#subscriptions = new SubscriptionWatch(settings.deviceId, deps.slots);
  }

  start(): void {
    this.#startedAtMs = this.#deps.clock.nowMs();
    this.changed();
  }

  changed(): void {
    if (this.#startedAtMs !== null && !this.#isStopped)
      this.#alarm.ringBy(this.#deps.clock.nowMs() + LOOK_MS);
  }

  subscriptionsChanged(): void {
    this.#subscriptions.want(this.#deps.clock.nowMs());
    this.changed();
  }

  stop(): void {
    this.#isStopped = true;
    this.#alarm.stop();
  }

  #look(): void {
    if (this.#startedAtMs === null || this.#isBusy || this.#isStopped) return;
    const now = this.#now();
    this.#subscriptions.noticeHolds(now.monotonicMs);
    const token = this.#deps.tokens.current();
    // Whoever brings another token makes us look again.
    if (token === null || this.#isRejected(token)) return;
    if (!now.wallTrusted) this.#alarm.ringBy(now.monotonicMs + CLOCK_PAUSE_MS);
    const next = this.#next(this.#startedAtMs, now);
    if (next === null) return;
    if (next.dueAtMs > now.monotonicMs) {
      this.#alarm.ringBy(next.dueAtMs);
      return;
    }
    this.#isBusy = true;
    this.#pace.tries(next.duty);
    void this.#perform(next, token).finally(() => {
      this.#isBusy = false;
      this.#look();
    });
  }

  #isRejected(token: AccessToken): boolean {
    return this.#rejectedToken !== null && token.fingerprint === this.#rejectedToken;
  }

  #next(startedAtMs: number, now: Instant): PlannedDuty | null {
    const levels = new Map(
      [...this.#deps.slots].map(([slotId, { pipeline }]) => [slotId, pipeline.view().level]),
    );
    const facts = {
      now,
      startedAtMs,
      book: this.#deps.store.duties.load(),
      subscriptions: this.#subscriptions.reading,
      levels,
    };
    const isEarlier = (one: PlannedDuty, other: PlannedDuty): boolean =>
      one.dueAtMs === other.dueAtMs
        ? this.#pace.lastTry(one.duty) < this.#pace.lastTry(other.duty)
        : one.dueAtMs < other.dueAtMs;
    let next: PlannedDuty | null = null;
    for (const planned of planDuties(facts, this.#settings)) {
      const dueAtMs = Math.max(planned.dueAtMs, this.#pace.pausedUntilMs(planned.duty));
      if (next === null || isEarlier({ ...planned, dueAtMs }, next)) next = { ...planned, dueAtMs };
    }
    return next;
  }

  async #perform({ duty, againInMs }: PlannedDuty, token: AccessToken): Promise<void> {
    const { client, clock, lastActiveAtMs, onUnlisted } = this.#deps;
    switch (duty.kind) {
      case 'subscriptions': {
        const heldBefore = this.#subscriptions.held();
        const answer = await client.subscriptionInfo(token.text);
        const isDone = this.#settle(duty, answer, token);
        if (!isDone) this.#subscriptions.notRead(clock.nowMs());
        else if (answer.kind === 'done')
          onUnlisted(this.#subscriptions.hear(answer.said, heldBefore, clock.nowMs()));
        return;
      }
      case 'device': {
        const answer = await client.deviceStatus(Math.min(clock.wallMs(), lastActiveAtMs()), token.text);
        if (this.#settle(duty, answer, token)) this.#note({ at: this.#now(), againInMs }, duty);
        return;
      }
      case 'level': {
        const status = this.#statusOf(duty.slotId, duty.levelPercent);
        if (status === null) return;
        const answer = await client.slotStatus(duty.slotId, status, token.text);
        if (this.#settle(duty, answer, token)) this.#note({ at: this.#now(), againInMs }, duty);
        return;
      }
    }
  }

  #statusOf(slotId: string, levelPercent: number) {
    const slot = this.#deps.slots.get(slotId);
    if (slot === undefined) return null;
    const { emptyAtMs, phase } = slot.pipeline.view();
    const now = this.#now();
    const agoMs = lastUseAgoMs(slot.pipeline.usage(), levelPercent, now);
    const known = { levelPercent, capacity: slot.capacity, emptyAtMs, lastUseAtMs: now.wallMs - agoMs };
    return slotStatusOf({ ...known, isLow: phase !== 'stocked' && phase !== 'unknown' }, now.wallMs);
  }

  /** Whether the duty was done; says once what is wrong, and leaves DRS alone for a while. */
  #settle(duty: Duty, answer: CallAnswer<unknown>, token: AccessToken): boolean {
    if (this.#isStopped) return false;
    const { clock, log, random, tokens } = this.#deps;
    const call = CALL_OF[duty.kind];
    if (answer.kind === 'done') {
      if (this.#pace.done(duty)) log.info({ call }, `${call} is answered again.`);
      return true;
    }
    if (this.#pace.notDone(duty, answer, clock.nowMs(), random()))
      log.warn({ call }, `${call} was not done and is tried again later: ${answer.message}`);
    if (answer.kind === 'invalid-token') {
      this.#rejectedToken = token.fingerprint;
      tokens.refresh(token.fingerprint);
    }
    return false;
  }

  /** Durable, so that a restart does not repeat it. Built on what is stored: others write in the book too. */
  #note(done: Done, duty: Extract<Duty, { kind: 'device' | 'level' }>): void {
    const { log, slots, store } = this.#deps;
    const book = store.duties.load();
    const configured = new Set(slots.keys());
    try {
      store.duties.save(
        duty.kind === 'device'
          ? { ...book, device: done }
          : withLevelTold(book, duty.slotId, { ...done, levelPercent: duty.levelPercent }, configured),
      );
    } catch (error) {
      log.error({ error: sentenceOf(error) }, 'What DRS was told could not be written.');
    }
  }

  #now(): Instant {
    const { clock } = this.#deps;
    return { ...clock.instant(), wallTrusted: clock.wallTrusted() };
  }
}

const CALL_OF: Readonly<Record<Duty['kind'], string>> = {
  subscriptions: 'subscriptionInfo',
  device: 'deviceStatus',
  level: 'slotStatus',
};
