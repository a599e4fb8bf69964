import type { Chance } from './chance.ts';
import { marginPercent, type SlotProfile } from './profile.ts';
import { DAY_MS, HOUR_MS, type Scene } from './scene.ts';

/** Between two changes of pace the level falls in a straight line. */
const PACE_CHANGES_EVERY_MS = 8 * HOUR_MS;

/** The truth about one slot: how full it is. */
export class Container {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #profile: SlotProfile;
  #percent = 100;
  #atMs = 0;
  #percentPerMs = 0;
  /** Counts refills that an honest sensor may take for one: each begins what can be one more depletion. */
  filling = 0;
  onPace: () => void = () => undefined;

  constructor(scene: Scene, profile: SlotProfile) {
    this.#scene = scene;
    this.#profile = profile;
    this.#chance = scene.chance(`container of ${profile.settings.name}`);
    this.#percent = this.#chance.between(30, 100);
    this.#changePace();
  }

  percent(): number {
    return Math.max(0, this.#percent - (this.#scene.nowMs - this.#atMs) * this.#percentPerMs);
  }

  /** Somebody fills up, to `percent`. */
  fill(percent: number): void {
    const before = this.percent();
    this.#moveTo(Math.max(before, Math.min(100, percent)));
    const rearmAt = this.#profile.settings.limits.rearmAtPercent - marginPercent(this.#profile);
    if (before < rearmAt && this.#percent >= rearmAt) this.filling += 1;
    this.#scene.note(this.#profile.settings.name, `filled from ${before.toFixed(1)} %`);
  }

  #moveTo(percent: number): void {
    this.#percent = percent;
    this.#atMs = this.#scene.nowMs;
  }

  #changePace(): void {
    this.#moveTo(this.percent());
    this.#percentPerMs = (this.#profile.percentPerDay * this.#paceFactor()) / DAY_MS;
    this.onPace();
    this.#scene.after(PACE_CHANGES_EVERY_MS, () => this.#changePace());
  }

  #paceFactor(): number {
    const day = Math.floor(this.#scene.nowMs / DAY_MS);
    switch (this.#profile.consumption) {
      case 'steady':
        return this.#chance.between(0.9, 1.1);
      case 'weekly':
        return day % 7 < 5 ? 1.4 : 0.1;
      case 'bursts':
        if (this.#chance.happens(0.3)) this.#moveTo(Math.max(0, this.#percent - this.#chance.between(1, 12)));
        return 0.3;
      case 'leak':
        return this.#chance.happens(0.05) ? 20 : 0.8;
      case 'idle weeks':
        return Math.floor(day / 7) % 3 === 2 ? 0 : 1.3;
    }
  }
}
