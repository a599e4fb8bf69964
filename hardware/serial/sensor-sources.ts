import type { HardwareListener, HardwareSource } from '../hardware-source.ts';
import type { Timing } from '../timing.ts';
import type { FramedSettings } from './framed-source.ts';
import { FramedSource } from './framed-source.ts';
import { createLidarFramer } from './lidar-framer.ts';
import { createScaleFramer } from './scale-framer.ts';
import { createUltrasonicFramer } from './ultrasonic-framer.ts';
import type { UltrasonicModel } from './ultrasonic-models.ts';

/** Driver `scale`: grams. */
export type ScaleSettings = FramedSettings;

/** Driver `ultrasonic`: mm from the sensor to the surface. */
export type UltrasonicSettings = FramedSettings & { readonly model: UltrasonicModel };

/** Driver `lidar`: mm from the sensor to the surface. */
export type LidarSettings = FramedSettings;

/** A line is quoted so far in a message. */
const QUOTED_CHARACTERS_MAX = 60;

export function scaleSource(
  name: string,
  settings: ScaleSettings,
  listener: HardwareListener,
  timing: Timing,
): HardwareSource {
  const framer = createScaleFramer();
  const describeBad = (line: string | null) =>
    describe(settings, line, 'no weights', 'set the scale to continuous output like ST,GS,+  12.300kg');
  return new FramedSource(name, settings, { driver: 'scale', framer, describeBad }, listener, timing);
}

export function ultrasonicSource(
  name: string,
  settings: UltrasonicSettings,
  listener: HardwareListener,
  timing: Timing,
): HardwareSource {
  const framer = createUltrasonicFramer(settings.model);
  const describeBad = (line: string | null) =>
    describe(settings, line, 'no distances', `check model (${settings.model} now)`);
  return new FramedSource(name, settings, { driver: 'ultrasonic', framer, describeBad }, listener, timing);
}

export function lidarSource(
  name: string,
  settings: LidarSettings,
  listener: HardwareListener,
  timing: Timing,
): HardwareSource {
  const framer = createLidarFramer();
  const describeBad = (line: string | null) =>
    describe(settings, line, 'no distances', 'set the lidar to its standard output of 9 bytes, in cm');
  return new FramedSource(name, settings, { driver: 'lidar', framer, describeBad }, listener, timing);
}

function describe(settings: FramedSettings, line: string | null, what: string, remedy: string): string {
  const { port, baudRate } = settings;
  const example =
    line === null ? '' : `, for example ${JSON.stringify(line.slice(0, QUOTED_CHARACTERS_MAX))}`;
  return `What ${port} sends are ${what} that this driver knows${example}: check baudRate (${baudRate} now), or ${remedy}.`;
}
