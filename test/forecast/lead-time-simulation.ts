import { forecastEmpty, isEmptyWithin } from '../../agent/forecast/forecast-empty.ts';
import { NO_USAGE, observe, type UsageHistory } from '../../agent/forecast/usage.ts';
import type { Instant } from '../../agent/system/instant.ts';
import { type Scenario, STEPS_PER_DAY, type Usage } from './lead-time-scenarios.ts';

const STEP_MS = 86_400_000 / STEPS_PER_DAY;
const LEAD_TIME_MS = 7 * 86_400_000;
const DELIVERY_STEPS = 5 * STEPS_PER_DAY;
const REORDER_AT = 20;
const REARM_AT = 60;
/** The forecast orders below this only: a level that wavers around rearmAt must not pass for a refill. */
const FORECAST_BELOW = REARM_AT - 10;
/** What was delivered is filled in when so little is left. */
const REFILL_BELOW = 10;
/** An order that leaves longer than this before the slot would be empty is far too early. */
const FAR_TOO_EARLY_DAYS = 21;
/** A belief needs so many steps in a row, as in the policy. */
const CONFIRM_STEPS = 3;

export type Way = 'threshold' | 'forecast + threshold';

export type Result = {
  readonly scenario: string;
  readonly way: Way;
  /** For each order: days from it until the slot would have been empty without it. */
  readonly daysBeforeEmpty: readonly number[];
  readonly daysEmptyPerYear: number;
  readonly ordersPerYear: number;
  readonly farTooEarly: number;
};

/** Runs a scenario with each seed, and puts the results together. */
export function simulate(scenario: Scenario, way: Way, seeds: readonly number[]): Result {
  const runs = seeds.map((seed) => new Run(scenario.generate(seed), way));
  const years = scenario.years * seeds.length;
  const daysBeforeEmpty = runs.flatMap((run) => run.daysBeforeEmpty);
  return {
    scenario: scenario.name,
    way,
    daysBeforeEmpty,
    daysEmptyPerYear: runs.reduce((sum, run) => sum + run.emptySteps, 0) / STEPS_PER_DAY / years,
    ordersPerYear: runs.reduce((sum, run) => sum + run.orders, 0) / years,
    farTooEarly: daysBeforeEmpty.filter((days) => days > FAR_TOO_EARLY_DAYS).length,
  };
}

class Run {
  readonly daysBeforeEmpty: number[] = [];
  emptySteps = 0;
  orders = 0;
  readonly #usage: Usage;
  readonly #way: Way;
  #percent = 100;
  #leakPerDay = 0;
  #history: UsageHistory = NO_USAGE;
  #lowRun = 0;
  #fullRun = 0;
  #isOrdered = false;
  #deliveredAt: number | null = null;

  constructor(usage: Usage, way: Way) {
    this.#usage = usage;
    this.#way = way;
    for (let step = 0; step < usage.use.length; step++) {
      this.#live(step);
      this.#watch(step);
    }
  }

  #live(step: number): void {
    this.#leakPerDay = Math.max(this.#leakPerDay, this.#startingLeak(step));
    this.#percent = after(this.#usage, this.#percent, this.#leakPerDay, step);
    if (this.#percent === 0) this.emptySteps += 1;
    if (this.#deliveredAt === null || step < this.#deliveredAt || this.#percent > REFILL_BELOW) return;
    this.#percent = 100;
    this.#leakPerDay = 0;
    this.#deliveredAt = null;
  }

  /** A leak springs in a container that is still full enough to be saved by an order. */
  #startingLeak(step: number): number {
    return this.#percent >= 65 ? (this.#usage.leak[step] ?? 0) : 0;
  }

  #watch(step: number): void {
    const shown = this.#usage.show(this.#percent, step);
    if (shown === null) return;
    const percent = Math.min(100, Math.max(0, shown));
    const now = instantOf(step);
    if (this.#way !== 'threshold') this.#history = observe(this.#history, { percent, now });
    this.#lowRun = this.#isLow(percent, now) ? this.#lowRun + 1 : 0;
    this.#fullRun = percent >= REARM_AT ? this.#fullRun + 1 : 0;
    if (this.#fullRun >= CONFIRM_STEPS) this.#isOrdered = false;
    if (this.#isOrdered || this.#lowRun < CONFIRM_STEPS) return;
    this.#isOrdered = true;
    this.orders += 1;
    this.#deliveredAt ??= step + DELIVERY_STEPS;
    const days = this.#daysUntilEmpty(step);
    if (days !== null) this.daysBeforeEmpty.push(days);
  }

  #isLow(percent: number, now: Instant): boolean {
    if (percent <= REORDER_AT) return true;
    if (this.#way === 'threshold' || percent >= FORECAST_BELOW) return false;
    const forecast = forecastEmpty(this.#history, percent, now);
    return forecast !== null && isEmptyWithin(forecast, LEAD_TIME_MS);
  }

  /** Without a delivery; null when the scenario ends before. */
  #daysUntilEmpty(from: number): number | null {
    let percent = this.#percent;
    for (let step = from + 1; step < this.#usage.use.length; step++) {
      percent = after(this.#usage, percent, this.#leakPerDay, step);
      if (percent === 0) return (step - from) / STEPS_PER_DAY;
    }
    return null;
  }
}

function after(usage: Usage, percent: number, leakPerDay: number, step: number): number {
  const filled = percent + (usage.topUp[step] ?? 0);
  return Math.min(100, Math.max(0, filled - (usage.use[step] ?? 0) - leakPerDay / STEPS_PER_DAY));
}

function instantOf(step: number): Instant {
  const monotonicMs = step * STEP_MS;
  return { bootId: 'boot', monotonicMs, wallMs: 1_700_000_000_000 + monotonicMs, wallTrusted: true };
}
