import type { FirmataSettings } from './firmata/firmata-source.ts';
import type { GpioSettings } from './gpio/gpio-source.ts';
import type { HardwareListener, HardwareSource } from './hardware-source.ts';
import type { IioSettings } from './iio/iio-source.ts';
import { IioSource } from './iio/iio-source.ts';
import { LazySource } from './lazy-source.ts';
import type { ModbusSettings } from './modbus/modbus-source.ts';
import { ModbusSource } from './modbus/modbus-source.ts';
import type { LinesSettings } from './serial/lines-source.ts';
import { linesSource } from './serial/lines-source.ts';
import type { LidarSettings, ScaleSettings, UltrasonicSettings } from './serial/sensor-sources.ts';
import { lidarSource, scaleSource, ultrasonicSource } from './serial/sensor-sources.ts';
import type { Timing } from './timing.ts';
import { type TranscriptSettings, TranscriptSource } from './transcript/transcript-source.ts';

/** One entry under `hardware:` in the configuration, durations in milliseconds. */
export type HardwareSettings =
  | ({ readonly driver: 'lines' } & LinesSettings)
  | ({ readonly driver: 'scale' } & ScaleSettings)
  | ({ readonly driver: 'ultrasonic' } & UltrasonicSettings)
  | ({ readonly driver: 'lidar' } & LidarSettings)
  | ({ readonly driver: 'modbus' } & ModbusSettings)
  | ({ readonly driver: 'iio' } & IioSettings)
  | ({ readonly driver: 'firmata' } & FirmataSettings)
  | ({ readonly driver: 'gpio' } & GpioSettings)
  | ({ readonly driver: 'transcript' } & TranscriptSettings);

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
      return linesSource(name, settings, listener, timing);
    case 'scale':
      return scaleSource(name, settings, listener, timing);
    case 'ultrasonic':
      return ultrasonicSource(name, settings, listener, timing);
    case 'lidar':
      return lidarSource(name, settings, listener, timing);
    case 'modbus':
      return new ModbusSource(name, settings, listener, timing);
    case 'iio':
      return new IioSource(name, settings, listener, timing);
    case 'firmata':
      return new LazySource(name, 'firmata', listener, async (heard) => {
        const { FirmataSource } = await import('./firmata/firmata-source.ts');
        return new FirmataSource(name, settings, heard, timing);
      });
    case 'gpio':
      return new LazySource(name, 'gpio', listener, async (heard) => {
        const { loadGpioKernel } = await import('./gpio/gpio-kernel-door.ts');
        const { GpioSource } = await import('./gpio/gpio-source.ts');
        return new GpioSource(name, settings, heard, timing, await loadGpioKernel());
      });
    case 'transcript':
      return new TranscriptSource(name, settings, listener, timing);
  }
}
