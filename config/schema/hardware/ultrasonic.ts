import * as v from 'valibot';
import { ULTRASONIC_MODELS } from '../../../hardware/serial/ultrasonic-models.ts';
import type { HardwareConfigOf } from '../../config.ts';
import { group } from '../group.ts';
import { field } from '../notes.ts';
import { oneOf } from '../scalars.ts';
import { baudRateByModelField, portField, silenceField } from './serial-fields.ts';

const MODELS = [
  'a02yyuw',
  'a01nyub',
  'jsn-sr04t',
  'sen0754',
  'maxbotix-mm',
  'maxbotix-cm',
] as const satisfies readonly (keyof typeof ULTRASONIC_MODELS)[];

export const ultrasonicDriver = field(
  group({
    driver: field(v.literal('ultrasonic'), {
      description:
        '`ultrasonic`: an ultrasonic sensor with a serial output. Raw values are mm from the sensor to the surface: `empty` is the larger one. One slot, without a channel.',
      examples: ['ultrasonic'],
    }),
    port: portField('usb-1a86_USB_Serial-if00-port0'),
    model: field(oneOf(MODELS), {
      description:
        'Which sensor. `jsn-sr04t` in its mode 2 (47 kΩ); `maxbotix-mm` sends `R1234`, `maxbotix-cm` sends `R123`.',
      examples: ['a02yyuw'],
    }),
    baudRate: baudRateByModelField(),
    reopenAfterSilence: silenceField(),
  }),
  {
    entryName: 'tank',
    description: 'An ultrasonic sensor.',
    examples: [
      { driver: 'ultrasonic', port: '/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0', model: 'a02yyuw' },
    ],
  },
);

export function ultrasonicConfig({
  reopenAfterSilence,
  baudRate,
  ...rest
}: v.InferOutput<typeof ultrasonicDriver>): HardwareConfigOf<'ultrasonic'> {
  return {
    ...rest,
    baudRate: baudRate ?? ULTRASONIC_MODELS[rest.model].baudRate,
    reopenAfterSilenceMs: reopenAfterSilence ?? null,
  };
}
