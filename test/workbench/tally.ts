/** The books of one slot: what ran low, what was bought for it. Kept from the board and from DRS, not from the agent. */
export type Tally = {
  /** How often the container ran down to the reorder level. */
  readonly depletions: number;
  readonly orders: number;
  /** Orders of the newest depletion. */
  readonly ordersOfThis: number;
  /** Orders that had no depletion of their own: there must never be one. */
  readonly surplus: number;
  /** Depletions that a refill ended before they were ordered for. */
  readonly endedUnordered: number;
  /** Whether the container is still low. */
  readonly isLow: boolean;
  /** Orders whose refill the agent has seen. */
  readonly cycles: number;
  /** Whether the newest order waits for its cycle to end. */
  readonly isCycleOpen: boolean;
};

export const EMPTY_TALLY: Tally = {
  depletions: 0,
  orders: 0,
  ordersOfThis: 0,
  surplus: 0,
  endedUnordered: 0,
  isLow: false,
  cycles: 0,
  isCycleOpen: false,
};

/** The container ran down to the reorder level. */
export function ranLow(tally: Tally): Tally {
  return { ...tally, depletions: tally.depletions + 1, ordersOfThis: 0, isLow: true };
}

/** DRS recorded an order. It belongs to the newest depletion, a refill that came a moment earlier or not. */
export function bought(tally: Tally): Tally {
  const isSurplus = tally.depletions === 0 || tally.ordersOfThis > 0;
  const cameLate = !isSurplus && !tally.isLow;
  return {
    ...tally,
    orders: tally.orders + 1,
    ordersOfThis: tally.ordersOfThis + 1,
    surplus: tally.surplus + (isSurplus ? 1 : 0),
    endedUnordered: tally.endedUnordered - (cameLate ? 1 : 0),
    isCycleOpen: true,
  };
}

/** The container was filled up. */
export function refilled(tally: Tally): Tally {
  const isUnordered = tally.isLow && tally.ordersOfThis === 0;
  return { ...tally, isLow: false, endedUnordered: tally.endedUnordered + (isUnordered ? 1 : 0) };
}

/** The agent says that the slot is stocked. */
export function stocked(tally: Tally): Tally {
  if (!tally.isCycleOpen || tally.isLow) return tally;
  return { ...tally, cycles: tally.cycles + 1, isCycleOpen: false };
}
