import type { Opportunity } from './faults.ts';
import type { Scene } from './scene.ts';

/** The places between two effects where a process may die. */
export type Brink = Extract<Opportunity, `death ${string}`>;

/** One run of the agent's process. Once it is over, nothing that it does reaches the world. */
export class Life {
  readonly #scene: Scene;
  readonly #onDeath: (how: 'crash' | 'power cut') => void;
  #isOver = false;

  constructor(scene: Scene, onDeath: (how: 'crash' | 'power cut') => void) {
    this.#scene = scene;
    this.#onDeath = onDeath;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Passes a place where the process may die; true when it has. */
  passes(brink: Brink, share = 1): boolean {
    if (this.#isOver) return true;
    if (!this.#scene.strikes(brink, null, share)) return false;
    this.die(this.#scene.nowMs % 2 === 0 ? 'crash' : 'power cut');
    return true;
  }

  die(how: 'crash' | 'power cut'): void {
    if (this.#isOver) return;
    this.end();
    this.#onDeath(how);
  }

  /** Stops without calling it a death. */
  end(): void {
    this.#isOver = true;
  }
}
