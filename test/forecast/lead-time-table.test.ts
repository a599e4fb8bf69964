import { describe, expect, it } from 'vitest';
import { SCENARIOS } from './lead-time-scenarios.ts';
import { simulate } from './lead-time-simulation.ts';

const SEEDS = [1, 2];

const results = SCENARIOS.map((scenario) => ({
  name: scenario.name,
  alone: simulate(scenario, 'threshold', SEEDS),
  both: simulate(scenario, 'forecast + threshold', SEEDS),
}));

function named(start: string): (typeof results)[number] {
  const found = results.find(({ name }) => name.startsWith(start));
  if (found === undefined) throw new Error(`No scenario begins with "${start}".`);
  return found;
}

describe('ordering by forecast as well as by threshold', () => {
  it.each(['steady, 2', 'steady, 6', 'weekly', 'leak', 'idle', 'sensor drift', 'noisy', 'partial'])(
    'never leaves the slot empty: %s',
    (start) => {
      const { daysEmptyPerYear, daysBeforeEmpty } = named(start).both;
      expect(daysEmptyPerYear).toBe(0);
      expect(daysBeforeEmpty.length).toBeGreaterThan(10);
    },
  );

  it.each(['steady, 6', 'weekly', 'leak', 'idle', 'sensor drift', 'noisy', 'partial'])(
    'is needed, the threshold alone comes too late: %s',
    (start) => {
      expect(named(start).alone.daysEmptyPerYear).toBeGreaterThan(3);
    },
  );

  it.each(['use doubles', 'sensor silent'])('leaves a tenth of the empty days at the most: %s', (start) => {
    const alone = named(start).alone.daysEmptyPerYear;
    expect(alone).toBeGreaterThan(3);
    expect(named(start).both.daysEmptyPerYear).toBeLessThan(alone / 10);
  });

  it.each(['steady, 2', 'steady, 6', 'weekly', 'use doubles', 'sensor drift', 'noisy', 'sensor silent'])(
    'is never far too early where use is foreseeable: %s',
    (start) => {
      expect(named(start).both.farTooEarly).toBe(0);
    },
  );

  it.each(['leak', 'idle', 'partial', 'very slow'])(
    'is seldom far too early where it is not: %s',
    (start) => {
      const alone = named(start).alone;
      const both = named(start).both;
      expect(both.farTooEarly - alone.farTooEarly).toBeLessThanOrEqual(0.1 * both.daysBeforeEmpty.length);
    },
  );

  it('buys hardly more where the threshold was enough', () => {
    for (const start of ['steady, 2', 'bursts', 'very slow']) {
      const alone = named(start).alone.ordersPerYear;
      const both = named(start).both.ordersPerYear;
      expect(both).toBeLessThanOrEqual(1.1 * alone);
    }
  });

  it('gives the same for the same seed', () => {
    for (const scenario of SCENARIOS.slice(0, 3))
      expect(simulate(scenario, 'forecast + threshold', SEEDS)).toEqual(named(scenario.name).both);
  });
});
