import { describe, expect, it } from 'vitest';
import {
  type LevelSettings,
  type LevelState,
  letAge,
  NOTHING_READ,
  sensorWord,
  staleAtMs,
  takeReading,
} from '../../agent/level/settle.ts';

const SETTINGS: LevelSettings = {
  points: [
    [0, 0],
    [1000, 100],
  ],
  valid: { min: -10, max: 1023 },
  sentinels: [999],
  medianOf: 5,
  judgesNoise: true,
  maxRatePercentPerS: 40,
  stuckAfterMs: null,
  maxNoisePercent: 15,
  staleAfterMs: 60_000,
};

/** For sensors that have done it all themselves. */
const UNFILTERED: LevelSettings = { ...SETTINGS, medianOf: 1, judgesNoise: false };

/** Feeds raw values a second apart; returns the last state and how many of them counted. */
function feed(raws: readonly number[], settings = SETTINGS, from: LevelState = NOTHING_READ) {
  let state = from;
  let counted = 0;
  for (const [index, raw] of raws.entries()) {
    const taken = takeReading(settings, state, raw, index * 1000);
    state = taken.state;
    if (taken.counts) counted++;
  }
  return { state, counted, level: state.level.kind === 'known' ? state.level.percent : state.level.cause };
}

describe('a level', () => {
  it('is unknown before the first reading', () => {
    expect(NOTHING_READ.level).toEqual({ kind: 'unknown', cause: 'no-reading' });
    expect(sensorWord(NOTHING_READ.level)).toBe('stale');
  });

  it('is the median of the window', () => {
    expect(feed([500]).level).toBe(50);
    expect(feed([500, 510, 0, 520, 505]).level).toBe(50.5);
    expect(feed([100, 200, 300, 400, 500, 600, 700]).level).toBe(50);
  });

  it('does not move for one odd reading among good ones', () => {
    expect(feed([800, 801, 802, 0, 803]).level).toBeCloseTo(80.1, 9);
  });

  it('takes every reading as it comes with a median of one', () => {
    expect(feed([800, 10, 800, 10], UNFILTERED).level).toBe(1);
  });

  it('is kept through a single unusable reading, which does not count', () => {
    const { state, counted } = feed([500, 500, 5000, 500]);
    expect(state.level.kind).toBe('known');
    expect(counted).toBe(3);
  });

  it.each([
    ['above the valid range', 5000, 'out-of-range'],
    ['below the valid range', -11, 'out-of-range'],
    ['no number', Number.NaN, 'out-of-range'],
    ['infinite', Number.POSITIVE_INFINITY, 'out-of-range'],
    ['a sentinel', 999, 'sentinel'],
  ])('is unknown, a fault, and never empty when all is %s', (_name, raw, cause) => {
    const { state, counted, level } = feed([500, 500, 500, raw, raw, raw, raw, raw]);
    expect(level).toBe(cause);
    expect(sensorWord(state.level)).toBe('fault');
    expect(counted).toBe(3);
  });

  it('is unknown at once when the very first reading is unusable', () => {
    expect(feed([5000]).level).toBe('out-of-range');
  });

  it('is unknown while the readings jump to and fro, and known again when they rest', () => {
    expect(feed([900, 100, 850, 50, 900, 120]).level).toBe('noisy');
    const rest = new Array<number>(15).fill(500);
    expect(feed([900, 100, 850, 50, 900, 120, ...rest]).level).toBe(50);
  });

  it.each([1, 2, 3, 4, 5, 9])('is judged for noise whatever the median is taken of: %d', (medianOf) => {
    expect(feed([50, 950, 50, 950, 50, 950, 50], { ...SETTINGS, medianOf }).level).toBe('noisy');
  });

  it('is not judged for noise where it must not be', () => {
    const alternating = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 50 : 950));
    expect(feed(alternating, UNFILTERED).counted).toBe(40);
  });

  it('counts from the first reading on when a start finds it low', () => {
    expect(feed([100, 102, 98, 101, 99])).toMatchObject({ counted: 5, level: 10 });
  });

  it('is no quieter after a run of unusable readings', () => {
    const noise = [50, 950, 50, 950, 50, 950, 50];
    expect(feed([...noise, 5000, 5000, 5000, 5000, 5000, 50]).level).toBe('noisy');
  });

  it.each([
    ['a refill', [100, 100, 100, 1000, 1000, 1000]],
    ['a steep drain', [900, 700, 500, 300, 100, 0]],
    ['one odd reading', [800, 800, 0, 800, 800]],
    ['honest noise', [500, 520, 490, 510, 480, 515]],
  ])('takes %s for no noise', (_name, raws) => {
    expect(feed(raws).state.level.kind).toBe('known');
  });
});

describe('an old level', () => {
  it('becomes stale exactly at its age, and fresh with the next reading', () => {
    const { state } = feed([500]);
    expect(staleAtMs(SETTINGS, state)).toBe(60_000);
    expect(letAge(SETTINGS, state, 59_999).level.kind).toBe('known');
    const stale = letAge(SETTINGS, state, 60_000);
    expect(stale.level).toEqual({ kind: 'unknown', cause: 'stale' });
    expect(staleAtMs(SETTINGS, stale)).toBeNull();
    expect(takeReading(SETTINGS, stale, 300, 90_000).state.level).toEqual({ kind: 'known', percent: 30 });
  });

  it('leaves nothing in the window: what came before the gap is not mixed with what comes after', () => {
    const { state } = feed([900, 900, 900]);
    expect(takeReading(SETTINGS, state, 100, 100_000).state.level).toEqual({ kind: 'known', percent: 10 });
  });

  it('is not kept young by unusable readings', () => {
    let { state } = feed([500]);
    for (let second = 1; second < 4; second++)
      state = takeReading(SETTINGS, state, 5000, second * 20_000).state;
    expect(letAge(SETTINGS, state, 60_000).level.kind).toBe('unknown');
  });
});

describe('a lasting fault', () => {
  const fault = feed([5000, 5000, 5000, 5000, 5000]).state;

  it('stays a fault with its cause while unusable readings arrive, long after the last good one', () => {
    const { state } = feed([500, ...new Array<number>(200).fill(5000)]);
    expect(state.level).toEqual({ kind: 'unknown', cause: 'out-of-range' });
    expect(letAge(SETTINGS, state, 200_001)).toBe(state);
    expect(staleAtMs(SETTINGS, state)).toBe(260_000);
  });

  it('is stale when no reading of any kind has come for that long', () => {
    expect(staleAtMs(SETTINGS, fault)).toBe(64_000);
    const stale = letAge(SETTINGS, fault, 64_000);
    expect(stale.level).toEqual({ kind: 'unknown', cause: 'stale' });
    expect(staleAtMs(SETTINGS, stale)).toBeNull();
  });

  it('is the same value until its cause changes', () => {
    const same = takeReading(SETTINGS, fault, 5000, 5000).state;
    expect(same.level).toBe(fault.level);
    expect(takeReading(SETTINGS, same, 999, 6000).state.level).toMatchObject({ cause: 'sentinel' });
  });

  it('is a fault at the first unusable reading after a silence', () => {
    const stale = letAge(SETTINGS, feed([500]).state, 60_000);
    expect(sensorWord(takeReading(SETTINGS, stale, 5000, 61_000).state.level)).toBe('fault');
  });
});
