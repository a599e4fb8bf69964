import * as z from 'zod/mini';
import { inspectLinePattern } from '../line-pattern.ts';
import { field } from './notes.ts';
import { duration } from './quantities.ts';
import { group, named, oneOf, text, wholeNumber } from './scalars.ts';

const linePattern = text(1000).check(
  z.superRefine((value, context) => {
    const pattern = inspectLinePattern(value);
    if (pattern.ok && pattern.hasValue) return;
    const message = pattern.ok
      ? 'the pattern must have a group named value around the number: type for example (?<value>-?\\d+)'
      : `this is not a valid regular expression: ${pattern.reason}`;
    context.issues.push({ code: 'custom', input: value, message });
  }),
);

const linesDriver = group({
  driver: field(oneOf(['lines']), {
    description: 'How the hardware speaks. `lines`: one text line for each reading, over a serial port.',
    examples: ['lines'],
  }),
  port: field(
    text(4096).check(
      z.refine((path) => path.startsWith('/'), {
        error: 'a device file is given with its whole path: type for example /dev/serial/by-id/usb-...',
      }),
    ),
    {
      description:
        'Device file of the serial port. A link in /dev/serial/by-id stays the same after a replug.',
      examples: ['/dev/serial/by-id/usb-Arduino_Uno_7563-if00'],
    },
  ),
  baudRate: field(z.prefault(wholeNumber(50, 4_000_000), 9600), {
    description: 'Speed of the serial port; it must be that of the board.',
    unit: 'baud',
    range: '50 to 4000000',
  }),
  pattern: field(linePattern, {
    description:
      'Regular expression for a whole line. The group `value` is the reading; the group `channel`, if there is one, tells whose. In single quotes.',
    examples: ['slot=(?<channel>\\w+) raw=(?<value>-?\\d+(?:\\.\\d+)?)'],
  }),
  reopenAfterSilence: field(z.optional(duration('100ms', '7d')), {
    description:
      'A port that is silent for this long is closed and opened again. Without it the shortest staleAfter of the slots that use it.',
    examples: ['60s'],
  }),
});

export const hardwareSchema = field(named(field(linesDriver, { description: 'One connection.' })), {
  entryName: 'board',
  description: 'The connections to sensors, each under a name of your choice.',
});
