import type { NotificationType } from '../../agent/policy/decision.ts';
import type { SlotRecord } from '../../agent/policy/slot-state.ts';
import { parseRecord } from '../../agent/store/record-schema.ts';
import { type Attempt, Attempts } from './attempts.ts';
import { Belief } from './belief.ts';
import { Cancellations } from './cancellations.ts';
import type { Container } from './container.ts';
import type { Disk } from './disk.ts';
import type { Order } from './drs.ts';
import type { TrueAnswer } from './drs-door.ts';
import {
  depletionsBeginWithALowLevel,
  depletionsEndWithARefill,
  noOrderFromAnUnbelievedLevel,
} from './invariants/belief.ts';
import {
  anIntentLeavesOnce,
  attemptsCountUp,
  intentIsDurableBeforeItIsSent,
  nothingFollowsAnOrder,
  nothingIsRepeatedAfterTheWindow,
  orderIdsAreNew,
} from './invariants/journal.ts';
import { requestsKeepTheBackoff } from './invariants/pace.ts';
import { restsAreJustified } from './invariants/progress.ts';
import { aSnoozeIsHonoured, ordersComeFromNeed } from './invariants/purchases.ts';
import { commitsSaySomethingNew } from './invariants/quiet.ts';
import { aReportBelongsToItsAttempt, everyAttemptIsReported } from './invariants/reports.ts';
import { judge } from './judge.ts';
import { marginPercent, type SlotProfile } from './profile.ts';
import { Purchases } from './purchases.ts';
import { wordsFor } from './record-words.ts';
import { HOUR_MS, type Scene } from './scene.ts';
import type { Look, Sensor } from './sensor.ts';

type Ticket = { readonly filling: number; readonly attempt: Attempt | null };

/** A sensor that lied a moment ago may have led to what happens now. */
const LIE_ECHO_MS = 3 * HOUR_MS;

/** Sees everything that happens around one slot, knows the truth, and holds the agent's promises against it. */
export class SlotWitness {
  readonly #scene: Scene;
  readonly #disk: Disk;
  readonly profile: SlotProfile;
  readonly container: Container;
  readonly sensor: Sensor;
  readonly belief: Belief;
  readonly attempts = new Attempts();
  readonly #tickets: Ticket[] = [];
  /** What the readings in the agent's median are true of, oldest first; a refill behind a stuck sensor is not seen. */
  readonly #looks: Look[] = [];
  readonly #knownOrderIds = new Set<string>();
  readonly #purchases: Purchases;
  readonly #cancellations: Cancellations;
  /** Attempts before these were settled by somebody. */
  #paceFrom = 0;
  #doubtFrom = 0;
  #wasStateLost = false;
  #wasTold = false;
  #wasReadUnsubscribed = false;
  /** As the disk has it. */
  record: SlotRecord | null = null;
  /** A person wants nothing ordered before; true time. */
  snoozedUntilMs = 0;
  /** The process is ending in order. */
  isStopping = false;
  /** When the record came to its present stage. */
  stageSinceMs = 0;

