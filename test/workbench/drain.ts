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
 * What the sensor says at a level, in its own unit. Pure.
 * @param chance 0 up to 1: where in the noise this reading lies.
 */
export function rawAt(slot: SceneSlot, levelPercent: number, chance: number): number {
  const seenPercent = levelPercent + (chance * 2 - 1) * NOISE_PERCENT;
  return slot.empty + ((slot.full - slot.empty) * seenPercent) / 100;
}

/** One line as the board prints it. Pure. */
export function boardLine(slot: SceneSlot, raw: number): string {
  return `${slot.key} ${raw.toFixed(1)} ${slot.unit}\r\n`;
}
