import type { NotificationType } from '../../agent/policy/decision.ts';
import type { Depletion, SlotRecord } from '../../agent/policy/slot-state.ts';
import type { Attempts } from './attempts.ts';
import type { Container } from './container.ts';
import {
  aCancellationEndsItsOwnOrder,
  noDepletionWaitsForACancelledOrder,
} from './invariants/notifications.ts';
import { cancellationsAreHonoured } from './invariants/purchases.ts';
import { judge } from './judge.ts';
import type { Purchases } from './purchases.ts';
import { MINUTE_MS, type Scene } from './scene.ts';

/** After this long, without trouble, what was heard is on disk. */
const HEARD_WITHIN_MS = 10 * MINUTE_MS;

/** The customer's cancellations of one slot, as far as the agent was told of them. */
export class Cancellations {
  readonly #scene: Scene;
  readonly #container: Container;
  readonly #purchases: Purchases;
  readonly #attempts: Attempts;
  readonly #record: () => SlotRecord | null;
  /** When the agent surely knew, since the slot was full or an order went through. */
  #toldAtMs: number[] = [];

  constructor(
    scene: Scene,
    container: Container,
    purchases: Purchases,
    attempts: Attempts,
    record: () => SlotRecord | null,
  ) {
    this.#scene = scene;
    this.#container = container;
    this.#purchases = purchases;
    this.#attempts = attempts;
    this.#record = record;
  }

  /** @param isKnown whether the process that heard it lived on without trouble. */
  onTold(type: NotificationType, instanceId: string | null, isKnown: () => boolean): void {
    if (type === 'item-shipped') this.forget();
    const purchase = this.#purchases.find(instanceId);
    if (type !== 'order-cancelled' || purchase === null || purchase.isCancelTold) return;
    purchase.isCancelTold = true;
    const depletion = this.#record()?.depletion ?? null;
    const isOfNow = purchase.filling === this.#container.filling && depletion !== null;
    const atMs = this.#scene.nowMs;
    // The notification may overtake the answer that tells of the order.
    const isOrdered = depletion?.stage.kind === 'on-order' || depletion?.stage.kind === 'sending';
    this.#scene.after(HEARD_WITHIN_MS, () => {
      if (!isKnown()) return;
      if (isOfNow && this.#container.filling === purchase.filling) this.#toldAtMs.push(atMs);
      if (isOrdered) this.#judgeWhatFollowed(purchase.order.instanceId, depletion);
    });
  }

  onLeaves(): void {
    judge(this.#scene, cancellationsAreHonoured, this.#toldAtMs, this.#scene.nowMs);
  }

  /** A full slot ends the rule of the second cancellation, not the 5 days of the first. */
  onBrimful(): void {
    const isFirst = this.#toldAtMs.length === 1 && this.#record()?.cancels?.count === 1;
    if (!isFirst) this.forget();
  }

  forget(): void {
    this.#toldAtMs = [];
  }

  #judgeWhatFollowed(instanceId: string, before: Depletion): void {
    const answeredId = this.#attempts.of(before.orderId).at(-1)?.answer?.openId ?? null;
    const after = this.#record()?.depletion ?? null;
    if (after === null || after.openedAt.monotonicMs !== before.openedAt.monotonicMs) return;
    const heard = {
      instanceId,
      answeredId,
      isAnsweredOrderCancelled: this.#purchases.find(answeredId)?.order.isCancelled === true,
      mayBeTwo: before.doubtSince !== null && before.attempts > 1,
      stageAfter: after.stage.kind,
      isOrderedAnew: after.orderId !== before.orderId,
    };
    judge(this.#scene, aCancellationEndsItsOwnOrder, heard);
    judge(this.#scene, noDepletionWaitsForACancelledOrder, heard);
  }
}
