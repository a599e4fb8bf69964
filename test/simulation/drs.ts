import type { NotificationType } from '../../agent/policy/decision.ts';
import type { Chance } from './chance.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Scene, SECOND_MS } from './scene.ts';

export type Order = {
  readonly instanceId: string;
  readonly slotId: string;
  readonly recordedAtMs: number;
  isCancelled: boolean;
  /** The customer cancels it within seconds, while Amazon takes its time to answer the request. */
  readonly isShortLived: boolean;
  /** A later depletion was told of it and waits for it too. */
  isShared: boolean;
};

export type DrsAnswer =
  | {
      readonly kind: 'order';
      readonly detailCode: string;
      readonly instanceId: string;
      readonly isNew: boolean;
    }
  | { readonly kind: 'invalid-token' | 'unsubscribed' };

type Slot = { open: Order | null; isSubscribed: boolean; orders: number };

/** Order resolution gives a customer this long to mend address or payment (drs-api.md, section 9). */
const RESOLUTION_MS = 72 * HOUR_MS;
const CANCEL_MS = 24 * HOUR_MS;

/** Amazon: one order per slot at a time, recorded, then shipped and delivered, cancelled, or never resolved. */
export class Drs {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #inProgressHasNewId: boolean;
  readonly #slots = new Map<string, Slot>();
  /** Valid access tokens, and until when. */
  readonly #tokens = new Map<string, number>();
  #tokensIssued = 0;
  onDelivered: (slotId: string) => void = () => undefined;
  onNotification: (slotId: string, type: NotificationType, instanceId: string) => void = () => undefined;
  onSubscription: (slotId: string, isSubscribed: boolean) => void = () => undefined;

  constructor(scene: Scene, slotIds: readonly string[], inProgressHasNewId: boolean) {
    this.#scene = scene;
    this.#chance = scene.chance('drs');
    this.#inProgressHasNewId = inProgressHasNewId;
    for (const slotId of slotIds) {
      this.#slots.set(slotId, { open: null, isSubscribed: true, orders: 0 });
      scene.recurs('unsubscribed', null, () => this.#unsubscribe(slotId));
    }
    scene.recurs('token revoked', null, () => {
      scene.trouble();
      this.#tokens.clear();
    });
  }

  issueToken(lifeMs: number): string {
    for (const [text, untilMs] of this.#tokens) if (untilMs <= this.#scene.nowMs) this.#tokens.delete(text);
    this.#tokensIssued += 1;
    const text = `Atza|token-${this.#tokensIssued}`;
    this.#tokens.set(text, this.#scene.nowMs + lifeMs);
    return text;
  }

  accepts(token: string): boolean {
    return (this.#tokens.get(token) ?? 0) > this.#scene.nowMs;
  }

  isSubscribed(slotId: string): boolean {
    return this.#slots.get(slotId)?.isSubscribed === true;
  }

  openOrder(slotId: string): Order | null {
    return this.#slots.get(slotId)?.open ?? null;
  }

  /** What one request, as it arrives, comes to; a new order calls `onRecorded`. */
  replenish(slotId: string, token: string, onRecorded: (order: Order) => void): DrsAnswer {
    const slot = this.#slots.get(slotId);
    if (slot === undefined || !this.accepts(token)) return { kind: 'invalid-token' };
    if (!slot.isSubscribed) return { kind: 'unsubscribed' };
    if (slot.open !== null) {
      const instanceId = this.#inProgressHasNewId
        ? `${slot.open.instanceId}+${this.#scene.nowMs}`
        : slot.open.instanceId;
      return { kind: 'order', detailCode: 'ORDER_INPROGRESS', instanceId, isNew: false };
    }
    slot.orders += 1;
    const order: Order = {
      instanceId: `amzn1.dash.v2.o.${slotId}.${slot.orders}`,
      slotId,
      recordedAtMs: this.#scene.nowMs,
      isCancelled: false,
      isShortLived: this.#scene.strikes('order cancelled at once'),
      isShared: false,
    };
    slot.open = order;
    onRecorded(order);
    this.#beginLife(order);
    return { kind: 'order', detailCode: 'STANDARD_ORDER_PLACED', instanceId: order.instanceId, isNew: true };
  }

  #beginLife(order: Order): void {
    if (order.isShortLived) {
      this.#scene.after(this.#chance.between(0.2, 4) * SECOND_MS, () => {
        this.onNotification(order.slotId, 'order-placed', order.instanceId);
        this.#scene.after(this.#chance.between(0.2, 8) * SECOND_MS, () => this.#cancel(order));
      });
      return;
    }
    if (!this.#scene.strikes('order in resolution')) {
      this.#scene.after(this.#chance.between(0.1, 10) * MINUTE_MS, () => this.#goOn(order));
      return;
    }
    if (this.#chance.happens(0.5))
      this.#scene.after(this.#chance.between(1, 71) * HOUR_MS, () => this.#goOn(order));
    else this.#scene.after(RESOLUTION_MS, () => this.#cancel(order));
  }

  #goOn(order: Order): void {
    this.onNotification(order.slotId, 'order-placed', order.instanceId);
    if (this.#scene.strikes('order cancelled')) {
      this.#scene.after(this.#chance.magnitude(MINUTE_MS, CANCEL_MS), () => this.#cancel(order));
      return;
    }
    this.#ship(order);
  }

  #ship(order: Order): void {
    this.#scene.after(this.#chance.between(2, 23) * HOUR_MS, () => {
      this.onNotification(order.slotId, 'item-shipped', order.instanceId);
    });
    this.#scene.after(this.#chance.between(1, 5) * DAY_MS, () => {
      this.#unlock(order, 'delivered');
      this.onDelivered(order.slotId);
    });
  }

  #cancel(order: Order): void {
    if (order.isShared && !this.#scene.has('cancel-of-a-shared-order')) {
      this.#ship(order);
      return;
    }
    order.isCancelled = true;
    this.#unlock(order, 'cancelled');
    this.onNotification(order.slotId, 'order-cancelled', order.instanceId);
  }

  #unlock(order: Order, why: string): void {
    const slot = this.#slots.get(order.slotId);
    if (slot?.open === order) slot.open = null;
    this.#scene.note(null, `DRS: order ${order.instanceId} is ${why}`);
  }

  #unsubscribe(slotId: string): void {
    const slot = this.#slots.get(slotId);
    if (slot === undefined || !slot.isSubscribed) return;
    const set = (isSubscribed: boolean): void => {
      slot.isSubscribed = isSubscribed;
      this.#scene.trouble();
      this.onSubscription(slotId, isSubscribed);
    };
    set(false);
    this.#scene.after(this.#chance.between(0.2, 6) * DAY_MS, () => set(true));
  }
}
