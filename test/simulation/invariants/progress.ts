import type { SlotRecord } from '../../../agent/policy/slot-state.ts';
import type { Attempt } from '../attempts.ts';

/** How long something has lasted, and how long it may. */
export type Lasting = { readonly sinceMs: number | null; readonly boundMs: number };

function isOver({ sinceMs, boundMs }: Lasting, nowMs: number): boolean {
  return sinceMs !== null && nowMs - sinceMs > boundMs;
}

function minutes(ms: number): string {
  return `${(ms / 60_000).toFixed(1)} min`;
}

/** A slot that is low in truth, and is seen as it is, has its depletion on disk within the time of a confirmation. */
export function noDepletionIsOverlooked(
  low: Lasting,
  record: SlotRecord | null,
  nowMs: number,
): string | null {
  if (record?.depletion !== null && record !== null) return null;
  return isOver(low, nowMs)
    ? `The slot is low for more than ${minutes(low.boundMs)}, and no depletion is open.`
    : null;
}

/**
 * An order that is due leaves while its way is open: a good token, a DRS that answers, a believed level, no budget and no
 * customer against it. The bound is confirmation + longest step of the backoff (or what DRS asked for) + one minute.
 */
export function aDueOrderLeaves(due: Lasting, nowMs: number): string | null {
  return isOver(due, nowMs)
    ? `An order is due and its way open for more than ${minutes(due.boundMs)}.`
    : null;
}

/** A slot that is full in truth, and is seen as it is, has no depletion on disk any more. */
export function noRefillIsOverlooked(full: Lasting, record: SlotRecord | null, nowMs: number): string | null {
  if (record === null || record.depletion === null) return null;
  return isOver(full, nowMs)
    ? `The slot is full for more than ${minutes(full.boundMs)}, and its depletion is still ${record.depletion.stage.kind}.`
    : null;
}

/** A request ends: answered, timed out, or in doubt after a restart. */
export function requestsComeToAnEnd(sending: Lasting, nowMs: number): string | null {
  return isOver(sending, nowMs) ? `A request is out for more than ${minutes(sending.boundMs)}.` : null;
}

/** What justifies the place where a depletion rests. */
export type Grounds = {
  /** Attempts of the order that the depletion is at. */
  readonly attempts: readonly Attempt[];
  readonly wasStateLost: boolean;
  readonly wasTold: boolean;
  readonly wasReadUnsubscribed: boolean;
};

/** A depletion rests only for a reason that is true: else it would be forgotten (rule 2). */
export function restsAreJustified(record: SlotRecord, grounds: Grounds): string | null {
  const stage = record.depletion?.stage;
  if (stage === undefined || (stage.kind !== 'on-order' && stage.kind !== 'held')) return null;
  const kinds = grounds.attempts.map(({ answer }) => answer?.kind ?? 'unanswered');
  if (stage.kind === 'on-order') {
    return kinds.includes('order') || grounds.wasTold ? null : 'On order, and DRS never said so.';
  }
  switch (stage.reason) {
    case 'in-doubt':
      return kinds.includes('unanswered') || grounds.wasTold
        ? null
        : 'In doubt, and every request was answered.';
    case 'unsubscribed':
      return kinds.includes('unsubscribed') || grounds.wasTold || grounds.wasReadUnsubscribed
        ? null
        : 'Held as unsubscribed, and nobody said so.';
    case 'state-lost':
      return grounds.wasStateLost ? null : 'Held for a lost state, and none was lost.';
    case 'unknown-slot':
    case 'dry-run':
      return `Held as ${stage.reason}, which this world does not know.`;
  }
}
