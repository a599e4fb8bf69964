import { backoffMs } from './backoff.ts';
import type { Context, NotificationType, SlotState } from './decision.ts';
import type { SlotLimits } from './limits.ts';
import type { Depletion, SlotRecord, Stage } from './slot-state.ts';

/** Ids of orders that are over and may still be talked about. */
const PAST_INSTANCES_MAX = 20;

/**
 * What Amazon's notifications change. DRS keeps one order open per slot at the most, so a notification that is not
 * about an order known to be over is about the open one, even where its id was never learned (an answer that was lost,
 * or an ORDER_INPROGRESS, whose id is not documented to be the open order's).
 */
export function hearNotification(
  state: SlotState,
  { type, instanceId }: { readonly type: NotificationType; readonly instanceId: string | null },
  context: Context,
): SlotState {
  const { record } = state;
  if (instanceId !== null && record.pastInstances.includes(instanceId)) return state;
  switch (type) {
    case 'order-placed':
      return settleDoubt(state, instanceId, context);
    case 'item-shipped':
      // The customer let it go through: earlier cancellations are over.
      return forgetCancels(settleDoubt(state, instanceId, context));
    case 'order-cancelled':
      return { ...state, record: cancel(record, instanceId, context) };
  }
}

/** The customer chose a product for the slot, or took it away. */
export function hearSubscription(
  state: SlotState,
  subscribed: boolean,
  limits: SlotLimits,
  context: Context,
): SlotState {
  const { depletion } = state.record;
  if (depletion === null) return state;
  const { stage } = depletion;
  const isHeldForIt =
    stage.kind === 'held' && (stage.reason === 'unsubscribed' || stage.reason === 'unknown-slot');
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

/** Somebody settled by hand what could not be known. */
export function hearVerdict(state: SlotState, verdict: 'placed' | 'not-placed', context: Context): SlotState {
  const { depletion } = state.record;
  if (depletion === null || !isOpenQuestion(depletion)) return state;
  if (verdict === 'placed') return withStage(state, depletion, { kind: 'on-order', since: context.now });
  // After a loss nobody knows whether the slot is low at all: that is for fresh samples to say.
  const isLost = depletion.stage.kind === 'held' && depletion.stage.reason === 'state-lost';
  if (isLost) return { ...state, record: closeDepletion(state.record) };
  return withStage(state, { ...depletion, doubtSince: null }, due(context));
}

/** The depletion is over; what Amazon still says about its order is history. */
export function closeDepletion(record: SlotRecord): SlotRecord {
  const instanceId = record.depletion?.eventInstanceId ?? null;
  return { ...record, depletion: null, pastInstances: withPast(record, instanceId) };
}

function isOpenQuestion({ stage, doubtSince }: Depletion): boolean {
  if (stage.kind === 'due') return doubtSince !== null;
  return stage.kind === 'held' && (stage.reason === 'in-doubt' || stage.reason === 'state-lost');
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
function cancel(record: SlotRecord, instanceId: string | null, context: Context): SlotRecord {
  const { depletion } = record;
  const isAboutOpenOrder = depletion !== null && mayBeOpenOrder(depletion, instanceId);
  if (!isAboutOpenOrder && instanceId === null) return record;
  const cancels = { count: record.cancels === null ? 1 : 2, at: context.now } as const;
  const pastInstances = withPast(record, instanceId);
  if (!isAboutOpenOrder) return { ...record, cancels, pastInstances };
  const again: Depletion = {
    ...depletion,
    orderId: context.spareOrderId,
    attempts: 0,
    failures: 0,
    doubtSince: null,
    eventInstanceId: null,
    stage: due(context),
  };
  const past = withPast({ ...record, pastInstances }, depletion.eventInstanceId);
  return { ...record, depletion: again, cancels, pastInstances: past };
}

/** While a request is out, its answer says what is open; a known id is the open order's or it is not. */
function mayBeOpenOrder(
  { stage, doubtSince, eventInstanceId }: Depletion,
  instanceId: string | null,
): boolean {
  if (stage.kind === 'sending') return false;
  if (stage.kind !== 'on-order' && doubtSince === null) return false;
  return eventInstanceId === null || instanceId === null || eventInstanceId === instanceId;
}

function forgetCancels(state: SlotState): SlotState {
  return state.record.cancels === null ? state : { ...state, record: { ...state.record, cancels: null } };
}

function withPast(record: SlotRecord, instanceId: string | null): SlotRecord['pastInstances'] {
  if (instanceId === null || record.pastInstances.includes(instanceId)) return record.pastInstances;
  return [...record.pastInstances, instanceId].slice(-PAST_INSTANCES_MAX);
}

function due(context: Context): Stage {
  return { kind: 'due', since: context.now, waitMs: 0 };
}

function withStage(state: SlotState, depletion: Depletion, stage: Stage): SlotState {
  return { ...state, record: { ...state.record, depletion: { ...depletion, stage } } };
}
