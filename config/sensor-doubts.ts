import type { Config } from './config.ts';
import { durationText } from './quantity.ts';

/** What a slot's settings and those of its hardware make unlikely together. */
export type SensorDoubt = { readonly path: readonly string[]; readonly message: string };

/** Drivers whose raw value is the distance from a sensor to the surface below. */
const DISTANCES: ReadonlySet<string> = new Set(['ultrasonic', 'lidar']);

/** PURE. What a careful colleague would ask about a slot and the sensor that it reads. */
export function findSensorDoubts({ hardware, slots }: Config): readonly SensorDoubt[] {
  const doubts: SensorDoubt[] = [];
  for (const [name, { sensor, calibration, staleAfterMs }] of Object.entries(slots)) {
    const source = hardware[sensor.from];
    if (source === undefined) continue;
    const [first, last] = [calibration.points.at(0)?.[1] ?? 0, calibration.points.at(-1)?.[1] ?? 0];
    if (DISTANCES.has(source.driver) && first < last) {
      const message = `${source.driver} measures a distance, which shrinks as the container fills: are empty and full the wrong way round?`;
      doubts.push({ path: ['slots', name, 'calibration'], message });
    }
    if ('pollEveryMs' in source && source.pollEveryMs >= staleAfterMs) {
      const message = `is read every ${durationText(source.pollEveryMs)} only, and would be unknown between: type a staleAfter of twice that, or a shorter hardware.${sensor.from}.pollEvery`;
      doubts.push({ path: ['slots', name, 'staleAfter'], message });
    }
  }
  return doubts;
}
