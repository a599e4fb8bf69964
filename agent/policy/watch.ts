import type { UnknownCause } from '../level/settle.ts';
import type { SlotLimits } from './limits.ts';

/** Believed samples in a row on one side of a threshold; `samples` is counted no further than a confirmation needs. */
export type Streak = { readonly samples: number; readonly sinceMs: number };

/** What the last samples of a slot add up to. Not durable: a restart needs fresh samples (contract, rule 4). */
export type Watch = {
  /** Believed level, percent, or null while unknown. */
  readonly levelPercent: number | null;
  readonly unknownCause: UnknownCause | null;
  /** At or below `reorderAt`. */
  readonly low: Streak | null;
  /** Below `rearmAt`. */
  readonly notFull: Streak | null;
  /** So far below `rearmAt` that no wavering looks like a refill. */
  readonly wellBelowFull: Streak | null;
  /** At or above `rearmAt`. */
  readonly full: Streak | null;
  /** At 100 %, by the rounding of reports. */
  readonly brimful: Streak | null;
};

/**
 * A level wavers: a container is shaken, a sensor drifts with the day. An order made ahead, right below `rearmAt`, would
 * take that for a refill and buy again.
 */
export const WAVER_PERCENT = 10;

/** What rounds to 100 %: a pack that was just put in may read a hair less for ever. */
const BRIMFUL_PERCENT = 99.5;

export const NOTHING_SEEN: Watch = {
  levelPercent: null,
  unknownCause: 'no-reading',
  low: null,
  notFull: null,
  wellBelowFull: null,
  full: null,
  brimful: null,
};

export function sawLevel(watch: Watch, limits: SlotLimits, percent: number, nowMs: number): Watch {
  const { samples } = limits.confirm;
  const isFull = percent >= limits.rearmAtPercent;
  const isWellBelowFull = percent <= limits.rearmAtPercent - WAVER_PERCENT;
  return {
    levelPercent: percent,
    unknownCause: null,
    low: percent <= limits.reorderAtPercent ? grow(watch.low, samples, nowMs) : null,
    notFull: isFull ? null : grow(watch.notFull, samples, nowMs),
    wellBelowFull: isWellBelowFull ? grow(watch.wellBelowFull, samples, nowMs) : null,
    full: isFull ? grow(watch.full, samples, nowMs) : null,
    brimful: percent >= BRIMFUL_PERCENT ? grow(watch.brimful, samples, nowMs) : null,
  };
}

/** A level that does not rest is one to look at, and nothing to build on: what was confirmed has to be confirmed anew. */
export function sawRestless(percent: number): Watch {
  return { ...NOTHING_SEEN, levelPercent: percent, unknownCause: null };
}

/** The level as it is, with everything about it to be confirmed anew. */
export function confirmAnew({ levelPercent, unknownCause }: Watch): Watch {
  return { ...NOTHING_SEEN, levelPercent, unknownCause };
}

/** Unknown freezes decisions: what was confirmed before has to be confirmed again. */
export function lostLevel(watch: Watch, cause: UnknownCause): Watch {
  if (watch.levelPercent === null && watch.unknownCause === cause) return watch;
  return { ...NOTHING_SEEN, unknownCause: cause };
}

export function isConfirmed(streak: Streak | null, limits: SlotLimits, nowMs: number): boolean {
  if (streak === null) return false;
  return streak.samples >= limits.confirm.samples && nowMs - streak.sinceMs >= limits.confirm.forMs;
}

/** When a streak becomes confirmed by time alone, monotonic; null when it needs samples first, or has all it needs. */
export function confirmedAtMs(streak: Streak | null, limits: SlotLimits, nowMs: number): number | null {
  if (streak === null || streak.samples < limits.confirm.samples) return null;
  const atMs = streak.sinceMs + limits.confirm.forMs;
  return atMs > nowMs ? atMs : null;
}

function grow(streak: Streak | null, samplesMax: number, nowMs: number): Streak {
  if (streak === null) return { samples: 1, sinceMs: nowMs };
  return streak.samples >= samplesMax ? streak : { samples: streak.samples + 1, sinceMs: streak.sinceMs };
}
