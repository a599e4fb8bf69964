import type { FoundRecord } from '../policy/assign-records.ts';
import type { Depletion } from '../policy/slot-state.ts';
import { wireTime, wireTimeOrNull } from '../report/wire-value.ts';

/** A depletion that is open. */
export type OpenOrder = {
  readonly orderId: string;
  readonly openedAt: string;
  /** Requests sent, or about to be. */
  readonly attempts: number;
  /** Since when it is not known whether an order exists; null without doubt. */
  readonly inDoubtSince: string | null;
  readonly eventInstanceId: string | null;
};

/** Slots with something under way, by name. */
export type UnderWay = {
  /** A request is out and not answered; while the service is stopped, none is. */
  readonly waitingForAnswer: readonly string[];
  /** It is not known whether an order exists. */
  readonly inDoubt: readonly string[];
};

/** Pure. @param isStopped whether the service is. */
export function openOrderOf(depletion: Depletion, isStopped: boolean): OpenOrder {
  return {
    orderId: depletion.orderId,
    openedAt: wireTime(depletion.openedAt.wallMs),
    attempts: depletion.attempts,
    inDoubtSince: wireTimeOrNull(doubtSinceMs(depletion, isStopped)),
    eventInstanceId: depletion.eventInstanceId,
  };
}

/** Pure. What a person or a script may want to wait for; all of it is journalled, so nobody has to. */
export function underWay(records: ReadonlyMap<string, FoundRecord>, isStopped: boolean): UnderWay {
  const open = [...records].flatMap(([slot, record]) =>
    record === 'lost' || record.depletion === null ? [] : [{ slot, depletion: record.depletion }],
  );
  const slotsWhere = (holds: (depletion: Depletion) => boolean): string[] =>
    open.filter(({ depletion }) => holds(depletion)).map(({ slot }) => slot);
  return {
    waitingForAnswer: isStopped ? [] : slotsWhere(({ stage }) => stage.kind === 'sending'),
    inDoubt: slotsWhere((depletion) => doubtSinceMs(depletion, isStopped) !== null),
  };
}

/**
 * An order that was settled is in doubt no longer, though its record remembers that it was. A request that was out when
 * the service stopped is in doubt from then on.
 */
function doubtSinceMs({ stage, doubtSince }: Depletion, isStopped: boolean): number | null {
  if (stage.kind === 'on-order') return null;
  const since = doubtSince ?? (stage.kind === 'sending' && isStopped ? stage.since : null);
  return since?.wallMs ?? null;
}
