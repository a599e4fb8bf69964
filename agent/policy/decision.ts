import type { UsageHistory } from '../forecast/usage.ts';
import type { UnknownCause } from '../level/settle.ts';
import type { Instant } from '../system/instant.ts';
import type { ReplenishOutcome } from './outcome.ts';
import type { OrderEvent, SlotRecord } from './slot-state.ts';
import type { Watch } from './watch.ts';

/** All that can happen to a slot. */
export type SlotEvent =
  /** The agent has just started and loaded the slot's record. */
  | { readonly kind: 'started' }
  /** A fresh believed sample. */
  | { readonly kind: 'level'; readonly percent: number }
  /** A believed sample among readings that do not rest: it shows, and confirms nothing. */
  | { readonly kind: 'restless'; readonly percent: number }
  /** There is no level to decide on. */
  | { readonly kind: 'unknown'; readonly cause: UnknownCause }
  /** The request `orderId`/`attempt` came to this. */
  | {
      readonly kind: 'outcome';
      readonly orderId: string;
      readonly attempt: number;
      readonly outcome: ReplenishOutcome;
    }
  /** Amazon says of an order of this slot, through the cloud. May come late, twice or out of order. */
  | { readonly kind: 'notification'; readonly type: NotificationType; readonly instanceId: string | null }
  /**
   * Amazon says whether the customer has a product selected for this slot; null when DRS does not list the slot.
   * `isRead`: the agent asked, so that nothing need have changed.
   */
  | { readonly kind: 'subscription'; readonly subscribed: boolean | null; readonly isRead?: boolean }
  /** DRS cancelled this slot's test order because it was asked to: nothing of the slot is open there any more. */
  | { readonly kind: 'test-order-cancelled' }
  | ByHand
  /** The access token changed: `context.tokenFingerprint` says to what. */
  | { readonly kind: 'token' }
  /** The time that an earlier decision asked to be woken at has come; waking too early is harmless. */
  | { readonly kind: 'wake' };

/** What a person decides about a slot; each is answered in the decision's `reply`. */
export type ByHand =
  /** Order now, through the same gates as any order. */
  | { readonly kind: 'order' }
  /** What was ordered never came, or does not count: the slot starts anew. */
  | { readonly kind: 'rearm' }
  /** Somebody has looked at Amazon whether a doubtful order exists. */
  | { readonly kind: 'resolve'; readonly verdict: 'placed' | 'not-placed' }
  /** Order nothing for this long, milliseconds; null ends it. */
  | { readonly kind: 'snooze'; readonly forMs: number | null };

/** The answer to a person: whether it took effect, and a sentence about what happened or why it did not. */
export type Reply = { readonly ok: boolean; readonly message: string };

/** What Amazon tells about orders (docs/dash/notification-messages.html). */
export type NotificationType = 'order-placed' | 'order-cancelled' | 'item-shipped';

/** The world at the moment of a decision, as values. */
export type Context = {
  readonly now: Instant;
  /** Fingerprint of the access token that could be used now; null when there is none. */
  readonly tokenFingerprint: string | null;
  /** An id that no order had before; taken when a depletion opens. */
  readonly spareOrderId: string;
  /** 0 up to 1, for the backoff. */
  readonly jitter: number;
};

/** Every effect that a decision can have on the world, beside the record becoming durable first. */
export type Step =
  /** Make one Replenish request. Only after the record that comes with it is durable. */
  | { readonly kind: 'send'; readonly orderId: string; readonly attempt: number; readonly slotId: string }
  /** Put this event in the outbox, in the same transaction as the record. */
  | { readonly kind: 'report'; readonly event: OrderEvent }
  /** Ask for another access token than this one, which DRS called invalid. */
  | { readonly kind: 'refresh-token'; readonly rejectedFingerprint: string };

export type SlotState = {
  readonly record: SlotRecord;
  readonly watch: Watch;
  /** Whether the customer has a product selected, as Amazon said last; `false` only when asked. Null: not known. Not durable. */
  readonly subscribed: boolean | null;
  /** How the slot is used up, up to now; becomes durable with the record, never with a reading. */
  readonly usage: UsageHistory;
};

export type Decision = {
  readonly state: SlotState;
  readonly steps: readonly Step[];
  /** To whoever sent a `ByHand` event; true only once the decision is durable. null for every other event. */
  readonly reply: Reply | null;
  /** Deliver `wake` at this monotonic time, milliseconds; null when only an event can change anything. */
  readonly wakeAtMs: number | null;
};
