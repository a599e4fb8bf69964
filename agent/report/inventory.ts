import type { Topics } from './topics.ts';

/** What stands on the broker for the maker's cloud to pass on to Alexa. */
export type Inventory = {
  /** Local names of all slots that are reported, told by now or not. */
  readonly slots: readonly string[];
  /** JSON text. */
  readonly capabilities: string;
  /** Latest report of each slot that was told since the start, by local name; JSON text. */
  readonly levels: ReadonlyMap<string, string>;
};

/** The retained messages of an inventory, by topic. */
export function inventoryMessages(names: Topics, inventory: Inventory | null): ReadonlyMap<string, string> {
  if (inventory === null) return new Map();
  const levels = [...inventory.levels].map(
    ([slot, payload]) => [names.slotInventory(slot), payload] as const,
  );
  return new Map([[names.capabilities, inventory.capabilities], ...levels]);
}

/** The topics on which nothing is to stand any more, now that one inventory took the place of another. */
export function abandonedTopics(
  names: Topics,
  before: Inventory | null,
  after: Inventory | null,
): readonly string[] {
  if (before === null) return [];
  const kept = new Set(after?.slots);
  const gone = before.slots.filter((slot) => !kept.has(slot)).map((slot) => names.slotInventory(slot));
  return after === null ? [names.capabilities, ...gone] : gone;
}
