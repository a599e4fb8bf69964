import { NO_USAGE, observe } from '../forecast/usage.ts';
import { hearByHand } from './by-hand.ts';
import { cancelAfterAnswer } from './cancel.ts';
import type { Context, Decision, Reply, SlotEvent, SlotState, Step } from './decision.ts';
import { gate, isDoubtWindowOver } from './gate.ts';
import { closeDepletion, hearNotification, hearSubscription, hearTestCancelled } from './hear.ts';
import { isEmptySoon } from './lead-time.ts';
import type { SlotLimits } from './limits.ts';
import { openDepletion } from './open-depletion.ts';
import type { ReplenishOutcome } from './outcome.ts';
import { letOrdersGo } from './reports-only.ts';
import { lastOrderOf, settleOutcome } from './settle-outcome.ts';
import type { Depletion, OrderEvent, SlotRecord } from './slot-state.ts';
import { letSnoozePass, snoozeRestMs } from './snooze.ts';
import { wakeAtMs } from './wake-time.ts';
import { isConfirmed, lostLevel, sawLevel, sawRestless } from './watch.ts';

/**
 * The whole policy of a slot: what happened, what was known -> what is known now, what has to be done, when to look
 * again. Values in, values out; the caller makes `state.record` durable before it performs any step, and drops the
 * decision when it can't.
 *
 * Invariants that the rest rests on:
 * - a `send` leaves only from stage `due`, and the record that comes with it is already at `sending`;
 * - from `sending` only the outcome of that very request, or a restart, leads away;
 * - where `limits.reportsOnly` holds, no stage `due` outlives a decision, so that nothing is ever sent;
 * - `on-order` is left only by a believed refill, a cancellation or a person's word, `held` by what its reason waits for.
 */
export function decide(state: SlotState, event: SlotEvent, limits: SlotLimits, context: Context): Decision {
  const steps: Step[] = [];
  const taken = takeIn(state, event, limits, context, steps);
  let next = letTimePass(taken.state, context);
  next = forgiveIfBrimful(next, limits, context);
  next = closeIfRefilled(next, limits, context);
  next = limits.reportsOnly ? letOrdersGo(next, context) : openIfLow(next, limits, context);
  next = reconsiderHold(next, limits, context, steps);
  next = sendIfDue(next, limits, context, steps);
  return { state: next, steps, reply: taken.reply ?? null, wakeAtMs: wakeAtMs(next, limits, context) };
}

/** A record for a slot whose history was lost: no order until a refill, or somebody, says where it stands (rule 8). */
export function lostRecord(limits: SlotLimits, context: Context): SlotRecord {
  const depletion = openDepletion(limits, context);
  return {
    slotId: limits.slotId,
    depletion: { ...depletion, stage: { kind: 'held', since: context.now, reason: 'state-lost' } },
    placed: [],
    cancels: null,
    pastInstances: [],
    snooze: null,
    lastOrder: null,
    usage: NO_USAGE,
  };
}

export const NEW_RECORD: SlotRecord = {
  slotId: null,
  depletion: null,
  placed: [],
  cancels: null,
  pastInstances: [],
  snooze: null,
  lastOrder: null,
  usage: NO_USAGE,
};

function takeIn(
  state: SlotState,
  event: SlotEvent,
  limits: SlotLimits,
  context: Context,
  steps: Step[],
): { readonly state: SlotState; readonly reply?: Reply } {
  const { depletion } = state.record;
  switch (event.kind) {
    case 'level': {
      const usage = observe(state.usage, { percent: event.percent, now: context.now });
      const watch = sawLevel(state.watch, limits, event.percent, context.now.monotonicMs);
      return { state: { ...state, watch, usage } };
    }
    case 'restless':
      return { state: { ...state, watch: sawRestless(event.percent) } };
    case 'unknown':
      return { state: { ...state, watch: lostLevel(state.watch, event.cause) } };
    case 'outcome': {
      const isOurs = depletion?.orderId === event.orderId && depletion.attempts === event.attempt;
      if (!isOurs || depletion.stage.kind !== 'sending') return { state };
      return { state: settle(state, depletion, event.outcome, limits, context, steps) };
    }
    case 'started': {
      if (depletion?.stage.kind !== 'sending') return { state };
      // The intent is durable and the outcome is not: the request may have left (rule 5).
      const outcome = {
        kind: 'no-answer',
        httpStatus: null,
        requestId: null,
        message: 'The agent stopped before the answer was known.',
      } as const;
      return { state: settle(state, depletion, outcome, limits, context, steps) };
    }
    case 'notification':
      return { state: hearNotification(state, event, context) };
    case 'subscription':
      return { state: hearSubscription(state, event, limits, context) };
    case 'test-order-cancelled':
      return { state: hearTestCancelled(state, context) };
    case 'order':
    case 'rearm':
    case 'resolve':
    case 'snooze':
      return hearByHand(state, event, limits, context);
    case 'token':
    case 'wake':
      return { state };
  }
}

function settle(
  state: SlotState,
  depletion: Depletion,
  outcome: ReplenishOutcome,
  limits: SlotLimits,
  context: Context,
  steps: Step[],
): SlotState {
  const settled = settleOutcome(state.record, depletion, outcome, limits, context);
  steps.push(...settled.steps);
  return { ...state, record: cancelAfterAnswer(settled.record, depletion, outcome, context) };
}

