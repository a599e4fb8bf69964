import type { Chance } from './chance.ts';
import type { Container } from './container.ts';
import { DAY_MS, HOUR_MS, type Scene } from './scene.ts';

/** Packs that lie around, and people who put them in sooner or later, or lose patience and go to the shop. */
export class Household {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #slot: string;
  readonly #container: Container;
  #packs = 0;
  #isBusy = false;
  #emptySinceMs: number | null = null;

  constructor(scene: Scene, slot: string, container: Container) {
    this.#scene = scene;
    this.#chance = scene.chance(`household of ${slot}`);
    this.#slot = slot;
    this.#container = container;
    container.onPace = () => this.#look();
    scene.recurs('refill by hand', slot, () => container.fill(this.#chance.between(30, 100)));
  }

  receivePack(): void {
    this.#packs += 1;
    this.#scene.note(this.#slot, 'a pack lies at the door');
    this.#putInLater();
  }

  /** Now and then somebody has a look. */
  #look(): void {
    const percent = this.#container.percent();
    if (percent > 3) {
      this.#emptySinceMs = null;
      if (percent < 40) this.#putInLater();
      return;
    }
    this.#emptySinceMs ??= this.#scene.nowMs;
    if (this.#packs > 0) this.#putInLater();
    else if (this.#scene.nowMs - this.#emptySinceMs > this.#chance.between(1, 8) * DAY_MS) {
      this.#scene.note(this.#slot, 'bought in a shop');
      this.#container.fill(this.#chance.between(85, 100));
    }
  }

  #putInLater(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#scene.after(this.#chance.magnitude(0.2 * HOUR_MS, 60 * HOUR_MS), () => {
      this.#isBusy = false;
      if (this.#packs === 0 || this.#container.percent() > 40) return;
      this.#packs -= 1;
      this.#container.fill(this.#container.percent() + this.#chance.between(85, 100));
    });
  }
}
