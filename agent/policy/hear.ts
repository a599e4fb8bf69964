import { backoffMs } from './backoff.ts';
import type { Context, NotificationType, SlotState } from './decision.ts';
import type { SlotLimits } from './limits.ts';
import type { Depletion, SlotRecord, Stage } from './slot-state.ts';

/** Ids of orders that are over and may still be talked about. */
const PAST_INSTANCES_MAX = 20;

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
  const isInDoubt =
    depletion.doubtSince !== null && (depletion.stage.kind === 'due' || depletion.stage.kind === 'held');
  if (isInDoubt) {
    return withStage(
      state,
      { ...depletion, eventInstanceId: instanceId },
      { kind: 'on-order', since: context.now },
    );
  }
  const isNews =
    depletion.stage.kind === 'on-order' && depletion.eventInstanceId === null && instanceId !== null;
  return isNews ? withStage(state, { ...depletion, eventInstanceId: instanceId }, depletion.stage) : state;
}

/**
 * The order is gone: nothing was bought, and the depletion lasts. What comes next is another order, with an id of its
 * own, when Amazon's rules let it go. A cancellation of any other order is remembered for those rules and leaves the
 * depletion alone: the open order is still open.
 */
function cancel(
  record: SlotRecord,
  instanceId: string | null,
  isEarlierOrder: boolean,
  context: Context,
): SlotRecord {
  const { depletion } = record;
  if (depletion?.stage.kind === 'on-order' && depletion.stage.isTestCancelled === true)
    return withPast(record, instanceId, true);
  const whose = depletion === null ? 'another' : whoseCancellation(depletion, instanceId, isEarlierOrder);
  if (whose === 'another' && instanceId === null) return record;
  const cancels = { count: record.cancels === null ? 1 : 2, at: context.now } as const;
  const noted = { ...withPast(record, instanceId, true), cancels };
  if (depletion === null || whose === 'another') return noted;
  if (whose === 'unclear') {
    return {
      ...noted,
      depletion: { ...depletion, stage: { kind: 'held', since: context.now, reason: 'in-doubt' } },
    };
  }
  const again: Depletion = {
    ...depletion,
    orderId: context.spareOrderId,
    attempts: 0,
    failures: 0,
    doubtSince: null,
    eventInstanceId: null,
    stage: due(context),
  };
  return { ...withPast(noted, depletion.eventInstanceId, true), depletion: again };
}

/**
 * While a request is out, its answer says what is open; a known id is the open order's or it is not. An order of an
 * earlier depletion is the open one only where DRS answered ORDER_INPROGRESS; after a doubtful request of our own
 * nobody can say which of the two that answer meant.
 */
function whoseCancellation(
  { stage, doubtSince, eventInstanceId }: Depletion,
  instanceId: string | null,
  isEarlierOrder: boolean,
): 'open' | 'another' | 'unclear' {
  if (stage.kind === 'sending' || (stage.kind !== 'on-order' && doubtSince === null)) return 'another';
  if (eventInstanceId !== null && instanceId !== null && eventInstanceId !== instanceId) return 'another';
  if (!isEarlierOrder) return 'open';
  if (stage.kind !== 'on-order') return 'another';
  return doubtSince === null ? 'open' : 'unclear';
}

function forgetCancels(state: SlotState): SlotState {
  return state.record.cancels === null ? state : { ...state, record: { ...state.record, cancels: null } };
}

function withPast(record: SlotRecord, id: string | null, isOver: boolean): SlotRecord {
  if (id === null) return record;
  const known = record.pastInstances.find((past) => past.id === id);
  if (known !== undefined && (known.isOver || !isOver)) return record;
  const others = record.pastInstances.filter((past) => past.id !== id);
  return { ...record, pastInstances: [...others, { id, isOver }].slice(-PAST_INSTANCES_MAX) };
}

function due(context: Context): Stage {
  return { kind: 'due', since: context.now, waitMs: 0 };
}

function withStage(state: SlotState, depletion: Depletion, stage: Stage): SlotState {
  return { ...state, record: { ...state.record, depletion: { ...depletion, stage } } };
}
