import type { FirmataSettings } from './firmata/firmata-source.ts';
import type { GpioSettings } from './gpio/gpio-source.ts';
import type { HardwareListener, HardwareSource } from './hardware-source.ts';
import type { IioSettings } from './iio/iio-source.ts';
import { LazySource, type LoadSource } from './lazy-source.ts';
import type { ModbusSettings } from './modbus/modbus-source.ts';
import type { LinesSettings } from './serial/lines-source.ts';
import type { LidarSettings, ScaleSettings, UltrasonicSettings } from './serial/sensor-sources.ts';
import type { Timing } from './timing.ts';
import type { TranscriptSettings } from './transcript/transcript-source.ts';

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
 * @param settings as the configuration's check lets them through: any other make a connection that has failed.
 */
export function openHardware(
  name: string,
  settings: HardwareSettings,
  listener: HardwareListener,
  timing: Timing,
): HardwareSource {
  // What a driver needs is loaded when its connection is opened: the others cost nothing, and it keeps no start waiting.
  const lazy = (load: LoadSource): HardwareSource => new LazySource(name, settings.driver, listener, load);
  switch (settings.driver) {
    case 'lines':
      return lazy(async (heard) => {
        const { linesSource } = await import('./serial/lines-source.ts');
        return linesSource(name, settings, heard, timing);
      });
    case 'scale':
      return lazy(async (heard) => {
        const { scaleSource } = await import('./serial/sensor-sources.ts');
        return scaleSource(name, settings, heard, timing);
      });
    case 'ultrasonic':
      return lazy(async (heard) => {
        const { ultrasonicSource } = await import('./serial/sensor-sources.ts');
        return ultrasonicSource(name, settings, heard, timing);
      });
    case 'lidar':
      return lazy(async (heard) => {
        const { lidarSource } = await import('./serial/sensor-sources.ts');
        return lidarSource(name, settings, heard, timing);
      });
    case 'modbus':
      return lazy(async (heard) => {
        const { ModbusSource } = await import('./modbus/modbus-source.ts');
        return new ModbusSource(name, settings, heard, timing);
      });
    case 'iio':
      return lazy(async (heard) => {
        const { IioSource } = await import('./iio/iio-source.ts');
        return new IioSource(name, settings, heard, timing);
      });
    case 'firmata':
      return lazy(async (heard) => {
        const { FirmataSource } = await import('./firmata/firmata-source.ts');
        return new FirmataSource(name, settings, heard, timing);
      });
    case 'gpio':
      return lazy(async (heard) => {
        const { loadGpioKernel } = await import('./gpio/gpio-kernel-door.ts');
        const { GpioSource } = await import('./gpio/gpio-source.ts');
        return new GpioSource(name, settings, heard, timing, await loadGpioKernel());
      });
    case 'transcript':
      return lazy(async (heard) => {
        const { TranscriptSource } = await import('./transcript/transcript-source.ts');
        return new TranscriptSource(name, settings, heard, timing);
      });
  }
}
