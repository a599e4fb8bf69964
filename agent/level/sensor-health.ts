/** What a slot's sensor has been worth since the start. */
export type SensorHealth = {
  /** Readings of any kind. */
  readonly readings: number;
  readonly outOfRange: number;
  readonly sentinels: number;
  /** Spells of noise, not readings in them. */
  readonly noisySpells: number;
  /** Changes faster than a container can fill or drain by itself. */
  readonly jumps: number;
  /** Since when every reading has been the same usable raw value, monotonic; null before the first. */
  readonly sameSinceMs: number | null;
};

export const NO_HISTORY: SensorHealth = {
  readings: 0,
  outOfRange: 0,
  sentinels: 0,
  noisySpells: 0,
  jumps: 0,
  sameSinceMs: null,
};

/** A sensor that never moves may be dead: a cut wire, a stuck float. May be: an idle container does not move either. */
export function isStuck(health: SensorHealth, stuckAfterMs: number | null, nowMs: number): boolean {
  const atMs = stuckAtMs(health, stuckAfterMs);
  return atMs !== null && nowMs >= atMs;
}

/** When `isStuck` becomes true if nothing changes, monotonic; null when it never does. */
export function stuckAtMs(health: SensorHealth, stuckAfterMs: number | null): number | null {
  return stuckAfterMs === null || health.sameSinceMs === null ? null : health.sameSinceMs + stuckAfterMs;
}
