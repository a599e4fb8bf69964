import { backoffMs } from './backoff.ts';
import type { Context, Step } from './decision.ts';
import type { SlotLimits } from './limits.ts';
import type { ReplenishOutcome } from './outcome.ts';
import type {
  Depletion,
  OrderEvent,
  OrderOutcome,
  SlotRecord,
  Stage,
  StickyHoldReason,
} from './slot-state.ts';

/** Orders remembered for the budget when the budget itself asks for fewer, or there is none yet. */
const PLACED_KEPT_MIN = 10;

type Settled = { readonly record: SlotRecord; readonly steps: readonly Step[] };

/**
 * What an outcome does to the depletion whose request it answers.
 * The record and the report that come back belong into one transaction: the outcome is durable before anyone hears
 * of it (contract, section 3, rule 3).
 */
export function settleOutcome(
  record: SlotRecord,
  depletion: Depletion,
  outcome: ReplenishOutcome,
  limits: SlotLimits,
  context: Context,
): Settled {
  const change = changeBy(depletion, outcome, limits, context);
  const event = orderEvent(depletion, outcome, change.word, context);
  // One purchase for all requests of an order, and the latest that may have brought it is the one that counts: counted
  // from an earlier one, it would leave the budget's window too soon.
  const isRepeat = depletion.doubtSince !== null;
  const before = isRepeat ? record.placed.slice(0, -1) : record.placed;
  return {
    record: {
      ...record,
      depletion: { ...depletion, ...change.depletion },
      placed: change.mayHaveBought ? remember(before, context, limits) : record.placed,
      lastOrder: lastOrderOf(event),
    },
    steps: [{ kind: 'report', event }, ...(change.steps ?? [])],
  };
}

type Change = {
  readonly word: OrderOutcome;
  readonly mayHaveBought: boolean;
  readonly depletion: Partial<Depletion>;
  readonly steps?: readonly Step[];
};

function changeBy(
  depletion: Depletion,
  outcome: ReplenishOutcome,
  limits: SlotLimits,
  context: Context,
): Change {
  switch (outcome.kind) {
    case 'placed':
      return { word: 'placed', mayHaveBought: true, depletion: openOrder(outcome.eventInstanceId, context) };
    case 'in-progress':
      // After a doubtful request the open order is ours (rule 5). Without one it is an earlier order that is still
      // on its way: nothing was bought now, and what comes with it is what this depletion waits for. Whether the id
      // in this answer is the open order's is not documented, so it is reported and not relied on.
      return { word: 'in-progress', mayHaveBought: false, depletion: openOrder(null, context) };
    case 'no-answer': {
      const since = depletion.stage.since;
      return {
        word: 'in-doubt',
        mayHaveBought: true,
        depletion: { ...retry(depletion, limits, context, null), doubtSince: depletion.doubtSince ?? since },
      };
    }
    case 'failed':
      return {
        word: 'failed',
        mayHaveBought: false,
        depletion: retry(depletion, limits, context, outcome.retryAfterMs),
      };
    case 'refused':
      return { word: 'refused', mayHaveBought: false, depletion: retry(depletion, limits, context, null) };
    case 'unsubscribed':
    case 'unknown-slot':
      return {
        word: 'refused',
        mayHaveBought: false,
        depletion: { stage: hold(depletion, outcome.kind, context) },
      };
    case 'invalid-token':
      return invalidToken(depletion, limits, context);
  }
}

function openOrder(eventInstanceId: string | null, context: Context): Partial<Depletion> {
  return { eventInstanceId, stage: { kind: 'on-order', since: context.now } };
}

/**
 * One refresh and one retry at once (rule 6). After that only a token that is not the refused one opens the way, and
 * the backoff paces even that: a cloud that hands out bad tokens must not make us hammer DRS.
 */
function invalidToken(depletion: Depletion, limits: SlotLimits, context: Context): Change {
  const { stage } = depletion;
  if (stage.kind !== 'sending') throw new Error('Only a request that is out can be refused.');
  const rejectedToken = stage.tokenFingerprint;
  const next: Partial<Depletion> = depletion.tokenRefreshed
    ? retry(depletion, limits, context, null)
    : { stage: { kind: 'due', since: context.now, waitMs: 0 } };
  return {
    word: 'refused',
    mayHaveBought: false,
    depletion: { ...next, rejectedToken, tokenRefreshed: true },
    steps: [{ kind: 'refresh-token', rejectedFingerprint: rejectedToken }],
  };
}

function retry(
  depletion: Depletion,
  limits: SlotLimits,
  context: Context,
  retryAfterMs: number | null,
): Partial<Depletion> {
  const failures = depletion.failures + 1;
  const waitMs = Math.round(backoffMs(failures, limits.retry, context.jitter, retryAfterMs));
  return { failures, stage: { kind: 'due', since: context.now, waitMs } };
}

/**
 * A refusal says that this request bought nothing. It says nothing about an earlier one that went unanswered, so a
 * doubt outlives it: after a re-subscription nothing is bought until the doubt is settled.
 */
function hold(depletion: Depletion, reason: StickyHoldReason, context: Context): Stage {
  return {
    kind: 'held',
    since: context.now,
    reason: depletion.doubtSince === null ? reason : 'in-doubt',
  };
}

function orderEvent(
  depletion: Depletion,
  outcome: ReplenishOutcome,
  word: OrderOutcome,
  context: Context,
): OrderEvent {
  const hasCode = outcome.kind === 'placed' || outcome.kind === 'in-progress';
  return {
    orderId: depletion.orderId,
    attempt: depletion.attempts,
    slotId: depletion.slotId,
    outcome: word,
    detailCode: hasCode ? outcome.detailCode : null,
    eventInstanceId: hasCode ? outcome.eventInstanceId : null,
    httpStatus: outcome.httpStatus,
    message: outcome.message,
    requestId: outcome.requestId,
    level: depletion.stage.kind === 'sending' ? depletion.stage.levelPercent : null,
    atMs: context.now.wallMs,
  };
}

/** The part of an order event that a slot's retained state repeats. */
export function lastOrderOf(event: OrderEvent): SlotRecord['lastOrder'] {
  const { orderId, attempt, outcome, detailCode, eventInstanceId, atMs } = event;
  return { orderId, attempt, outcome, detailCode, eventInstanceId, atMs };
}

function remember(placed: SlotRecord['placed'], context: Context, limits: SlotLimits): SlotRecord['placed'] {
  const keep = Math.max(PLACED_KEPT_MIN, limits.maxOrders?.count ?? 0);
  return [...placed, context.now].slice(-keep);
}
