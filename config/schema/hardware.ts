import type * as v from 'valibot';
import type { HardwareConfig } from '../config.ts';
import { choice } from './choice.ts';
import { type Channels, oneValue } from './hardware/channels.ts';
import { firmataChannels, firmataConfig, firmataDriver } from './hardware/firmata.ts';
import { gpioChannels, gpioConfig, gpioDriver } from './hardware/gpio.ts';
import { iioChannels, iioConfig, iioDriver } from './hardware/iio.ts';
import { lidarConfig, lidarDriver } from './hardware/lidar.ts';
import { linesChannels, linesConfig, linesDriver } from './hardware/lines.ts';
import { modbusChannels, modbusConfig, modbusDriver } from './hardware/modbus.ts';
import { scaleConfig, scaleDriver } from './hardware/scale.ts';
import { transcriptConfig, transcriptDriver } from './hardware/transcript.ts';
import { ultrasonicConfig, ultrasonicDriver } from './hardware/ultrasonic.ts';
import { named } from './named.ts';
import { field } from './notes.ts';
import type { Checked } from './rule.ts';

const transcript = field(transcriptDriver, {
  entryName: 'recording',
  description: 'Readings from a recording, to try a configuration without its hardware.',
  examples: [{ driver: 'transcript', file: 'recording.jsonl' }],
});

const gpio = field(gpioDriver, {
  entryName: 'floats',
  description: 'Float switches on GPIO lines of the board itself.',
  examples: [
    {
      driver: 'gpio',
      chip: 'pinctrl-bcm2711',
      channels: { tank: { lines: [17, 27, 22], activeLow: true, bias: 'pull-up' } },
    },
  ],
});

/**
 * Every driver, each declared in a file of its own. The first is the one that the sample shows at work; of the others
 * it shows the example that is noted here, under the name that is noted here.
 */
const driver = choice(
  'driver',
  [
    linesDriver,
    scaleDriver,
    ultrasonicDriver,
    lidarDriver,
    modbusDriver,
    iioDriver,
    firmataDriver,
    gpio,
    transcript,
  ],
  'settings are expected here, indented below this line: the first is driver',
);

export const hardwareSchema = field(named(field(driver, { description: 'One connection.' })), {
  entryName: 'board',
  description: 'The connections to sensors, each under a name of your choice.',
});

/** One entry as it was read, durations in milliseconds. */
export type HardwareFile = v.InferOutput<typeof driver>;

/** PURE. One entry as it was read -> as it is used. `beside` makes a path absolute that is relative to the file. */
export function hardwareConfig(file: HardwareFile, beside: (path: string) => string): HardwareConfig {
  switch (file.driver) {
    case 'lines':
      return linesConfig(file);
    case 'scale':
      return scaleConfig(file);
    case 'ultrasonic':
      return ultrasonicConfig(file);
    case 'lidar':
      return lidarConfig(file);
    case 'modbus':
      return modbusConfig(file);
    case 'iio':
      return iioConfig(file);
    case 'firmata':
      return firmataConfig(file);
    case 'gpio':
      return gpioConfig(file);
    case 'transcript':
      return transcriptConfig(file, beside);
  }
}

/** PURE. The channels that the slots may name; null while the entry's own mistakes leave that open. */
export function channelsOf(file: Checked<HardwareFile>, entry: string): Channels | null {
  switch (file.driver) {
    case 'lines':
      return linesChannels(file, entry);
    case 'scale':
    case 'ultrasonic':
    case 'lidar':
      return oneValue(entry);
    case 'modbus':
      return modbusChannels(file, entry);
    case 'iio':
      return iioChannels(entry);
    case 'firmata':
      return firmataChannels(file, entry);
    case 'gpio':
      return gpioChannels(file, entry);
    // Which channels were recorded, only the file can tell.
    case 'transcript':
    case undefined:
      return null;
  }
}
