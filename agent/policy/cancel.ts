import type { Context } from './decision.ts';
import type { ReplenishOutcome } from './outcome.ts';
import { withPast } from './past-instances.ts';
import type { Depletion, SlotRecord } from './slot-state.ts';

/** Orders that Amazon cancels while one request is out: there is one, and whoever sends more is not Amazon. */
const CANCELLED_MEANWHILE_MAX = 8;

/**
 * The order is gone: nothing was bought, and the depletion lasts. What comes next is another order, with an id of its
 * own, when Amazon's rules let it go. A cancellation of any other order is remembered for those rules and leaves the
 * depletion alone: the open order is still open.
 *
 * @param isEarlier whether the order is known as one of an earlier depletion.
 */
export function cancel(
  record: SlotRecord,
  instanceId: string | null,
  isEarlier: boolean,
  context: Context,
): SlotRecord {
  const { depletion } = record;
  if (depletion?.stage.kind === 'on-order' && depletion.stage.isTestCancelled === true)
    return withPast(record, instanceId, true);
  const whose =
    depletion === null ? 'another' : whoseCancellation(depletion, record.lastOrder, instanceId, isEarlier);
  if (whose === 'another' && instanceId === null) return record;
  const cancels = { count: record.cancels === null ? 1 : 2, at: context.now } as const;
  const noted = { ...withPast(record, instanceId, true), cancels };
  if (depletion === null) return noted;
  if (depletion.stage.kind !== 'sending' || instanceId === null)
    return apply(noted, depletion, whose, context);
  // Notifications overtake answers: whose cancellation it is, the answer to the request will tell.
  const { cancelled = [] } = depletion.stage;
  const stage = {
    ...depletion.stage,
    cancelled: [...cancelled, { id: instanceId, isEarlier }].slice(-CANCELLED_MEANWHILE_MAX),
  };
  return { ...noted, depletion: { ...depletion, stage } };
}

/**
 * What was heard cancelled while a request was out: as if Amazon had said it right after the answer.
 *
 * @param record as the answer has settled it.
 * @param asked the depletion while the request was out.
 */
export function cancelAfterAnswer(
  record: SlotRecord,
  asked: Depletion,
  outcome: ReplenishOutcome,
  context: Context,
): SlotRecord {
  if (asked.stage.kind !== 'sending' || asked.stage.cancelled === undefined) return record;
  const mayHaveBought =
    outcome.kind === 'no-answer' || (outcome.kind === 'placed' && outcome.eventInstanceId === null);
  // The cancelled order may be the one of the request before, and an order of this one may be open.
  const mayBeTwo = asked.doubtSince !== null && mayHaveBought;
  return asked.stage.cancelled.reduce((settled, { id, isEarlier }) => {
    const { depletion } = settled;
    if (depletion === null) return settled;
    const whose = whoseCancellation(depletion, settled.lastOrder, id, isEarlier);
    return apply(settled, depletion, whose === 'open' && mayBeTwo ? 'unclear' : whose, context);
  }, record);
}

type Whose = 'open' | 'another' | 'unclear';

function apply(record: SlotRecord, depletion: Depletion, whose: Whose, context: Context): SlotRecord {
  switch (whose) {
    case 'another':
      return record;
    case 'unclear': {
      const stage = { kind: 'held', since: context.now, reason: 'in-doubt' } as const;
      const doubtSince = depletion.doubtSince ?? context.now;
      return { ...record, depletion: { ...depletion, doubtSince, stage } };
    }
    case 'open': {
      const again: Depletion = {
        ...depletion,
        orderId: context.spareOrderId,
        attempts: 0,
        failures: 0,
        doubtSince: null,
        eventInstanceId: null,
        stage: {
          kind: 'due',
          since: context.now,
          waitMs: 0,
          ...(isOneOfMany(depletion) ? { mayBeOrdered: true } : {}),
        },
      };
      return { ...withPast(record, depletion.eventInstanceId, true), depletion: again };
    }
  }
}

/** DRS holds one order at a time; but a repeat that came after the cancellation may have made the next one. */
function isOneOfMany({ doubtSince, attempts }: Depletion): boolean {
  return doubtSince !== null && attempts > 1;
}

/**
 * While a request is out, its answer says what is open; the id in that answer is the open order's or it is not. An id
 * that only a notification told may be of an order of long ago, and a cancellation of a third one then of either. An
 * order of an earlier depletion is the open one only where DRS answered ORDER_INPROGRESS; after a doubtful request of
 * our own nobody can say which of the two that answer meant, nor what an answer without an id has bought.
 */
function whoseCancellation(
  { stage, doubtSince, eventInstanceId }: Depletion,
  lastOrder: SlotRecord['lastOrder'],
  instanceId: string | null,
  isEarlier: boolean,
): Whose {
  if (stage.kind === 'sending' || (stage.kind !== 'on-order' && doubtSince === null)) return 'another';
  if (eventInstanceId !== null && instanceId !== null && eventInstanceId !== instanceId) {
    if (isEarlier || stage.kind !== 'on-order') return 'another';
    if (lastOrder?.eventInstanceId === instanceId) return 'open';
    return lastOrder?.eventInstanceId === eventInstanceId ? 'another' : 'unclear';
  }
  if (!isEarlier) return 'open';
  if (stage.kind !== 'on-order') return 'another';
  const isTold = eventInstanceId !== null || lastOrder?.outcome === 'in-progress';
  return doubtSince === null && isTold ? 'open' : 'unclear';
}
