import { type CalibrationPoint, calibrate } from './calibrate.ts';
import { median, restlessness } from './filter.ts';

/** Why there is no level to decide on. Unknown is never empty (contract, section 3, rule 4). */
export type UnknownCause = 'no-reading' | 'stale' | 'out-of-range' | 'sentinel' | 'noisy';

export type BelievedLevel =
  | { readonly kind: 'known'; readonly percent: number }
  | { readonly kind: 'unknown'; readonly cause: UnknownCause };

export type LevelSettings = {
  readonly points: readonly CalibrationPoint[];
  /** Raw values outside are never believed; null leaves a side open. */
  readonly valid: { readonly min: number | null; readonly max: number | null };
  /** Raw values by which a sensor says "I saw nothing". */
  readonly sentinels: readonly number[];
  /** How many raw values the median is taken of; 1 switches the filter off. */
  readonly medianOf: number;
  /** Restlessness, percent points per reading, above which a level is not believed. */
  readonly maxNoisePercent: number;
  /** Age at which the last good reading stops to count. */
  readonly staleAfterMs: number;
};

/** What is remembered between readings; lost at a restart on purpose. */
export type LevelState = {
  /** Good raw values, oldest first, at most `medianOf`. */
  readonly window: readonly number[];
  readonly lastGoodAtMs: number | null;
  /** Unusable readings in a row. */
  readonly badRun: number;
  /** As the sensor gave it, usable or not. */
  readonly lastRaw: number | null;
  readonly level: BelievedLevel;
};

export const NOTHING_READ: LevelState = {
  window: [],
  lastGoodAtMs: null,
  badRun: 0,
  lastRaw: null,
  level: { kind: 'unknown', cause: 'no-reading' },
};

/** A sensor that drops a reading now and then is normal; this many in a row, or the whole window, is a fault. */
const BAD_RUN_MAX = 5;

/** What the sensor is worth at the moment, in the words of the contract. */
export function sensorWord(level: BelievedLevel): 'ok' | 'stale' | 'fault' {
  if (level.kind === 'known') return 'ok';
  return level.cause === 'stale' || level.cause === 'no-reading' ? 'stale' : 'fault';
}

/**
 * Takes one raw value in.
 * A single unusable value neither counts nor disturbs: `level` stays. A run of them makes the level unknown.
 * `counts` says whether this reading is a fresh, believed sample that a decision may be built on.
 */
export function takeReading(
  settings: LevelSettings,
  state: LevelState,
  raw: number,
  nowMs: number,
): { readonly state: LevelState; readonly counts: boolean } {
  const refusal = refusalOf(settings, raw);
  if (refusal !== null) return { state: takeBad(settings, state, raw, nowMs, refusal), counts: false };

  const aged = isStale(settings, state, nowMs);
  const window = aged ? [raw] : [...state.window, raw].slice(-settings.medianOf);
  const noisy =
    restlessness(window.map((value) => calibrate(settings.points, value))) > settings.maxNoisePercent;
  const level: BelievedLevel = noisy
    ? { kind: 'unknown', cause: 'noisy' }
    : { kind: 'known', percent: calibrate(settings.points, median(window)) };
  return { state: { window, lastGoodAtMs: nowMs, badRun: 0, lastRaw: raw, level }, counts: !noisy };
}

/** Lets time pass: a level whose last good reading is older than `staleAfterMs` becomes unknown. */
export function letAge(settings: LevelSettings, state: LevelState, nowMs: number): LevelState {
  if (state.lastGoodAtMs === null || !isStale(settings, state, nowMs)) return state;
  if (state.level.kind === 'unknown' && state.level.cause === 'stale') return state;
  return { ...state, window: [], level: { kind: 'unknown', cause: 'stale' } };
}

/** When `letAge` would change something, monotonic; null when it would not. */
export function staleAtMs(settings: LevelSettings, state: LevelState): number | null {
  if (state.lastGoodAtMs === null) return null;
  if (state.level.kind === 'unknown' && state.level.cause === 'stale') return null;
  return state.lastGoodAtMs + settings.staleAfterMs;
}

function takeBad(
  settings: LevelSettings,
  state: LevelState,
  raw: number,
  nowMs: number,
  cause: UnknownCause,
): LevelState {
  const badRun = state.badRun + 1;
  const isFault = badRun >= Math.min(settings.medianOf, BAD_RUN_MAX) || state.lastGoodAtMs === null;
  if (!isFault) return { ...letAge(settings, state, nowMs), badRun, lastRaw: raw };
  return { ...state, window: [], badRun, lastRaw: raw, level: { kind: 'unknown', cause } };
}

function refusalOf(settings: LevelSettings, raw: number): UnknownCause | null {
  if (settings.sentinels.includes(raw)) return 'sentinel';
  const { min, max } = settings.valid;
  if (!Number.isFinite(raw) || (min !== null && raw < min) || (max !== null && raw > max))
    return 'out-of-range';
  return null;
}

function isStale(settings: LevelSettings, state: LevelState, nowMs: number): boolean {
  return state.lastGoodAtMs !== null && nowMs - state.lastGoodAtMs >= settings.staleAfterMs;
}
