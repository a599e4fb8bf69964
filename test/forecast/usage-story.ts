import { type Forecast, forecastEmpty, isEmptyWithin } from '../../agent/forecast/forecast-empty.ts';
import { NO_USAGE, observe, type UsageHistory } from '../../agent/forecast/usage.ts';
import type { Instant } from '../../agent/system/instant.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const EPOCH_MS = 1_750_000_000_000;

/** A slot that lives through some days, told in the words of a test. */
export class UsageStory {
  usage: UsageHistory = NO_USAGE;
  /** The true time, from the beginning. */
  atMs = 0;
  percent = 100;
  #bootId = 'boot-1';
  #bootedAtMs = 0;
  #wallTrusted = true;

  get now(): Instant {
    return {
      bootId: this.#bootId,
      monotonicMs: this.atMs - this.#bootedAtMs,
      wallMs: this.#wallTrusted ? EPOCH_MS + this.atMs : this.atMs - this.#bootedAtMs,
      wallTrusted: this.#wallTrusted,
    };
  }

  /** Lets `days` go by with `perDay` percent points used evenly, and a sample every 15 minutes. */
  use(days: number, perDay: number, show: (percent: number) => number = (percent) => percent): this {
    for (let i = 0; i < days * 96; i++) {
      this.atMs += 15 * MINUTE_MS;
      this.percent = Math.max(0, this.percent - perDay / 96);
      this.sample(show(this.percent));
    }
    return this;
  }

  /** Five days of use and two without, `weeks` times. */
  workWeeks(weeks: number, perDay: number): this {
    for (let week = 0; week < weeks; week++) this.use(5, perDay).refill(100).use(2, 0);
    return this;
  }

  sample(percent: number): this {
    this.usage = observe(this.usage, { percent, now: this.now });
    return this;
  }

  refill(percent: number): this {
    this.percent = percent;
    return this;
  }

  /** Nothing is believed for so long; `used` percent points go meanwhile. */
  silence(days: number, used = 0): this {
    this.atMs += days * DAY_MS;
    this.percent -= used;
    return this;
  }

  /** Off for so long; what was stored is all that is left. `wallTrusted` is what the clock is worth afterwards. */
  reboot(offDays: number, wallTrusted: boolean): this {
    this.usage = JSON.parse(JSON.stringify(this.usage)) as UsageHistory;
    this.atMs += offDays * DAY_MS;
    this.#bootedAtMs = this.atMs;
    this.#bootId = `${this.#bootId}+`;
    this.#wallTrusted = wallTrusted;
    return this;
  }

  forecast(percent = this.percent): Forecast | null {
    return forecastEmpty(this.usage, percent, this.now);
  }

  /** Days until empty at the use that is reckoned with; null without a forecast. */
  emptyInDays(percent = this.percent): number | null {
    const forecast = this.forecast(percent);
    return forecast === null ? null : forecast.emptyInMs / DAY_MS;
  }

  /** Percent points a day that are reckoned with. */
  perDay(): number {
    return this.usage.consumption?.perDay ?? 0;
  }

  orders(leadTimeDays: number, percent = this.percent): boolean {
    const forecast = this.forecast(percent);
    return forecast !== null && isEmptyWithin(forecast, leadTimeDays * DAY_MS);
  }
}
