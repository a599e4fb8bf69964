/** What counts as a use or a refill, percent points of a full container and milliseconds. */
export type MeterSettings = {
  /** Smaller changes are noise, or wait until they have grown. */
  readonly stepPercent: number;
  /** The smallest amount that can be told; 0 where any can. */
  readonly unitPercent: number;
  /** A change has to last this long: a container that was lifted has not been used up. */
  readonly settleMs: number;
};

/** A change that is being watched; monotonic time. Not durable: a restart watches it anew. */
export type MeterChange = {
  readonly direction: 'fall' | 'rise';
  readonly sinceMs: number;
  /** The level nearest to where the change began: no more than down, or up, to here has surely happened. */
  readonly levelPercent: number;
};

export type MeterReading = {
  readonly change: MeterChange | null;
  /** Up to which level everything is accounted for now; null before the first level. */
  readonly accountedPercent: number | null;
  /** What was used and is not told yet; 0 for nothing. */
  readonly usedPercent: number;
  /** Look again then, monotonic; null when only another level can change anything. */
  readonly lookAtMs: number | null;
};

/**
 * Reads uses off levels: each is counted once, down from where the last one ended, and a refill is no negative use.
 * What is less than a step stays open and counts with the next one; a refill ends it uncounted.
 *
 * @param accountedPercent durable: up to where everything is told.
 * @param levelPercent the level if it may be decided on; null freezes the meter.
 */
export function readMeter(
  accountedPercent: number | null,
  change: MeterChange | null,
  levelPercent: number | null,
  nowMs: number,
  settings: MeterSettings,
): MeterReading {
  if (levelPercent === null) return { change: null, accountedPercent, usedPercent: 0, lookAtMs: null };
  if (accountedPercent === null)
    return { change: null, accountedPercent: levelPercent, usedPercent: 0, lookAtMs: null };
  const direction = directionOf(accountedPercent - levelPercent, settings);
  if (direction === null) return { change: null, accountedPercent, usedPercent: 0, lookAtMs: null };
  const watched = watch(change, direction, levelPercent, nowMs);
  const settledAtMs = watched.sinceMs + settings.settleMs;
  if (nowMs < settledAtMs)
    return { change: watched, accountedPercent, usedPercent: 0, lookAtMs: settledAtMs };
  if (direction === 'rise')
    return { change: null, accountedPercent: watched.levelPercent, usedPercent: 0, lookAtMs: null };
  const usedPercent = inUnits(accountedPercent - watched.levelPercent, settings.unitPercent);
  return { change: null, accountedPercent: accountedPercent - usedPercent, usedPercent, lookAtMs: null };
}

/** A rise below a whole unit may only be what was rounded up before; to count it again would tell a use twice. */
function directionOf(
  fallPercent: number,
  { stepPercent, unitPercent }: MeterSettings,
): MeterChange['direction'] | null {
  if (fallPercent >= stepPercent && inUnits(fallPercent, unitPercent) > 0) return 'fall';
  return -fallPercent >= Math.max(stepPercent, unitPercent) ? 'rise' : null;
}

function watch(
  change: MeterChange | null,
  direction: MeterChange['direction'],
  levelPercent: number,
  nowMs: number,
): MeterChange {
  if (change?.direction !== direction) return { direction, sinceMs: nowMs, levelPercent };
  const nearest = direction === 'fall' ? Math.max : Math.min;
  return { ...change, levelPercent: nearest(change.levelPercent, levelPercent) };
}

function inUnits(percent: number, unitPercent: number): number {
  return unitPercent === 0 ? percent : Math.round(percent / unitPercent) * unitPercent;
}
