import { type CalibrationPoint, calibrate } from './calibrate.ts';
import { appended, median } from './filter.ts';
import { type Anchor, agree, isJump, nextAnchor } from './jump.ts';
import { isAtRest, isNoisy, NOISE_WINDOW } from './noise.ts';
import { NO_HISTORY, type SensorHealth } from './sensor-health.ts';

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
  /** How many raw values the median is taken of; 1 takes each as it comes. */
  readonly medianOf: number;
  /** Whether noise and jumps are looked for; not where each single reading is to be acted on. */
  readonly judgesNoise: boolean;
  /** Swings of the readings wider than this, percent points, count as noise. */
  readonly maxNoisePercent: number;
  /** A faster change, percent points a second, confirms nothing before the whole window agrees on the new level. */
  readonly maxRatePercentPerS: number;
  /** Age at which the last good reading stops to count. */
  readonly staleAfterMs: number;
  /** An unchanged raw value of this age is worth a warning; null for never. */
  readonly stuckAfterMs: number | null;
};

/** What is remembered between readings; lost at a restart on purpose. */
export type LevelState = {
  /** Good raw values, oldest first, at most `medianOf`. */
  readonly window: readonly number[];
  /** What the last good readings would be as levels, percent, oldest first, at most `NOISE_WINDOW`. */
  readonly recentPercents: readonly number[];
  readonly isNoisy: boolean;
  /** The level has jumped, and the window does not agree on the new one yet. */
  readonly isSettling: boolean;
  readonly anchor: Anchor | null;
  readonly lastGoodAtMs: number | null;
  /** Usable or not: a sensor that says nonsense is broken, one that says nothing is silent. */
  readonly lastReadingAtMs: number | null;
  /** Unusable readings in a row. */
  readonly badRun: number;
  /** As the sensor gave it, usable or not. */
  readonly lastRaw: number | null;
  readonly level: BelievedLevel;
  readonly health: SensorHealth;
};

export const NOTHING_READ: LevelState = {
  window: [],
  recentPercents: [],
  isNoisy: false,
  isSettling: false,
  anchor: null,
  lastGoodAtMs: null,
  lastReadingAtMs: null,
  badRun: 0,
  lastRaw: null,
  level: { kind: 'unknown', cause: 'no-reading' },
  health: NO_HISTORY,
};

/** What came before a silence is not mixed with what comes after. */
const FORGOTTEN = {
  window: [],
  recentPercents: [],
  isNoisy: false,
  isSettling: false,
  anchor: null,
} as const;

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
 * `counts` says whether this reading is a fresh, believed sample; `isAtRest` whether it may also confirm something.
 */
export function takeReading(
  settings: LevelSettings,
  state: LevelState,
  raw: number,
  nowMs: number,
): { readonly state: LevelState; readonly counts: boolean; readonly isAtRest: boolean } {
  const refusal = refusalOf(settings, raw);
  if (refusal !== null)
    return { state: takeBad(settings, state, raw, nowMs, refusal), counts: false, isAtRest: false };

  const before = isAged(settings, state.lastGoodAtMs, nowMs) ? { ...state, ...FORGOTTEN } : state;
  const window = appended(before.window, raw, settings.medianOf);
  const { maxNoisePercent, maxRatePercentPerS, judgesNoise } = settings;
  const recentPercents = judgesNoise
    ? appended(before.recentPercents, calibrate(settings.points, raw), NOISE_WINDOW)
    : before.recentPercents;
  const percent = calibrate(settings.points, median(window));
  const noisy = judgesNoise ? isNoisy(recentPercents, maxNoisePercent, before.isNoisy) : before.isNoisy;
  const { anchor } = before;
  const jumped = judgesNoise && anchor !== null && isJump(anchor, percent, nowMs, maxRatePercentPerS);
  const isSettling =
    (jumped || before.isSettling) && !agree(recentPercents.slice(-settings.medianOf), maxNoisePercent);
  // One literal and no copies of copies: this is what most of the garbage of a running agent is made of.
  const taken: LevelState = {
    window,
    recentPercents,
    isNoisy: noisy,
    isSettling,
    anchor: judgesNoise ? nextAnchor(anchor, percent, nowMs, jumped) : anchor,
    lastGoodAtMs: nowMs,
    lastReadingAtMs: nowMs,
    badRun: 0,
    lastRaw: raw,
    level: noisy ? unknown(state.level, 'noisy') : known(state.level, percent),
    health: countGood(state, raw, nowMs, { isNewSpell: noisy && !before.isNoisy, jumped }),
  };
  const atRest = !judgesNoise || (!isSettling && isAtRest(recentPercents, maxNoisePercent));
  return { state: taken, counts: !noisy, isAtRest: atRest };
}

