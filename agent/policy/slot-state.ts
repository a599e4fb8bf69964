import type { UsageHistory } from '../forecast/usage.ts';
import type { Instant } from '../system/instant.ts';

/** The words on the wire for where a slot stands (contract, section 3). */
export type SlotPhase = 'unknown' | 'stocked' | 'low' | 'ordering' | 'in-doubt' | 'on-order' | 'held';

/** Why a slot is held: a depletion is open and nothing is sent until this changes. */
export type HoldReason =
  | 'auth'
  | 'unsubscribed'
  | 'unknown-slot'
  | 'cancelled-once'
  | 'cancelled-twice'
  | 'budget'
  | 'in-doubt'
  | 'state-lost'
  | 'dry-run';

/** What one Replenish request came to, in the words of the order event (contract, section 4). */
export type OrderOutcome = 'placed' | 'in-progress' | 'refused' | 'failed' | 'in-doubt' | 'dry-run';

/** One message on `slots/{slot}/order`. `orderId` + `attempt` tell a repeated delivery from a new event. */
export type OrderEvent = {
  readonly orderId: string;
  /** 1 for the first request of a depletion; counts every request. */
  readonly attempt: number;
  readonly slotId: string;
  readonly outcome: OrderOutcome;
  /** Exactly what DRS sent, known or not; null when there was none. */
  readonly detailCode: string | null;
  readonly eventInstanceId: string | null;
  readonly httpStatus: number | null;
  /** For people: DRS's own message, or what happened instead of an answer. */
  readonly message: string | null;
  readonly requestId: string | null;
  /** Believed level, percent, when the request was decided; null when it was not known. */
  readonly level: number | null;
  /** Wall time of the outcome, milliseconds since 1970 UTC; made ISO 8601 at the edge. */
  readonly atMs: number;
};

/** The last outcome of a slot, for its retained state. */
export type LastOrder = Pick<
  OrderEvent,
  'orderId' | 'attempt' | 'outcome' | 'detailCode' | 'eventInstanceId' | 'atMs'
>;

/** How far the purchase of one depletion has come. */
export type Stage =
  /** No request is out. The next may leave once `waitMs` have surely passed since `since`. */
  | {
      readonly kind: 'due';
      readonly since: Instant;
      readonly waitMs: number;
      /**
       * After a cancellation: of several doubtful requests another one may have bought, too. News of an order is then
       * news of that one.
       */
      readonly mayBeOrdered?: boolean;
    }
  /** The intent is durable: from here on the request may have left. */
  | {
      readonly kind: 'sending';
      readonly since: Instant;
      readonly tokenFingerprint: string;
      /** Believed level, percent, on which it was decided. */
      readonly levelPercent: number;
      /** Absent for none. */
      readonly cancelled?: readonly CancelledMeanwhile[];
    }
  /** An order exists, or has to be taken for existing. Only a refill ends this. */
  | {
      readonly kind: 'on-order';
      readonly since: Instant;
      /** It was a test order and DRS cancelled it at our request: what Amazon says of that is no customer's word. */
      readonly isTestCancelled?: boolean;
    }
  /** Nothing is sent until somebody, or a refill, changes the reason. */
  | { readonly kind: 'held'; readonly since: Instant; readonly reason: StickyHoldReason };

/**
 * Reasons that are facts to remember. The others follow from the token, the order history and the customer's
 * cancellations at any moment, and so can never be left standing by mistake.
 */
export type StickyHoldReason = Exclude<HoldReason, 'auth' | 'budget' | 'cancelled-once' | 'cancelled-twice'>;

/**
 * An order of an earlier depletion, or one that Amazon said is over. A refill ends a depletion, and says nothing about
 * what Amazon still holds open: only `isOver` does, and then nothing that is heard of it counts any more.
 */
export type PastInstance = { readonly id: string; readonly isOver: boolean };

/**
 * An order that Amazon said is cancelled while a request was out. The notification can overtake the answer that tells
 * the id, so that only the answer says whose cancellation it was. `isEarlier`: it was known as an earlier depletion's.
 */
export type CancelledMeanwhile = { readonly id: string; readonly isEarlier: boolean };

/** The customer's latest cancellations in a row (docs/dash/customer-experience-guidelines.html). */
export type Cancels = { readonly count: 1 | 2; readonly at: Instant };

/** A person wants nothing ordered for `forMs` milliseconds, counted by time that has surely passed. */
export type Snooze = { readonly since: Instant; readonly forMs: number };

/** From the moment a level is believed at or below `reorderAt` until one is believed at or above `rearmAt`. */
export type Depletion = {
  readonly orderId: string;
  readonly slotId: string;
  readonly openedAt: Instant;
  /** Requests whose intent was made durable. */
  readonly attempts: number;
  /** Requests in a row that brought no order; the backoff counts them. */
  readonly failures: number;
  /** When the oldest request left that may have reached DRS without an answer; null without doubt. */
  readonly doubtSince: Instant | null;
  /** Fingerprint of the token that DRS called invalid last; it is never used again for this depletion. */
  readonly rejectedToken: string | null;
  /** Whether the one refresh that an invalid token gets was asked for. */
  readonly tokenRefreshed: boolean;
  /** Amazon's id of the order, once an answer or a notification told it. */
  readonly eventInstanceId: string | null;
  readonly stage: Stage;
};

/** All of a slot that must survive a power cut. */
export type SlotRecord = {
  /** DRS slot id that this is the history of; null before anything was recorded. */
  readonly slotId: string | null;
  readonly depletion: Depletion | null;
  /** When orders were placed, or may have been: newest last, no more than the budget needs. */
  readonly placed: readonly Instant[];
  /** null when the last order was not cancelled. */
  readonly cancels: Cancels | null;
  /** Amazon's ids of earlier orders, newest last. */
  readonly pastInstances: readonly PastInstance[];
  readonly snooze: Snooze | null;
  readonly lastOrder: LastOrder | null;
  /** How the slot was used up to the last time that the record became durable. */
  readonly usage: UsageHistory;
};
