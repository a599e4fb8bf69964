import type { HoldReason, LastOrder, OrderEvent, SlotPhase } from '../policy/slot-state.ts';
import type { TokenRequestReason } from '../replenish/access-token.ts';
import { wireLevel, wireTime, wireTimeOrNull } from './wire-value.ts';

/** What stands on `slots/{slot}`, before it is text. */
export type SlotView = {
  readonly phase: SlotPhase;
  /** Why the slot is held; put on the wire only in phase `held`. */
  readonly reason: HoldReason | null;
  /** Believed level, percent; null when unknown. */
  readonly level: number | null;
  /** Latest raw value in the sensor's own unit; null before the first. */
  readonly raw: number | null;
  readonly sensor: 'ok' | 'stale' | 'fault';
  /** When the forecast has the slot empty, wall time; null without a forecast. */
  readonly emptyAtMs: number | null;
  /** Whether the customer has a product selected at Amazon; null while that is not known. */
  readonly subscribed: boolean | null;
  readonly lastOrder: LastOrder | null;
  /** When a snooze ends, wall time as far as it is known; null without one. */
  readonly snoozedUntilMs: number | null;
  /** One sentence for people: why the slot is in this phase. */
  readonly why: string;
  /** What people should look at although nothing stops for it; null while all is well. */
  readonly warning: string | null;
  /** Whether the readings jump too much to be believed. This and the next two are for people at the device only. */
  readonly isNoisy: boolean;
  /** Whether enough fresh samples agree that something may be decided on the level. */
  readonly isConfirmed: boolean;
  /** When something changes by itself, wall time; null when only an event can change anything. */
  readonly nextWakeAtMs: number | null;
  /**
   * Since when the open order stands where it stands, open, held or in doubt: wall time, and how much has surely passed,
   * milliseconds. null where no record tells. For alerts only.
   */
  readonly standsSince: { readonly wallMs: number; readonly atLeastMs: number } | null;
  /** Wall time of this view. */
  readonly atMs: number;
};

/** Retained state of a slot as JSON text. */
export function slotPayload(view: SlotView): string {
  return JSON.stringify({
    phase: view.phase,
    reason: view.phase === 'held' ? view.reason : null,
    level: wireLevel(view.level),
    raw: view.raw,
    sensor: view.sensor,
    emptyAt: wireTimeOrNull(view.emptyAtMs),
    lastOrder: view.lastOrder === null ? null : lastOrderOnWire(view.lastOrder),
    snoozedUntil: wireTimeOrNull(view.snoozedUntilMs),
    subscribed: view.subscribed,
    why: view.why,
    warning: view.warning,
    at: wireTime(view.atMs),
  });
}

function lastOrderOnWire(order: LastOrder): object {
  return {
    orderId: order.orderId,
    attempt: order.attempt,
    outcome: order.outcome,
    detailCode: order.detailCode,
    eventInstanceId: order.eventInstanceId,
    at: wireTime(order.atMs),
  };
}

/** One order event as JSON text, keys in the order of the contract. */
export function orderPayload(event: OrderEvent): string {
  return JSON.stringify({
    orderId: event.orderId,
    attempt: event.attempt,
    slotId: event.slotId,
    outcome: event.outcome,
    detailCode: event.detailCode,
    eventInstanceId: event.eventInstanceId,
    httpStatus: event.httpStatus,
    message: event.message,
    requestId: event.requestId,
    level: wireLevel(event.level),
    at: wireTime(event.atMs),
  });
}

/** The answer to a command as JSON text. */
export function commandResultPayload(answer: {
  readonly id: string | null;
  readonly ok: boolean;
  readonly message: string;
}): string {
  return JSON.stringify({ id: answer.id, ok: answer.ok, message: answer.message });
}

/** The request for a token as JSON text. */
export function tokenRequestPayload(request: { readonly reason: TokenRequestReason }): string {
  return JSON.stringify({ reason: request.reason });
}
