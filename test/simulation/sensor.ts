import type { Cancel } from '../../hardware/timing.ts';
import type { Chance } from './chance.ts';
import type { Container } from './container.ts';
import { marginPercent, RAW_EMPTY, RAW_FULL, SENTINELS, type SlotProfile } from './profile.ts';
import { HOUR_MS, MINUTE_MS, type Scene } from './scene.ts';

/** The truth at a moment. */
export type Look = { readonly percent: number; readonly filling: number };

type Condition = 'fine' | 'stuck' | 'noisy' | 'unplugged' | 'sees nothing';

/**
 * How far a restless sensor is off at the most, as a share of the way from `reorderAt` to `rearmAt`: what jumps over all
 * of that way can look like a refill, or like a low level, before it looks like noise.
 */
const RESTLESS_SHARE = 0.45;

/** Turns the truth into readings, and at times into lies. */
export class Sensor {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #profile: SlotProfile;
  readonly #container: Container;
  #condition: Condition = 'fine';
  #cancelRepair: Cancel = () => undefined;
  #lastRaw = RAW_FULL;
  /** What the last value was true of: of an earlier time while the sensor is stuck. */
  shown: Look;
  /** Since when every reading but for single ones is near the truth; infinite while it is not. */
  honestSinceMs = 0;

  constructor(scene: Scene, profile: SlotProfile, container: Container) {
    this.#scene = scene;
    this.#profile = profile;
    this.#container = container;
    this.shown = lookAt(container);
    const { name } = profile.settings;
    this.#chance = scene.chance(`sensor of ${name}`);
    scene.recurs('sensor stuck', name, () => this.#fail('stuck', this.#chance.between(1, 30) * HOUR_MS));
    scene.recurs('sensor noisy', name, () => this.#fail('noisy', this.#chance.between(1, 20) * HOUR_MS));
    scene.recurs('sensor unplugged', name, () =>
      this.#fail('unplugged', this.#chance.magnitude(2 * MINUTE_MS, 40 * HOUR_MS)),
    );
    scene.recurs('sensor sees nothing', name, () =>
      this.#fail('sees nothing', this.#chance.between(0.1, 10) * HOUR_MS),
    );
  }

  /** One raw value; null when none comes. */
  read(): number | null {
    if (this.#condition !== 'stuck') this.shown = lookAt(this.#container);
    switch (this.#condition) {
      case 'unplugged':
        return null;
      case 'sees nothing':
        return this.#chance.pick([...SENTINELS, 4095]);
      case 'stuck':
        return this.#lastRaw;
      case 'noisy':
        this.#lastRaw = this.#restlessRaw();
        return this.#lastRaw;
      case 'fine':
        if (this.#scene.strikes('outlier', this.#profile.settings.name))
          return rawOf(this.#chance.between(0, 100));
        if (this.#scene.strikes('sentinel', this.#profile.settings.name)) return this.#chance.pick(SENTINELS);
        this.#lastRaw = rawOf(this.#container.percent() + this.#chance.bell() * this.#profile.noisePercent);
        return this.#lastRaw;
    }
  }

  #restlessRaw(): number {
    if (this.#scene.has('wild-noise')) return rawOf(this.#chance.between(0, 100));
    const percent = this.#container.percent();
    return rawOf(percent + this.#chance.between(-1, 1) * this.#offPercent(percent));
  }

  #offPercent(percent: number): number {
    const { reorderAtPercent, rearmAtPercent, leadTimeMs } = this.#profile.settings.limits;
    const usual = RESTLESS_SHARE * (rearmAtPercent - reorderAtPercent);
    // An order by forecast is made nearer to the refill mark: there, less than usual looks like a refill.
    const isAhead = leadTimeMs !== null && percent < rearmAtPercent;
    const restPercent = rearmAtPercent - percent - marginPercent(this.#profile);
    return isAhead ? Math.min(usual, Math.max(0, restPercent)) : usual;
  }

  #fail(condition: Condition, forMs: number): void {
    this.#condition = condition;
    this.honestSinceMs = Number.POSITIVE_INFINITY;
    this.#cancelRepair();
    this.#cancelRepair = this.#scene.after(forMs, () => {
      this.#condition = 'fine';
      this.honestSinceMs = this.#scene.nowMs;
      this.#scene.note(this.#profile.settings.name, 'the sensor works again');
    });
  }
}

function lookAt(container: Container): Look {
  return { percent: container.percent(), filling: container.filling };
}

function rawOf(percent: number): number {
  const raw = RAW_EMPTY + (percent / 100) * (RAW_FULL - RAW_EMPTY);
  return Math.round(Math.min(1022, Math.max(0, raw)));
}
