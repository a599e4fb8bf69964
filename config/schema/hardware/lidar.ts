import * as v from 'valibot';
import type { HardwareConfigOf } from '../../config.ts';
import { group } from '../group.ts';
import { field } from '../notes.ts';
import { baudRateField, portField, silenceField } from './serial-fields.ts';

export const lidarDriver = field(
  group({
    driver: field(v.literal('lidar'), {
      description:
        '`lidar`: a Benewake TF-Luna or TFmini. Raw values are mm from the sensor to the surface: `empty` is the larger one. One slot, without a channel.',
      examples: ['lidar'],
    }),
    port: portField('usb-Silicon_Labs_CP2102_0001-if00-port0'),
    baudRate: baudRateField(115_200),
    reopenAfterSilence: silenceField(),
  }),
  {
    entryName: 'lidar',
    description: 'A TF-Luna or TFmini lidar.',
    examples: [{ driver: 'lidar', port: '/dev/serial/by-id/usb-Silicon_Labs_CP2102_0001-if00-port0' }],
  },
);

export function lidarConfig({
  reopenAfterSilence,
  ...rest
}: v.InferOutput<typeof lidarDriver>): HardwareConfigOf<'lidar'> {
  return { ...rest, reopenAfterSilenceMs: reopenAfterSilence ?? null };
}
