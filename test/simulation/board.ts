import type { Chance } from './chance.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Scene, SECOND_MS } from './scene.ts';

/** True wall time at which every simulated world begins. */
const BEGIN_MS = Date.UTC(2027, 0, 4);
const NTP_TAKES_MS_MAX = 6 * HOUR_MS;

/** The computer under the agent: its boots and its two clocks. */
export class Board {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #hasBattery: boolean;
  #bootedAtMs = -5 * DAY_MS;
  #boots = 1;
  /** What is wrong about the wall clock, milliseconds. */
  #wallErrorMs = 0;
  #wallAtPowerCutMs = BEGIN_MS;
  #isSynchronised = true;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#chance = scene.chance('board');
    this.#hasBattery = this.#chance.happens(0.3);
    scene.recurs('clock wrong', null, () => this.#misset());
  }

  get bootId(): string {
    return `boot-${this.#boots}`;
  }

  monotonicMs(): number {
    return this.#scene.nowMs - this.#bootedAtMs;
  }

  wallMs(): number {
    return BEGIN_MS + this.#scene.nowMs + this.#wallErrorMs;
  }

  /** Whether the clock was set from the network since boot. */
  get isSynchronised(): boolean {
    return this.#isSynchronised;
  }

  /** True wall time, as a server that is asked would tell it. */
  trueWallMs(): number {
    return BEGIN_MS + this.#scene.nowMs;
  }

  get isWallRight(): boolean {
    return Math.abs(this.#wallErrorMs) < MINUTE_MS;
  }

  powerCut(): void {
    this.#wallAtPowerCutMs = this.wallMs();
  }

  /** Power comes back. Returns how long it takes until programs start, milliseconds. */
  boot(): number {
    this.#boots += 1;
    this.#bootedAtMs = this.#scene.nowMs;
    this.#wallErrorMs = 0;
    this.#isSynchronised = false;
    if (!this.#hasBattery && this.#scene.strikes('boot without a date')) {
      // Some boards begin with 1970, others with the date that was saved at their end: wrong, and not seen to be.
      const bootDateMs = this.#chance.happens(0.5) ? 0 : this.#wallAtPowerCutMs;
      this.#wallErrorMs = bootDateMs - BEGIN_MS - this.#scene.nowMs;
    }
    this.#rightLater();
    return this.#chance.whole(10, 60) * SECOND_MS;
  }

  /** Somebody sets the date, wrongly enough for everybody to see, or a little off. */
  #misset(): void {
    this.#wallErrorMs = this.#chance.happens(0.5)
      ? -2 * 365 * DAY_MS
      : this.#chance.whole(-600, 600) * SECOND_MS;
    this.#rightLater();
  }

  #rightLater(): void {
    const boot = this.#boots;
    this.#scene.after(this.#chance.magnitude(30 * SECOND_MS, NTP_TAKES_MS_MAX), () => {
      if (boot !== this.#boots) return;
      this.#wallErrorMs = 0;
      this.#isSynchronised = true;
      this.#scene.note(null, 'the clock is right');
    });
  }
}
