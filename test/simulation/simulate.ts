import { Chance } from './chance.ts';
import { drawRates } from './faults.ts';
import type { Hardship } from './hardships.ts';
import { drawDevice } from './profile.ts';
import type { Sabotage } from './sabotage.ts';
import { DAY_MS, Scene, type Violation } from './scene.ts';
import type { Tally } from './tally.ts';
import { World } from './world.ts';

/** Each device is watched for this long; a run of more days has more devices. */
export const DAYS_PER_DEVICE = 100;

export type Finding = Violation & {
  readonly seed: number;
  readonly device: number;
  readonly timeline: readonly string[];
};

export type SimulationOptions = {
  readonly days?: number;
  /** A deliberate defect; made anew for each device. */
  readonly sabotage?: () => Sabotage;
  readonly hardships?: ReadonlySet<Hardship>;
};

/** Lets what was promised and has come true reach those who wait for it. */
async function settle(scene: Scene): Promise<void> {
  while (scene.isUnsettled) {
    scene.isUnsettled = false;
    // The longest chain, from an answer to the request for another token, has fewer links.
    for (let link = 0; link < 12; link++) await null;
  }
}

/** Runs one device through its days; the same seed and number run the same. Returns the first broken promise, or null. */
export async function simulateDevice(
  seed: number,
  device: number,
  tally: Tally,
  { days = DAYS_PER_DEVICE, sabotage = () => ({}), hardships = new Set() }: SimulationOptions = {},
): Promise<Finding | null> {
  const chance = new Chance(seed, device, 'device');
  const scene = new Scene(drawRates(chance), tally, hardships, seed, device);
  const endMs = days * DAY_MS;
  try {
    const world = new World(scene, drawDevice(chance), sabotage());
    while (scene.violation === null && scene.queue.step(endMs)) {
      if (scene.isUnsettled) await settle(scene);
      world.judge();
    }
  } catch (error) {
    scene.violate('nothingThrows', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  tally.devices += 1;
  tally.deviceDays += scene.violation === null ? days : scene.nowMs / DAY_MS;
  return scene.violation === null
    ? null
    : { ...scene.violation, seed, device, timeline: scene.timeline.lines() };
}
