import type { SceneSlot } from './scene.ts';

/** How far readings stray from the truth, percent of the container, to either side. */
const NOISE_PERCENT = 0.5;

/** What a delivery fills a container up to, percent. */
export const REFILLED_PERCENT = 97;

/** Uses a container up. Pure: level, pace and time -> level, percent, never below empty. */
export function drain(slot: SceneSlot, levelPercent: number, elapsedMs: number, speed: number): number {
  return Math.max(0, levelPercent - (slot.drainPercentPerS * speed * elapsedMs) / 1000);
}

/**
 * What the sensor gives at a level, volts. Pure.
 * @param chance 0 up to 1: where in the noise this moment lies.
 */
export function voltsAt(slot: SceneSlot, levelPercent: number, chance: number): number {
  const seenPercent = levelPercent + (chance * 2 - 1) * NOISE_PERCENT;
  return slot.emptyVolts + ((slot.fullVolts - slot.emptyVolts) * seenPercent) / 100;
}
