import type { SlotRecord } from './slot-state.ts';

/** A history as it was found: readable, or lost. */
export type FoundRecord = SlotRecord | 'lost';

export type Assignment = {
  /** null for a slot without a history. */
  readonly record: FoundRecord | null;
  /** The name that the history was stored under; null without one. */
  readonly storedAs: string | null;
};

/**
 * Which history belongs to which configured slot. An order is open at Amazon for a DRS slot id, whatever the
 * technician calls the slot: a slot that was renamed, or two whose names were swapped, keep their orders. A slot whose
 * id was corrected keeps its own; the policy judges what the correction means.
 */
export function assignRecords(
  slots: readonly { readonly name: string; readonly slotId: string }[],
  stored: ReadonlyMap<string, FoundRecord>,
): ReadonlyMap<string, Assignment> {
  const assigned = new Map<string, Assignment>();
  const free = new Map(stored);
  const take = (slot: string, storedAs: string | undefined): void => {
    const record = storedAs === undefined ? undefined : free.get(storedAs);
    if (assigned.has(slot) || storedAs === undefined || record === undefined) return;
    assigned.set(slot, { record, storedAs });
    free.delete(storedAs);
  };
  for (const { name, slotId } of slots) if (belongsTo(free.get(name), slotId)) take(name, name);
  for (const { name, slotId } of slots) {
    const storedAs = [...free].find(([, record]) => record !== 'lost' && record.slotId === slotId)?.[0];
    take(name, storedAs);
  }
  for (const { name } of slots) take(name, name);
  for (const { name } of slots) if (!assigned.has(name)) assigned.set(name, { record: null, storedAs: null });
  return assigned;
}

function belongsTo(record: FoundRecord | undefined, slotId: string): boolean {
  return record !== undefined && record !== 'lost' && record.slotId === slotId;
}
