import * as v from 'valibot';
import type { HardwareConfigOf } from '../../config.ts';
import { group } from '../group.ts';
import { field } from '../notes.ts';
import { baudRateField, portField, silenceField } from './serial-fields.ts';

export const scaleDriver = field(
  group({
    driver: field(v.literal('scale'), {
      description:
        '`scale`: a scale that sends its weight all the time, `ST,GS,+  12.300kg`. Raw values are grams; only stable weights count. One slot, without a channel.',
      examples: ['scale'],
    }),
    port: portField('usb-FTDI_Scale-if00-port0'),
    baudRate: baudRateField(9600),
    reopenAfterSilence: silenceField(),
  }),
  {
    entryName: 'scale',
    description: 'A scale.',
    examples: [{ driver: 'scale', port: '/dev/serial/by-id/usb-FTDI_Scale-if00-port0' }],
  },
);

export function scaleConfig({
  reopenAfterSilence,
  ...rest
}: v.InferOutput<typeof scaleDriver>): HardwareConfigOf<'scale'> {
  return { ...rest, reopenAfterSilenceMs: reopenAfterSilence ?? null };
}
