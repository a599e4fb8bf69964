import type { Config } from '../config/config.ts';
import type { HardwareListener, HardwareSource } from '../hardware/hardware-source.ts';
import { openHardware } from '../hardware/open-hardware.ts';
import type { Timing } from '../hardware/timing.ts';
import { channelsRead, silenceLimitMs } from './settings.ts';

/** Builds the source of one entry under `hardware:`, with what its slots say about it. It starts with its `open`. */
export function openEntry(
  config: Config,
  name: string,
  listener: HardwareListener,
  timing: Timing,
): HardwareSource {
  const settings = config.hardware[name];
  if (settings === undefined)
    throw new RangeError(`There is no hardware ${name}; the configuration lets no such name through.`);
  if (settings.driver === 'iio')
    return openHardware(name, { ...settings, channels: channelsRead(config, name) }, listener, timing);
  if (!('reopenAfterSilenceMs' in settings)) return openHardware(name, settings, listener, timing);
  const reopenAfterSilenceMs = silenceLimitMs(config, name);
  return openHardware(name, { ...settings, reopenAfterSilenceMs }, listener, timing);
}
