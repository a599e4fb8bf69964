/** What the configuration lets a slot do. Percent are of a full container, durations are monotonic milliseconds. */
export type SlotLimits = {
  /** DRS slot id: where the order goes. */
  readonly slotId: string;
  /** Believed at or below: low. Smaller than `rearmAtPercent`. */
  readonly reorderAtPercent: number;
  /** Also order when the forecast says empty within this time, below `rearmAtPercent`; null for by level alone. */
  readonly leadTimeMs: number | null;
  /** Believed at or above: refilled. */
  readonly rearmAtPercent: number;
  /** Both must hold before low, or refilled, is believed. */
  readonly confirm: { readonly samples: number; readonly forMs: number };
  /** No more purchases than `count` in any `perMs`; null for no budget. */
  readonly maxOrders: { readonly count: number; readonly perMs: number } | null;
  /** How long after a request without an answer it may be repeated (contract, section 3, rule 5). */
  readonly inDoubtWindowMs: number;
  /** First and longest step of the backoff between requests. */
  readonly retry: { readonly firstMs: number; readonly maxMs: number };
  /** Amazon orders, by the inventory that it is told: nothing is ordered from here. */
  readonly reportsOnly: boolean;
  /** Decide and report, send nothing. */
  readonly dryRun: boolean;
};
