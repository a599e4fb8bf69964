import * as v from 'valibot';
import type { HardwareConfigOf } from '../../config.ts';
import { group } from '../group.ts';
import { field } from '../notes.ts';
import { duration } from '../quantities.ts';
import { text } from '../scalars.ts';
import type { Channels } from './channels.ts';

export const iioDriver = field(
  group({
    driver: field(v.literal('iio'), {
      description:
        '`iio`: a converter with a kernel driver (ADS1115, MCP3208, HX711). Raw values are counts. `sensor.channel` is its input: `voltage0` for the file `in_voltage0_raw`.',
      examples: ['iio'],
    }),
    device: field(text(63), {
      description:
        'Name of the device, as its file `name` or `label` holds it; not its number, which changes.',
      examples: ['ads1115'],
    }),
    pollEvery: field(v.optional(duration('10ms', '1h'), '1s'), {
      description: 'How often every input is read.',
    }),
    devicesFolder: field(v.optional(text(4096), '/sys/bus/iio/devices'), {
      description:
        'Folder in which the kernel shows its devices; in a container it may be mounted elsewhere.',
    }),
  }),
  {
    entryName: 'adc',
    description: 'A converter with a kernel driver.',
    examples: [{ driver: 'iio', device: 'ads1115' }],
  },
);

export function iioConfig({ pollEvery, ...rest }: v.InferOutput<typeof iioDriver>): HardwareConfigOf<'iio'> {
  return { ...rest, pollEveryMs: pollEvery };
}

/** The name of an input of the kernel: `voltage0`, `voltage0-voltage1`, `proximity`. */
const INPUT = /^[a-z][a-z0-9-]{0,62}$/;

/** `entry` is the path of the entry, as text. */
export function iioChannels(entry: string): Channels {
  return {
    kind: 'several',
    missing: `${entry} has several inputs: add which one this slot reads, for example channel: voltage0`,
    refusal: (channel) => {
      if (INPUT.test(channel)) return null;
      const meant = /^in_([a-z][a-z0-9-]{0,62})_raw$/.exec(channel)?.[1] ?? 'voltage0';
      return `an input is named as in the file in_voltage0_raw, without in_ and _raw: type for example ${meant}`;
    },
  };
}
