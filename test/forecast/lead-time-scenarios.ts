import { type Random, seededRandom } from './random.ts';

export const STEPS_PER_DAY = 96;

/** Use of a slot and the sensor that watches it, in steps of a quarter of an hour. */
export type Usage = {
  /** Percent points that are used in each step. */
  readonly use: Float64Array;
  /** Percent points that somebody tops up in each step, beside the deliveries. */
  readonly topUp: Float64Array;
  /** Percent points a day that leak away besides, in each step, until the next refill mends it. */
  readonly leak: Float64Array;
  /** What the filtered sensor shows of a true level; null: nothing is believed in that step. */
  show(percent: number, step: number): number | null;
};

export type Scenario = {
  readonly name: string;
  /** How long is simulated for each seed. */
  readonly years: number;
  generate(seed: number): Usage;
};

type Draw = {
  /** Percent points a day, by the day; spread over 8 to 18 o'clock. */
  readonly perDay: (day: number, random: Random) => number;
  readonly topUp?: (step: number, random: Random) => number;
  readonly leakPerDay?: (step: number, random: Random) => number;
  readonly show?: (percent: number, step: number, random: Random) => number | null;
};

function scenario(name: string, years: number, draw: Draw): Scenario {
  return {
    name,
    years,
    generate: (seed) => {
      const random = seededRandom(seed);
      const steps = Math.round(years * 365) * STEPS_PER_DAY;
      const use = new Float64Array(steps);
      const topUp = new Float64Array(steps);
      const leak = new Float64Array(steps);
      for (let step = 0; step < steps; step++) {
        if (step % STEPS_PER_DAY === 0) spread(use, step, draw.perDay(step / STEPS_PER_DAY, random), random);
        topUp[step] = draw.topUp?.(step, random) ?? 0;
        leak[step] = draw.leakPerDay?.(step, random) ?? 0;
      }
      const chance = seededRandom(seed + 1_000);
      const show = draw.show ?? ((percent: number) => percent + noise(0.4, chance));
      return { use, topUp, leak, show: (percent, step) => show(percent, step, chance) };
    },
  };
}

/** A day's use falls on a dozen of its quarter hours between 8 and 18 o'clock. */
function spread(use: Float64Array, start: number, percent: number, random: Random): void {
  for (let i = 0; i < 12; i++) {
    const step = start + 32 + Math.floor(random() * 40);
    use[step] = (use[step] ?? 0) + percent / 12;
  }
}

function noise(amplitude: number, random: Random): number {
  return (2 * random() - 1) * amplitude;
}

/** The median of five readings that are each up to `amplitude` off. */
function medianOfNoise(amplitude: number, random: Random): number {
  const five = Array.from({ length: 5 }, () => noise(amplitude, random)).sort((a, b) => a - b);
  return five[2] ?? 0;
}

function isWeekend(day: number): boolean {
  return day % 7 >= 5;
}

function around(percent: number, random: Random): number {
  return percent * (0.7 + 0.6 * random());
}

export const SCENARIOS: readonly Scenario[] = [
  scenario('steady, 2 % a day', 2, { perDay: (_, random) => around(2, random) }),
  scenario('steady, 6 % a day', 2, { perDay: (_, random) => around(6, random) }),
  scenario('weekly rhythm, 6 % a working day', 2, {
    perDay: (day, random) => (isWeekend(day) ? 0 : around(6, random)),
  }),
  scenario('bursts, 12 % about every ten days', 2, {
    perDay: (_, random) => (random() < 0.1 ? around(12, random) : 0.1),
  }),
  scenario('leak, 8 % a day on top of 1 %', 4, {
    perDay: (_, random) => around(1, random),
    leakPerDay: (_, random) => (random() < 1 / (60 * STEPS_PER_DAY) ? 8 : 0),
  }),
  scenario('use doubles, from 3 % to 6 % a day', 2, {
    perDay: (day, random) => around(Math.floor(day / 90) % 2 === 0 ? 3 : 6, random),
  }),
  scenario('sensor drift, 0.1 % a day', 2, {
    perDay: (_, random) => around(5, random),
    // It gains for 40 days, then somebody sets it right.
    show: (percent, step, random) => percent + 0.1 * ((step / STEPS_PER_DAY) % 40) + noise(0.4, random),
  }),
  scenario('idle weeks, 5 % a day, every 4th fortnight none', 2, {
    perDay: (day, random) => (Math.floor(day / 14) % 4 === 3 ? 0 : around(5, random)),
  }),
  scenario('very slow, 1 % a week', 8, { perDay: (_, random) => around(1 / 7, random) }),
  scenario('very fast, 100 % a day', 1, { perDay: (_, random) => around(100, random) }),
  scenario('noisy sensor, 3 % and odd readings', 2, {
    perDay: (_, random) => around(5, random),
    show: (percent, _, random) => (random() < 0.01 ? random() * 100 : percent + medianOfNoise(3, random)),
  }),
  scenario('partial top-ups, 15 % now and then', 2, {
    perDay: (_, random) => around(6, random),
    topUp: (_, random) => (random() < 1 / (8 * STEPS_PER_DAY) ? 15 : 0),
  }),
  scenario('sensor silent two days in five', 2, {
    perDay: (_, random) => around(5, random),
    show: (percent, step, random) =>
      Math.floor(step / STEPS_PER_DAY) % 5 >= 3 ? null : percent + noise(0.4, random),
  }),
];
