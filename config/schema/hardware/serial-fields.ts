import * as v from 'valibot';
import { field } from '../notes.ts';
import { duration } from '../quantities.ts';
import { text, wholeNumber } from '../scalars.ts';

const fromTheRoot = v.check<string, string>(
  (path) => path.startsWith('/'),
  'a device file is given with its whole path: type for example /dev/serial/by-id/usb-...',
);

/** Device file of a serial port. `examplePort` is the name of a link in /dev/serial/by-id, one for each driver. */
export function portField(examplePort: string) {
  return field(v.pipe(text(4096), fromTheRoot), {
    description: 'Device file of the serial port. A link in /dev/serial/by-id stays the same after a replug.',
    examples: [`/dev/serial/by-id/${examplePort}`],
  });
}

const BAUD_LIMITS = [50, 4_000_000] as const;
const BAUD_NOTES = {
  description: 'Speed of the serial port; it must be that of the board.',
  unit: 'baud',
  range: `${BAUD_LIMITS[0]} to ${BAUD_LIMITS[1]}`,
};

export function baudRateField(standard: number) {
  return field(v.optional(wholeNumber(...BAUD_LIMITS), standard), BAUD_NOTES);
}

/** For a driver that knows each model's speed. */
export function baudRateByModelField() {
  return field(v.optional(wholeNumber(...BAUD_LIMITS)), {
    ...BAUD_NOTES,
    description: 'Speed of the serial port. Without it the one that the model is delivered with.',
    examples: [9600],
  });
}

export function silenceField() {
  return field(v.optional(duration('100ms', '7d')), {
    description:
      'A port that is silent for this long is closed and opened again. Without it the shortest staleAfter of the slots that use it.',
    examples: ['60s'],
  });
}
