import type { HardwareListener, HardwareSource } from './hardware-source.ts';
import type { LinesSettings } from './serial/lines-source.ts';
import { LinesSource } from './serial/lines-source.ts';
import type { Timing } from './timing.ts';

/** One entry under `hardware:` in the configuration, durations in milliseconds. */
export type HardwareSettings = { readonly driver: 'lines' } & LinesSettings;

/**
 * Builds the source for one entry; it starts when its `open` is called.
 * @throws when the settings are not valid; the configuration's check must have caught that.
 */
export function openHardware(
  name: string,
  settings: HardwareSettings,
  listener: HardwareListener,
  timing: Timing,
): HardwareSource {
  switch (settings.driver) {
    case 'lines':
      return new LinesSource(name, settings, listener, timing);
  }
}