function letTimePass(state: SlotState, context: Context): SlotState {
  const record = letSnoozePass(state.record, context.now);
  return record === state.record ? state : { ...state, record };
}

/** A slot that was full again is a new beginning for a customer who had cancelled twice. */
function forgiveIfBrimful(state: SlotState, limits: SlotLimits, context: Context): SlotState {
  if (state.record.cancels?.count !== 2) return state;
  if (!isConfirmed(state.watch.brimful, limits, context.now.monotonicMs)) return state;
  return { ...state, record: { ...state.record, cancels: null } };
}

function closeIfRefilled(state: SlotState, limits: SlotLimits, context: Context): SlotState {
  const { depletion } = state.record;
  // A request that is out has to be heard first: its answer belongs to this depletion.
  if (depletion === null || depletion.stage.kind === 'sending') return state;
  if (!isConfirmed(state.watch.full, limits, context.now.monotonicMs)) return state;
  return { ...state, record: closeDepletion(state.record) };
}

function openIfLow(state: SlotState, limits: SlotLimits, context: Context): SlotState {
  if (state.record.depletion !== null) return state;
  const isLow = isConfirmed(state.watch.low, limits, context.now.monotonicMs);
  if (!isLow && !isEmptySoon(state, limits, context)) return state;
  return { ...state, record: { ...state.record, depletion: openDepletion(limits, context) } };
}

/** Holds that begin or end without an outcome: the in-doubt window, dry-run, a slot id that was corrected. */
function reconsiderHold(state: SlotState, limits: SlotLimits, context: Context, steps: Step[]): SlotState {
  const { depletion } = state.record;
  if (depletion === null) return state;
  const released = release(depletion, limits, context);
  if (released.stage.kind !== 'due') return withDepletion(state, released);
  if (isDoubtWindowOver(released, limits, context.now))
    return withDepletion(state, held(released, 'in-doubt', context));
  const isSnoozed = snoozeRestMs(state.record.snooze, context.now) > 0;
  if (!limits.dryRun || isSnoozed) return withDepletion(state, released);
  // It counts as an attempt, so that a real one later never bears the number of this report.
  const rehearsed = { ...held(released, 'dry-run', context), attempts: released.attempts + 1 };
  const event = dryRunEvent(rehearsed, state, context);
  steps.push({ kind: 'report', event });
  return { ...state, record: { ...state.record, depletion: rehearsed, lastOrder: lastOrderOf(event) } };
}

/** A hold whose cause the configuration has taken away. */
function release(depletion: Depletion, limits: SlotLimits, context: Context): Depletion {
  const { stage } = depletion;
  const due: Depletion = { ...depletion, stage: { kind: 'due', since: context.now, waitMs: 0 } };
  if (stage.kind === 'held' && stage.reason === 'dry-run' && !limits.dryRun) return due;
  if (depletion.slotId === limits.slotId || stage.kind === 'sending' || stage.kind === 'on-order')
    return depletion;
  // The lock that makes a repeat harmless is per slot id: under another id a repeat could buy again.
  if (depletion.doubtSince !== null)
    return stage.kind === 'held' ? depletion : held(depletion, 'in-doubt', context);
  const isAboutTheOldId =
    stage.kind === 'held' && (stage.reason === 'unknown-slot' || stage.reason === 'unsubscribed');
  return isAboutTheOldId || stage.kind === 'due' ? { ...due, slotId: limits.slotId } : depletion;
}

function sendIfDue(state: SlotState, limits: SlotLimits, context: Context, steps: Step[]): SlotState {
  const { depletion } = state.record;
  if (depletion?.stage.kind !== 'due') return state;
  const { levelPercent } = state.watch;
  if (levelPercent === null || context.tokenFingerprint === null) return state;
  if (!gate(state, depletion, limits, context).open) return state;
  const attempt = depletion.attempts + 1;
  steps.push({ kind: 'send', orderId: depletion.orderId, attempt, slotId: depletion.slotId });
  return withDepletion(state, {
    ...depletion,
    attempts: attempt,
    stage: {
      kind: 'sending',
      since: context.now,
      tokenFingerprint: context.tokenFingerprint,
      levelPercent,
    },
  });
}

function dryRunEvent(depletion: Depletion, state: SlotState, context: Context): OrderEvent {
  return {
    orderId: depletion.orderId,
    attempt: depletion.attempts,
    slotId: depletion.slotId,
    outcome: 'dry-run',
    detailCode: null,
    eventInstanceId: null,
    httpStatus: null,
    message: 'Dry run: an order would have been sent now. Nothing was sent.',
    requestId: null,
    level: state.watch.levelPercent,
    atMs: context.now.wallMs,
  };
}

function held(depletion: Depletion, reason: 'in-doubt' | 'dry-run', context: Context): Depletion {
  return { ...depletion, stage: { kind: 'held', since: context.now, reason } };
}

function withDepletion(state: SlotState, depletion: Depletion): SlotState {
  if (depletion === state.record.depletion) return state;
  return { ...state, record: { ...state.record, depletion } };
}
