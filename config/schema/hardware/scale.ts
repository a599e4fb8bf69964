import * as z from 'zod/mini';
import type { HardwareConfigOf } from '../../config.ts';
import { field } from '../notes.ts';
import { group } from '../scalars.ts';
import { baudRateField, portField, silenceField } from './serial-fields.ts';

export const scaleDriver = field(
  group({
    driver: field(z.literal('scale'), {
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
}: z.output<typeof scaleDriver>): HardwareConfigOf<'scale'> {
  return { ...rest, reopenAfterSilenceMs: reopenAfterSilence ?? null };
}
