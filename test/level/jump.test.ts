import { describe, expect, it } from 'vitest';
import { agree, isJump, nextAnchor } from '../../agent/level/jump.ts';
import { isStuck, NO_HISTORY, stuckAtMs } from '../../agent/level/sensor-health.ts';
import { type LevelSettings, type LevelState, NOTHING_READ, takeReading } from '../../agent/level/settle.ts';

const SETTINGS: LevelSettings = {
  points: [
    [0, 0],
    [1000, 100],
  ],
  valid: { min: 0, max: 1000 },
  sentinels: [],
  medianOf: 5,
  judgesNoise: true,
  maxNoisePercent: 15,
  maxRatePercentPerS: 40,
  staleAfterMs: 60_000,
  stuckAfterMs: null,
};

/** Feeds raw values; returns for each whether anything may be confirmed on it: `+` yes, `-` no. */
function restOf(raws: readonly number[], everyMs: number, settings = SETTINGS) {
  let state: LevelState = NOTHING_READ;
  let marks = '';
  for (const [index, raw] of raws.entries()) {
    const taken = takeReading(settings, state, raw, index * everyMs);
    state = taken.state;
    marks += taken.counts && taken.isAtRest ? '+' : '-';
  }
  return { marks, state };
}

const FULL = [900, 901, 899, 900, 900];
const EMPTY = [100, 101, 99, 100, 100, 100];

describe('a change faster than a container can make', () => {
  it.each([
    ['forty points in a second are the limit', 50, 1_000, false],
    ['more are a jump', 49, 1_000, true],
    ['a rise as well as a fall', 10, 1_000, true],
    ['readings in quick succession are held to a whole second', 49.5, 10, true],
    ['over two seconds twice as much is no jump', 15, 2_000, false],
  ])('is told: %s', (_name, percent, elapsedMs, jumped) => {
    expect(isJump({ percent: 90, atMs: 5_000 }, percent, 5_000 + elapsedMs, 40)).toBe(jumped);
  });

  it('is measured from a second ago, so that a steep ramp is one as well', () => {
    const early = { percent: 90, atMs: 0 };
    expect(nextAnchor(null, 90, 0, false)).toEqual(early);
    expect(nextAnchor(early, 80, 999, false)).toBe(early);
    expect(nextAnchor(early, 80, 1_000, false)).toEqual({ percent: 80, atMs: 1_000 });
    expect(nextAnchor(early, 10, 100, true)).toEqual({ percent: 10, atMs: 100 });
  });

  it('confirms nothing before the whole window agrees on the new level', () => {
    expect(restOf([...FULL, ...EMPTY], 1_000).marks).toBe('++++++---++');
  });

  it('confirms nothing while a hand is held before the sensor for three readings', () => {
    const { marks, state } = restOf([...FULL, 100, 100, 100, 900, 900, 900, 900, 900, 900], 500);
    expect(marks.slice(7, 10)).toBe('---');
    expect(marks.at(-1)).toBe('+');
    expect(state.level).toEqual({ kind: 'known', percent: 90 });
  });

  it('is none when as much time lies between the readings', () => {
    const { state } = restOf([...FULL, ...EMPTY], 30_000);
    expect(state.health.jumps).toBe(0);
  });

  it('is counted once, however long it lasts', () => {
    expect(restOf([...FULL, ...EMPTY, ...FULL], 100).state.health.jumps).toBe(2);
  });

  it('is not looked for where each reading is to be acted on', () => {
    const settings = { ...SETTINGS, medianOf: 1, judgesNoise: false };
    expect(restOf([900, 100, 900, 100], 1, settings).marks).toBe('++++');
  });

  it('is over when what was before it is forgotten', () => {
    let state = restOf([...FULL, 100, 100, 100], 500).state;
    expect(state.isSettling).toBe(true);
    state = takeReading(SETTINGS, state, 100, 500_000).state;
    expect(state.isSettling).toBe(false);
  });
});

describe('values', () => {
  it('agree within the width, and not beyond it', () => {
    expect(agree([10, 25, 17], 15)).toBe(true);
    expect(agree([10, 25.1], 15)).toBe(false);
  });
});

describe('the record of a sensor', () => {
  it('counts readings, those that say nothing, and those out of range', () => {
    const { health } = restOf([900, -5, 2000, 77, 900], 1_000, { ...SETTINGS, sentinels: [77] }).state;
    expect(health).toMatchObject({ readings: 5, outOfRange: 2, sentinels: 1, noisySpells: 0 });
  });

  it('counts spells of noise and not the readings in them', () => {
    const storm = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 50 : 950));
    expect(restOf([...FULL, ...storm], 5_000).state.health.noisySpells).toBe(1);
  });

  it('calls a sensor stuck that has not moved at all for the time that is set', () => {
    const { health } = restOf([500, 501, 500, 500, 500], 1_000).state;
    expect(stuckAtMs(health, 60_000)).toBe(62_000);
    expect(isStuck(health, 60_000, 61_999)).toBe(false);
    expect(isStuck(health, 60_000, 62_000)).toBe(true);
    expect(isStuck(health, null, 1e12)).toBe(false);
    expect(isStuck(NO_HISTORY, 60_000, 1e12)).toBe(false);
  });
});