function countGood(
  { health, lastRaw }: LevelState,
  raw: number,
  nowMs: number,
  { isNewSpell, jumped }: { readonly isNewSpell: boolean; readonly jumped: boolean },
): SensorHealth {
  return {
    readings: health.readings + 1,
    outOfRange: health.outOfRange,
    sentinels: health.sentinels,
    noisySpells: health.noisySpells + (isNewSpell ? 1 : 0),
    jumps: health.jumps + (jumped ? 1 : 0),
    sameSinceMs: raw === lastRaw && health.sameSinceMs !== null ? health.sameSinceMs : nowMs,
  };
}

/**
 * Lets time pass: a level whose last good reading is older than `staleAfterMs` becomes unknown. A fault stays one as
 * long as readings of any kind arrive, and is stale when none has for that long.
 */
export function letAge(settings: LevelSettings, state: LevelState, nowMs: number): LevelState {
  const atMs = staleAtMs(settings, state);
  if (atMs === null || nowMs < atMs) return state;
  return { ...state, ...FORGOTTEN, level: { kind: 'unknown', cause: 'stale' } };
}

/** When `letAge` would change something, monotonic; null when it would not. */
export function staleAtMs(settings: LevelSettings, state: LevelState): number | null {
  const { level } = state;
  if (level.kind === 'unknown' && level.cause === 'stale') return null;
  const sinceMs = level.kind === 'known' ? state.lastGoodAtMs : state.lastReadingAtMs;
  return sinceMs === null ? null : sinceMs + settings.staleAfterMs;
}

function takeBad(
  settings: LevelSettings,
  state: LevelState,
  raw: number,
  nowMs: number,
  cause: UnknownCause,
): LevelState {
  const badRun = state.badRun + 1;
  const health = {
    ...state.health,
    readings: state.health.readings + 1,
    [cause === 'sentinel' ? 'sentinels' : 'outOfRange']:
      state.health[cause === 'sentinel' ? 'sentinels' : 'outOfRange'] + 1,
  };
  const taken = { ...letAge(settings, state, nowMs), badRun, lastReadingAtMs: nowMs, lastRaw: raw, health };
  const isFault = badRun >= Math.min(settings.medianOf, BAD_RUN_MAX) || sensorWord(taken.level) === 'stale';
  if (!isFault) return taken;
  // What is known about noise outlives the fault: a noisy sensor that also drops out is not a quiet one.
  return { ...taken, window: [], level: unknown(state.level, cause) };
}

function known(before: BelievedLevel, percent: number): BelievedLevel {
  return before.kind === 'known' && before.percent === percent ? before : { kind: 'known', percent };
}

/** The same value while nothing changes: to whoever compares, a lasting fault is no news. */
function unknown(before: BelievedLevel, cause: UnknownCause): BelievedLevel {
  return before.kind === 'unknown' && before.cause === cause ? before : { kind: 'unknown', cause };
}

function refusalOf(settings: LevelSettings, raw: number): UnknownCause | null {
  if (settings.sentinels.includes(raw)) return 'sentinel';
  const { min, max } = settings.valid;
  if (!Number.isFinite(raw) || (min !== null && raw < min) || (max !== null && raw > max))
    return 'out-of-range';
  return null;
}

function isAged(settings: LevelSettings, sinceMs: number | null, nowMs: number): boolean {
  return sinceMs !== null && nowMs - sinceMs >= settings.staleAfterMs;
}
