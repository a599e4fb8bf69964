import type { SlotRecord } from '../../../agent/policy/slot-state.ts';
import type { TimerCount, TimerOwner } from '../process-clock.ts';

/**
 * A commit says something new about an order; a level that moves is nothing new (contract, section 6). At an orderly end
 * alone, what was learned of the consumption is worth one.
 */
export function commitsSaySomethingNew(
  before: SlotRecord | null,
  after: SlotRecord,
  isStopping: boolean,
): string | null {
  const isNew = before === null || isStopping || substance(before) !== substance(after);
  return isNew ? null : 'A commit said nothing new about an order.';
}

const OWNERS = ['pipeline', 'tokens', 'sender', 'duties'] as const;

const PENDING_MAX: Readonly<Record<TimerOwner, number>> = { pipeline: 1, tokens: 2, sender: 1, duties: 1 };

/** Every part has few timers, and lets go of those it needs no more. */
export function timersDoNotLeak({ pending }: TimerCount, slots: number): string | null {
  for (const owner of OWNERS) {
    const most = PENDING_MAX[owner] * (owner === 'pipeline' ? slots : 1);
    if (pending[owner] > most) return `${pending[owner]} timers of ${owner} wait, and ${most} are the most.`;
  }
  return null;
}

/** A disk that refuses is asked every 5 s, and a reading may bring a stale timer with it. */
const PIPELINE_WAKES_PER_HOUR_MAX = 900;
/** 20 events a second while a backlog leaves, and never more than there are events. */
const SENDER_WAKES_PER_HOUR_MAX = 4_000;
const TOKEN_WAKES_PER_HOUR_MAX = 130;
/** A look after each report of a slot, and one for each call. */
const DUTY_WAKES_PER_HOUR_MAX = 300;

/** Nothing spins: wakes in one simulated hour are bounded. */
export function wakesAreBounded(fired: Readonly<Record<TimerOwner, number>>, slots: number): string | null {
  const most = {
    pipeline: PIPELINE_WAKES_PER_HOUR_MAX * slots,
    tokens: TOKEN_WAKES_PER_HOUR_MAX,
    sender: SENDER_WAKES_PER_HOUR_MAX,
    duties: DUTY_WAKES_PER_HOUR_MAX * slots,
  };
  for (const owner of OWNERS) {
    if (fired[owner] > most[owner])
      return `${fired[owner]} wakes of ${owner} within an hour, and ${most[owner]} are the most.`;
  }
  return null;
}

/** Token requests are repeated with growing pauses: a cloud is not flooded. */
export function tokensAreNotAskedForInALoop(requestsInTheLastHour: number): string | null {
  return requestsInTheLastHour <= 90 ? null : `${requestsInTheLastHour} token requests within an hour.`;
}

function substance({ depletion, placed, cancels, pastInstances, snooze }: SlotRecord): string {
  const stage = depletion?.stage;
  return JSON.stringify([
    depletion?.orderId,
    depletion?.attempts,
    depletion?.failures,
    depletion?.eventInstanceId,
    depletion?.doubtSince,
    stage?.kind,
    stage?.kind === 'held' ? stage.reason : null,
    stage?.since,
    placed.length,
    cancels,
    pastInstances,
    snooze,
  ]);
}
