import * as v from 'valibot';
import type { HardwareConfigOf } from '../../config.ts';
import { nearestName } from '../../nearest.ts';
import { group } from '../group.ts';
import { named } from '../named.ts';
import { field } from '../notes.ts';
import { duration } from '../quantities.ts';
import { type Checked, rule } from '../rule.ts';
import { finite, oneOf, text, trueOrFalse } from '../scalars.ts';
import type { Channels } from './channels.ts';

/** A chip has some hundred lines at the most. */
const LINE_MAX = 1023;
/** More switches than that are no ladder any more. */
const LADDER_LINES_MAX = 16;

const LINE_ERROR = `a line is given by its number on the chip, or by its name: type for example 17 or "GPIO17"`;
const lineNumber = v.pipe(
  finite('integer', Number.isInteger, LINE_ERROR),
  v.minValue(0, LINE_ERROR),
  v.maxValue(LINE_MAX, LINE_ERROR),
);
// The kernel's names have 31 bytes at the most, and may hold spaces.
const lineName = v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,31}$/, LINE_ERROR));
const line = v.union([lineNumber, lineName], LINE_ERROR);

const ladder = v.pipe(
  v.array(line, 'a list of lines is expected here: type for example [17, 27, 22]'),
  v.check(
    (lines) => lines.length >= 2 && lines.length <= LADDER_LINES_MAX,
    `2 to ${LADDER_LINES_MAX} lines are expected here; a single one is given as line`,
  ),
  v.check((lines) => new Set(lines).size === lines.length, 'a line stands here twice'),
);

const channel = v.pipe(
  group({
    line: field(v.optional(line), {
      description: 'One switch, which yields 0 or 1: number of the line on the chip, or its name.',
      range: `0 to ${LINE_MAX}, or text`,
      examples: [17],
    }),
    lines: field(v.optional(ladder), {
      description: 'Instead of line: a ladder of switches, the lowest first. It yields how many are on.',
      examples: [[17, 27, 22]],
    }),
    activeLow: field(v.optional(trueOrFalse(), false), {
      description: 'A line at 0 V counts as on: for a switch between the line and ground.',
    }),
    bias: field(v.optional(oneOf(['pull-up', 'pull-down', 'disabled'])), {
      description:
        'Resistor within the chip. A switch to ground needs pull-up, one to the supply pull-down, unless the board has one of its own. Without it the line stays as the board has it.',
      examples: ['pull-up'],
    }),
    debounce: field(v.optional(duration('0s', '10s'), '20ms'), {
      description: 'A level has to last for this long.',
    }),
  }),
  rule((_fields, misfit, isGiven) => {
    const [hasLine, hasLines] = [isGiven('line'), isGiven('lines')];
    if (!hasLine && !hasLines) misfit([[]], 'add line: with the number of the line, or lines: for a ladder');
    if (hasLine && hasLines) misfit([['line']], 'line and lines exclude each other: take one of them out');
  }),
);

export const gpioDriver = group({
  driver: field(v.literal('gpio'), {
    description: 'Switches on GPIO lines of the board itself, through the GPIO character device of Linux.',
    examples: ['gpio'],
  }),
  chip: field(text(4096), {
    description:
      'GPIO chip: its label, which stays the same on a new kernel, its name or its device file. `gpioinfo` shows them.',
    examples: ['pinctrl-bcm2711', 'gpiochip0', '/dev/gpiochip0'],
  }),
  channels: field(named(field(channel, { description: 'One switch or one ladder.' })), {
    entryName: 'tank',
    description: 'What is wired, each under a name of your choice.',
  }),
  interval: field(v.optional(duration('100ms', '1h'), '1s'), {
    description: 'A change is told at once; without one each channel is read and told again this often.',
  }),
});

type GpioFile = v.InferOutput<typeof gpioDriver>;

export function gpioConfig({ driver, chip, channels, interval }: GpioFile): HardwareConfigOf<'gpio'> {
  const groups: Record<string, HardwareConfigOf<'gpio'>['channels'][string]> = Object.create(null);
  for (const [name, { line: single, lines, activeLow, bias, debounce }] of Object.entries(channels)) {
    groups[name] = {
      lines: lines ?? (single === undefined ? [] : [single]),
      isActiveLow: activeLow,
      bias: bias ?? null,
      debounceMs: debounce,
    };
  }
  return { driver, chip, channels: groups, intervalMs: interval };
}

/** `entry` is the path of the entry, as text. */
export function gpioChannels({ channels }: Checked<GpioFile>, entry: string): Channels | null {
  if (channels === undefined) return null;
  const known = Object.keys(channels);
  const example = known[0] ?? 'tank';
  return {
    kind: 'several',
    missing: `${entry} has channels: add which one this slot reads, for example channel: ${example}`,
    refusal: (typed) => {
      if (known.includes(typed)) return null;
      const nearest = nearestName(typed, known);
      return `${entry} has no channel ${typed}: ${nearest === null ? `known are ${known.slice(0, 10).join(', ')}` : `type ${nearest}`}`;
    },
  };
}