  constructor(scene: Scene, disk: Disk, profile: SlotProfile, container: Container, sensor: Sensor) {
    this.#scene = scene;
    this.#disk = disk;
    this.profile = profile;
    this.container = container;
    this.sensor = sensor;
    this.belief = new Belief(profile.settings);
    this.#purchases = new Purchases(scene, container, profile.settings.limits);
    this.#cancellations = new Cancellations(
      scene,
      container,
      this.#purchases,
      this.attempts,
      () => this.record,
    );
  }

  get name(): string {
    return this.profile.settings.name;
  }

  /** A process starts: an answer that its forerunner heard and did not store is lost. */
  onStart(): void {
    this.isStopping = false;
    this.belief.restart();
    if (this.attempts.open !== null) this.attempts.open.answer = null;
  }

  /** @returns the attempts that the reports belong to, as keys. */
  onCommit(record: SlotRecord, reports: readonly string[]): readonly string[] {
    const before = this.record;
    this.belief.letTimePass(this.#scene.nowMs);
    judge(this.#scene, commitsSaySomethingNew, before, record, this.isStopping);
    const keys = reports.map((payload) => this.#report(payload));
    const { depletion } = record;
    if (depletion !== null && depletion.orderId !== before?.depletion?.orderId) {
      judge(this.#scene, orderIdsAreNew, depletion.orderId, this.#knownOrderIds);
      this.#knownOrderIds.add(depletion.orderId);
      this.#paceFrom = 0;
      this.#doubtFrom = 0;
    }
    if (depletion?.stage.kind === 'sending' && before?.depletion?.attempts !== depletion.attempts) {
      judge(this.#scene, everyAttemptIsReported, this.attempts.open);
      judge(this.#scene, attemptsCountUp, depletion.attempts, this.attempts.of(depletion.orderId).length);
      this.attempts.intend(depletion.orderId, depletion.attempts, this.#scene.nowMs);
    }
    const hadDepletion = before !== null && before.depletion !== null;
    if (!hadDepletion && depletion !== null && !this.#wasStateLost)
      judge(this.#scene, depletionsBeginWithALowLevel, this.belief, this.profile.settings);
    if (depletion === null) {
      // Somebody may have said, of a lost history, that there is nothing to wait for.
      if (hadDepletion && !(this.#wasStateLost && this.#wasTold))
        judge(this.#scene, depletionsEndWithARefill, this.belief);
      this.belief.wasLowConfirmed = false;
      this.#wasStateLost = false;
      this.#wasTold = false;
    }
    if (
      depletion?.stage.kind !== before?.depletion?.stage.kind ||
      depletion?.attempts !== before?.depletion?.attempts
    )
      this.stageSinceMs = this.#scene.nowMs;
    this.record = record;
    judge(this.#scene, restsAreJustified, record, {
      attempts: this.attempts.of(depletion?.orderId ?? ''),
      wasStateLost: this.#wasStateLost,
      wasTold: this.#wasTold,
      wasReadUnsubscribed: this.#wasReadUnsubscribed,
    });
    this.#scene.note(this.name, 'durable:', wordsFor(record), ...keys.map((key) => `+ report ${key}`));
    return keys;
  }

  /** The loss of the slot's history could not be written down yet: the agent holds it in mind. */
  get isLossUnrecorded(): boolean {
    return this.#wasStateLost && this.record === null;
  }

  /** A request leaves now. */
  onLeaves(): number {
    const scene = this.#scene;
    const { settings } = this.profile;
    const json = this.#disk.durable.records[this.name];
    judge(scene, intentIsDurableBeforeItIsSent, json === undefined ? null : parseRecord(json));
    const attempt = this.attempts.open;
    scene.note(this.name, 'request leaves', attempt && `${attempt.orderId}/${attempt.attempt}`);
    judge(scene, aSnoozeIsHonoured, this.snoozedUntilMs, scene.nowMs);
    this.belief.letTimePass(scene.nowMs);
    judge(scene, noOrderFromAnUnbelievedLevel, this.belief, settings, scene.nowMs);
    const isHonest = scene.nowMs - this.sensor.honestSinceMs > LIE_ECHO_MS;
    const fullFrom = settings.limits.rearmAtPercent + marginPercent(this.profile);
    const leastPercent = Math.min(...this.#looks.map(({ percent }) => percent));
    judge(scene, ordersComeFromNeed, leastPercent, isHonest, fullFrom);
    this.#cancellations.onLeaves();
    if (attempt !== null) {
      judge(scene, anIntentLeavesOnce, attempt);
      attempt.leftAtMs = scene.nowMs;
      const earlier = this.attempts.of(attempt.orderId).slice(0, -1);
      judge(scene, nothingFollowsAnOrder, earlier.slice(this.#doubtFrom));
      const windowMs = settings.limits.inDoubtWindowMs;
      judge(scene, nothingIsRepeatedAfterTheWindow, earlier.slice(this.#doubtFrom), windowMs, scene.nowMs);
      judge(scene, requestsKeepTheBackoff, earlier.slice(this.#paceFrom), settings.limits, scene.nowMs);
    }
    // A refill that no reading has shown yet changes nothing about what this request is for.
    return this.#tickets.push({ filling: this.#looks[0]?.filling ?? 0, attempt }) - 1;
  }

  onRecorded(ticket: number, order: Order): void {
    const { filling, attempt } = this.#tickets[ticket] ?? { filling: 0, attempt: null };
    this.#scene.tally.event('orders');
    this.#scene.note(this.name, 'DRS records', order.instanceId);
    this.#purchases.add(order, attempt?.orderId ?? null, filling);
  }

  onAnswer(ticket: number, answer: TrueAnswer): void {
    const attempt = this.#tickets[ticket]?.attempt;
    if (attempt === null || attempt === undefined) return;
    attempt.answer = answer;
    const open = this.#purchases.find(answer.openId);
    if (open !== null && open.orderId !== attempt.orderId) open.order.isShared = true;
  }

  /** A living process heard a notification. */
  onTold(type: NotificationType, instanceId: string | null, isKnown: () => boolean): void {
    this.#wasTold = true;
    this.#scene.note(this.name, 'hears', type, instanceId);
    this.#cancellations.onTold(type, instanceId, isKnown);
  }

  /** DRS was asked whether the slot is subscribed. */
  onSubscriptionRead(isSubscribed: boolean): void {
    this.#wasReadUnsubscribed = !isSubscribed;
    this.#paceFrom = this.attempts.of(this.record?.depletion?.orderId ?? '').length;
  }

  onSubscription(): void {
    this.#wasTold = true;
    this.#paceFrom = this.attempts.of(this.record?.depletion?.orderId ?? '').length;
  }

  /** Somebody looked at Amazon; returns what they saw. */
  verdict(isOpenAtDrs: boolean): 'placed' | 'not-placed' {
    this.#wasTold = true;
    this.#paceFrom = this.attempts.of(this.record?.depletion?.orderId ?? '').length;
    this.#doubtFrom = this.#paceFrom;
    return isOpenAtDrs || this.#purchases.hasLive() ? 'placed' : 'not-placed';
  }

  /** The slot's history is gone from the disk. */
  onLoss(): void {
    this.record = null;
    this.snoozedUntilMs = 0;
    this.attempts.open = null;
    this.#wasStateLost = true;
    this.#purchases.forgetFormer();
    this.#cancellations.forget();
  }

  onReading(raw: number): void {
    if (this.belief.see(raw, this.#scene.nowMs)) {
      this.#looks.push(this.sensor.shown);
      if (this.#looks.length > this.profile.settings.level.medianOf) this.#looks.shift();
    }
    if (this.belief.brimfulAtMs === this.#scene.nowMs) this.#cancellations.onBrimful();
  }

  #report(payload: string): string {
    const { orderId, attempt: number } = JSON.parse(payload) as { orderId: string; attempt: number };
    const key = `${orderId}/${number}`;
    const { open } = this.attempts;
    judge(this.#scene, aReportBelongsToItsAttempt, open, key);
    if (open === null) return key;
    open.isReported = true;
    open.endedAtMs = this.#scene.nowMs;
    const earlier = this.attempts.of(orderId).slice(0, -1);
    open.isFirstRefusal = open.answer?.kind === 'invalid-token' && !earlier.some((one) => one.isFirstRefusal);
    this.attempts.open = null;
    return key;
  }
}
