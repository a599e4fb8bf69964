import type { FoundRecord } from './assign-records.ts';
import { HELD_WHY, type Standing } from './standing.ts';

/**
 * Where a slot stands by its record alone, while no service runs: nothing is known of its level.
 * @param record null for a slot without a history.
 */
export function storedStanding(record: FoundRecord | null): Standing {
  if (record === 'lost') return { phase: 'held', reason: 'state-lost', why: HELD_WHY['state-lost'] };
  const depletion = record?.depletion ?? null;
  if (depletion === null) return { phase: 'unknown', reason: null, why: NO_LEVEL };
  const { stage, doubtSince, orderId } = depletion;
  switch (stage.kind) {
    case 'on-order':
      return {
        phase: 'on-order',
        reason: null,
        why: `Order ${orderId} is open; the next one is possible after a refill.`,
      };
    case 'held':
      return { phase: 'held', reason: stage.reason, why: HELD_WHY[stage.reason] };
    case 'sending':
      return {
        phase: 'in-doubt',
        reason: null,
        why: `A request of order ${orderId} was under way when the service stopped: it may have arrived.`,
      };
    case 'due':
      return {
        phase: doubtSince === null ? 'ordering' : 'in-doubt',
        reason: null,
        why: 'An order is due: the service goes on with it when it runs again.',
      };
  }
}

const NO_LEVEL = 'The service is stopped: nothing is known of the level.';
