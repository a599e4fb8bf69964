import { backoffMs } from './backoff.ts';
import { cancel } from './cancel.ts';
import type { Context, NotificationType, SlotState } from './decision.ts';
import type { SlotLimits } from './limits.ts';
import { withPast } from './past-instances.ts';
import type { Depletion, SlotRecord, Stage } from './slot-state.ts';

/**
 * What Amazon's notifications change. DRS keeps one order open per slot at the most, so a notification about an order
 * that is not known as an earlier one is about the open order, even where its id was never learned (an answer that was
 * lost, or an ORDER_INPROGRESS, whose id is not documented to be the open order's).
 */
export function hearNotification(
  state: SlotState,
  { type, instanceId }: { readonly type: NotificationType; readonly instanceId: string | null },
  context: Context,
): SlotState {
  const { record } = state;
  const past = record.pastInstances.find(({ id }) => id === instanceId);
  if (past?.isOver) return state;
  switch (type) {
    case 'order-placed':
      return past === undefined ? settleDoubt(state, instanceId, context) : state;
    case 'item-shipped': {
      // The customer let it go through: earlier cancellations are over.
      const settled = past === undefined ? settleDoubt(state, instanceId, context) : state;
      return forgetCancels({ ...settled, record: withPast(settled.record, instanceId, true) });
    }
    case 'order-cancelled':
      return { ...state, record: cancel(record, instanceId, past !== undefined, context) };
  }
}

/**
 * The customer chose a product for the slot, or took it away; or DRS was asked. A slot that Replenish does not know
 * while the list shows it is for people to settle: the list alone does not let it go.
 */
export function hearSubscription(
  before: SlotState,
  { subscribed, isRead = false }: { readonly subscribed: boolean | null; readonly isRead?: boolean },
  limits: SlotLimits,
  context: Context,
): SlotState {
  // Notifications come late and out of order: one that takes a product away holds what is due, and DRS itself has to
  // confirm it before it counts for later orders, or a lost word of the contrary would stop them for ever.
  const known = subscribed === false && !isRead ? null : subscribed;
  const state = before.subscribed === known ? before : { ...before, subscribed: known };
  const { depletion } = state.record;
  if (depletion === null || subscribed === null) return state;
  const { stage } = depletion;
  const isHeldForIt =
    stage.kind === 'held' &&
    (stage.reason === 'unsubscribed' || (stage.reason === 'unknown-slot' && !isRead));
  if (subscribed && isHeldForIt) {
    // The first word lets the order go at once; repeated ones, each refused again, go at the pace of the backoff.
    const waitMs =
      depletion.failures === 0
        ? 0
        : Math.round(backoffMs(depletion.failures, limits.retry, context.jitter, null));
    const again = { ...depletion, failures: depletion.failures + 1 };
    return withStage(state, again, { kind: 'due', since: context.now, waitMs });
  }
  if (!subscribed && stage.kind === 'due' && depletion.doubtSince === null) {
    return withStage(state, depletion, { kind: 'held', since: context.now, reason: 'unsubscribed' });
  }
  return state;
}

/**
 * DRS says that nothing of this slot is open any more, because it was asked to cancel a test order. Its slot is free;
 * the depletion stays, and a refill ends it: nothing is reordered for having been cancelled.
 */
export function hearTestCancelled(state: SlotState, context: Context): SlotState {
  const { depletion } = state.record;
  const pastInstances = state.record.pastInstances.map(({ id }) => ({ id, isOver: true }));
  const record = { ...state.record, pastInstances };
  if (depletion === null || !mayBeOpen(depletion))
    return pastInstances.length === 0 ? state : { ...state, record };
  return {
    ...state,
    record: {
      ...withPast(record, depletion.eventInstanceId, true),
      depletion: {
        ...depletion,
        doubtSince: null,
        stage: { kind: 'on-order', since: context.now, isTestCancelled: true },
      },
    },
  };
}

function mayBeOpen({ stage, doubtSince }: Depletion): boolean {
  if (stage.kind === 'on-order') return true;
  return stage.kind === 'due' ? doubtSince !== null : stage.kind === 'held' && stage.reason === 'in-doubt';
}

/** The depletion is over; what Amazon still says about its order is history. */
export function closeDepletion(record: SlotRecord): SlotRecord {
  const instanceId = record.depletion?.eventInstanceId ?? null;
  return { ...withPast(record, instanceId, false), depletion: null };
}

function settleDoubt(state: SlotState, instanceId: string | null, context: Context): SlotState {
  const { depletion } = state.record;
  if (depletion === null) return state;
  const { stage, doubtSince } = depletion;
  const isInDoubt = doubtSince !== null && (stage.kind === 'due' || stage.kind === 'held');
  if (isInDoubt || (stage.kind === 'due' && stage.mayBeOrdered === true)) {
    return withStage(
      state,
      { ...depletion, eventInstanceId: instanceId },
      { kind: 'on-order', since: context.now },
    );
  }
  const isNews = stage.kind === 'on-order' && depletion.eventInstanceId === null && instanceId !== null;
  return isNews ? withStage(state, { ...depletion, eventInstanceId: instanceId }, stage) : state;
}

function forgetCancels(state: SlotState): SlotState {
  return state.record.cancels === null ? state : { ...state, record: { ...state.record, cancels: null } };
}

function withStage(state: SlotState, depletion: Depletion, stage: Stage): SlotState {
  return { ...state, record: { ...state.record, depletion: { ...depletion, stage } } };
}
