import type { Scene } from './scene.ts';

/** Asks one invariant about the facts; a sentence for an answer is its violation. */
export function judge<Facts extends readonly unknown[]>(
  scene: Scene,
  invariant: (...facts: Facts) => string | null,
  ...facts: Facts
): void {
  scene.tally.check(invariant.name);
  const sentence = invariant(...facts);
  if (sentence !== null) scene.violate(invariant.name, sentence);
}
