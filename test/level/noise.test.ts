import { describe, expect, it } from 'vitest';
import { isAtRest, isNoisy, NOISE_WINDOW, swingsOf } from '../../agent/level/noise.ts';
import { gaussian, seeded } from './chance.ts';

const READINGS = 5000;
const MAX_NOISE = 15;

/** Percent of the readings of a sensor that are not believed, from the first full window on. */
function noisyPercent(reading: (index: number) => number): number {
  let recent: readonly number[] = [];
  let isNow = false;
  let noisy = 0;
  for (let index = 0; index < READINGS + NOISE_WINDOW; index++) {
    const percent = Math.min(100, Math.max(0, reading(index)));
    recent = [...recent, percent].slice(-NOISE_WINDOW);
    isNow = isNoisy(recent, MAX_NOISE, isNow);
    if (isNow && index >= NOISE_WINDOW) noisy++;
  }
  return (100 * noisy) / READINGS;
}

const random = seeded(20_261_123);
const normal = () => gaussian(random);

describe('noise', () => {
  it.each<[string, (index: number) => number]>([
    ['uniform from 0 to 60 %', () => random() * 60],
    ['uniform from 0 to 80 %', () => random() * 80],
    ['uniform from 0 to 100 %', () => random() * 100],
    ['to and fro between 5 and 95 %', (index) => (index % 2 === 0 ? 5 : 95)],
    ['to and fro by 30 points', (index) => (index % 2 === 0 ? 20 : 50) + normal()],
    ['to and fro by twos', (index) => (index % 4 < 2 ? 10 : 50) + normal()],
  ])('is seen practically always in readings that are %s', (_name, reading) => {
    expect(noisyPercent(reading)).toBeGreaterThan(98);
  });

  it.each<[string, (index: number) => number]>([
    ['uniform from 0 to 40 %', () => random() * 40],
    ['either 5 or 95 %, at random', () => (random() < 0.5 ? 5 : 95)],
  ])('is mostly seen in readings that are %s', (_name, reading) => {
    expect(noisyPercent(reading)).toBeGreaterThan(80);
  });

  it.each<[string, (index: number) => number]>([
    ['resting', () => 50],
    ['gaussian of sigma 1 %', () => 50 + normal()],
    ['gaussian of sigma 4 %', () => 50 + 4 * normal()],
    ['odd one time in 5', (index) => (index % 5 === 3 ? 100 : 30 + normal())],
    ['odd one time in 10, and gaussian', (index) => (index % 10 === 3 ? 0 : 60 + 4 * normal())],
    ['odd one time in 20, at random', () => (random() < 0.05 ? 100 * random() : 30 + 2 * normal())],
    ['a step each 9 readings', (index) => (Math.floor(index / 9) % 2 === 0 ? 10 : 90) + 2 * normal()],
    ['a ramp of 1 % down and up', (index) => Math.abs(100 - (index % 200)) + normal()],
    ['a ramp of 20 %, and rest', (index) => Math.max(0, 100 - 20 * (index % 20)) + normal()],
    ['refilled every 10 readings', (index) => 100 - ((10 * index) % 100) + normal()],
  ])('is practically never seen in readings that are %s', (_name, reading) => {
    expect(noisyPercent(reading)).toBeLessThan(0.5);
  });

  it('is rarely seen in readings of which one in ten is odd at random', () => {
    expect(noisyPercent(() => (random() < 0.1 ? 100 * random() : 30 + 2 * normal()))).toBeLessThan(2.5);
  });

  it('is not judged by fewer than five readings', () => {
    expect(isNoisy([0, 100, 0, 100], MAX_NOISE, false)).toBe(false);
    expect(isNoisy([0, 100, 0, 100, 0], MAX_NOISE, false)).toBe(true);
  });

  it('is over only when the window is calm', () => {
    const calm = new Array<number>(11).fill(50);
    expect(isNoisy([50, 90, 50, 90, ...calm], MAX_NOISE, true)).toBe(true);
    expect(isNoisy([50, 90, 50, 50, ...calm], MAX_NOISE, true)).toBe(false);
  });

  it('is nothing that a width of 100 % could show', () => {
    expect(isNoisy([0, 100, 0, 100, 0, 100, 0, 100], 100, false)).toBe(false);
  });
});

describe('rest', () => {
  it.each([
    ['no reading', [], true],
    ['readings that agree', [50, 51, 49, 50, 52, 50, 51], true],
    ['a quick drain in steps', [90, 80, 70, 60, 50, 40, 30], true],
    ['a quick rise', [30, 40, 50, 60, 70, 80, 90], true],
    ['a drain in steps that no container makes', [100, 80, 60, 40, 20, 5, 0], false],
    ['one odd reading', [50, 51, 0, 50, 49, 50, 51], true],
    ['a step that was just made', [90, 90, 90, 90, 10, 10, 10], false],
    ['a step on whose end the readings agree', [90, 90, 90, 10, 10, 10, 10], true],
    ['a low run in a storm', [80, 5, 28, 2, 26, 8, 29], false],
  ])('is told: %s', (_name, percents, rests) => {
    expect(isAtRest(percents, 15)).toBe(rests);
  });
});

describe('a swing', () => {
  it.each([
    ['no reading', [], 0],
    ['rest', [50, 52, 49, 51], 0],
    ['just the width', [50, 65, 50], 0],
    ['a step', [10, 10, 90, 90], 1],
    ['a ramp in small steps', [90, 80, 70, 60, 50, 40], 1],
    ['one odd reading', [80, 80, 0, 80, 80], 2],
    ['up, down and up again', [10, 40, 10, 40], 3],
    ['a turn that is narrower than the width', [10, 40, 30, 60], 1],
  ])('is counted: %s', (_name, values, swings) => {
    expect(swingsOf(values, 15)).toBe(swings);
  });
});
