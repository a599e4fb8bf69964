import type { SlotRecord } from './slot-state.ts';

/** Ids of orders that may still be talked about. */
const PAST_INSTANCES_MAX = 20;

/** Remembers an order that is no longer the slot's open one; what is over stays over. */
export function withPast(record: SlotRecord, id: string | null, isOver: boolean): SlotRecord {
  if (id === null) return record;
  const known = record.pastInstances.find((past) => past.id === id);
  if (known !== undefined && (known.isOver || !isOver)) return record;
  const others = record.pastInstances.filter((past) => past.id !== id);
  return { ...record, pastInstances: [...others, { id, isOver }].slice(-PAST_INSTANCES_MAX) };
}
