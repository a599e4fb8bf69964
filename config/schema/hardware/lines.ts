import * as v from 'valibot';
import type { HardwareConfigOf } from '../../config.ts';
import { inspectLinePattern } from '../../line-pattern.ts';
import { group } from '../group.ts';
import { field } from '../notes.ts';
import type { Checked } from '../rule.ts';
import { text } from '../scalars.ts';
import type { Channels } from './channels.ts';
import { baudRateField, portField, silenceField } from './serial-fields.ts';

const linePattern = v.pipe(
  text(1000),
  v.check(
    (source) => patternMistake(source) === null,
    ({ input: source }) => patternMistake(source) ?? '',
  ),
);

function patternMistake(source: string): string | null {
  const pattern = inspectLinePattern(source);
  if (!pattern.ok) {
    return `this is not a valid regular expression (${pattern.reason}): type for example '(?<value>-?\\d+)' for lines that are a number`;
  }
  return pattern.hasValue
    ? null
    : 'the pattern must have a group named value around the number: type for example (?<value>-?\\d+)';
}

export const linesDriver = group({
  driver: field(v.literal('lines'), {
    description: 'How the hardware speaks. `lines`: one text line for each reading, over a serial port.',
    examples: ['lines'],
  }),
  port: portField('usb-Arduino_Uno_7563-if00'),
  baudRate: baudRateField(9600),
  pattern: field(linePattern, {
    description:
      'Regular expression for a whole line. The group `value` is the reading; the group `channel`, if there is one, tells whose. In single quotes.',
    examples: ['slot=(?<channel>\\w+) raw=(?<value>-?\\d+(?:\\.\\d+)?)'],
  }),
  reopenAfterSilence: silenceField(),
});

type LinesFile = v.InferOutput<typeof linesDriver>;

export function linesConfig({ reopenAfterSilence, ...rest }: LinesFile): HardwareConfigOf<'lines'> {
  return { ...rest, reopenAfterSilenceMs: reopenAfterSilence ?? null };
}

/** `entry` is the path of the entry, as text. Null when its pattern tells nothing. */
export function linesChannels({ pattern: source }: Checked<LinesFile>, entry: string): Channels | null {
  const pattern = source === undefined ? null : inspectLinePattern(source);
  if (!pattern?.ok) return null;
  if (!pattern.hasChannel) {
    const unwanted = `the pattern of ${entry} has no group named channel: take channel out here, or add the group (?<channel>...) there`;
    return { kind: 'one', unwanted };
  }
  const missing = `the pattern of ${entry} tells channels apart: add which one this slot reads, for example channel: "1"`;
  return { kind: 'several', missing, refusal: () => null };
}
