import * as v from 'valibot';
import type { HardwareConfigOf } from '../../config.ts';
import { nearestName } from '../../nearest.ts';
import { group } from '../group.ts';
import { named } from '../named.ts';
import { field } from '../notes.ts';
import { duration } from '../quantities.ts';
import { type Checked, type IsGiven, type ReportMisfit, rule } from '../rule.ts';
import { oneOf, trueOrFalse, wholeNumber } from '../scalars.ts';
import type { Channels } from './channels.ts';
import { baudRateField, portField, silenceField } from './serial-fields.ts';

/** The protocol counts pins in seven bits; 0 and 1 are the serial port itself on nearly every board. */
const PIN_LIMITS = [2, 127] as const;
/** More switches than that are no ladder any more. */
const LADDER_PINS_MAX = 16;
/** Sensors with an analog output whose curve Johnny-Five knows. */
const MODELS = ['GP2Y0A21YK', 'GP2Y0A41SK0F', 'GP2Y0A02YK0F', 'GP2Y0A710K0F', 'GP2D120XJ00F'] as const;

const digitalPin = wholeNumber(...PIN_LIMITS);
const PIN_ERROR = 'a pin is given as it is printed on the board: type for example A0, or 4';
const analogPin = v.pipe(v.string(), v.regex(/^A(?:\d|1[0-5])$/, PIN_ERROR));
const pin = v.union([digitalPin, analogPin], PIN_ERROR);
const ladder = v.pipe(
  v.array(digitalPin, 'a list of pins is expected here: type for example [4, 5, 6]'),
  v.check(
    (pins) => pins.length >= 2 && pins.length <= LADDER_PINS_MAX,
    `2 to ${LADDER_PINS_MAX} pins are expected here; a single one is a float-switch`,
  ),
  v.check((pins) => new Set(pins).size === pins.length, 'a pin stands here twice'),
);

const channel = v.pipe(
  group({
    kind: field(oneOf(['analog', 'float-switch', 'float-ladder', 'proximity', 'ping']), {
      description:
        '`analog`: a voltage, raw 0 to 1023. `float-switch`: 1 while the contact is closed. `float-ladder`: how many contacts are closed. `proximity`: an analog distance sensor, raw mm. `ping`: an HC-SR04 on one pin, raw mm; needs PingFirmata.',
      examples: ['analog'],
    }),
    pin: field(v.optional(pin), {
      description: 'The pin, as printed on the board: A0 to A15 for `analog` and `proximity`, else a number.',
      range: `A0 to A15, or ${PIN_LIMITS[0]} to ${PIN_LIMITS[1]}`,
      examples: ['A0', 4],
    }),
    pins: field(v.optional(ladder), {
      description: 'Instead of pin for a `float-ladder`: its pins, the lowest contact first.',
      examples: [[4, 5, 6]],
    }),
    model: field(v.optional(oneOf(MODELS)), {
      description: 'The sensor of a `proximity` channel.',
      examples: ['GP2Y0A21YK'],
    }),
    pullup: field(v.optional(trueOrFalse(), true), {
      description:
        'The resistor within the chip: for a contact between the pin and ground. false for one to the supply with a resistor of its own.',
    }),
    invert: field(v.optional(trueOrFalse(), false), {
      description: 'Counts open contacts instead of closed ones.',
    }),
  }),
  rule(judgeChannel),
);

type ChannelFile = {
  readonly kind: 'analog' | 'float-switch' | 'float-ladder' | 'proximity' | 'ping';
  readonly pin?: string | number | undefined;
  readonly pins?: readonly number[] | undefined;
  readonly model?: (typeof MODELS)[number] | undefined;
};

function judgeChannel(
  { kind, pin: given }: Checked<ChannelFile>,
  misfit: ReportMisfit,
  isGiven: IsGiven,
): void {
  if (kind === undefined) return;
  if (kind === 'float-ladder') {
    if (isGiven('pin')) misfit([['pin']], 'a float-ladder has pins, instead: type pins: [4, 5, 6]');
    else if (!isGiven('pins'))
      misfit([[]], 'add pins: with those of the ladder, for example pins: [4, 5, 6]');
  } else {
    const isAnalog = kind === 'analog' || kind === 'proximity';
    const example = isAnalog ? 'A0' : '4';
    if (!isGiven('pin'))
      misfit([[]], `add pin: with the pin that it is wired to, for example pin: ${example}`);
    if (isGiven('pins')) misfit([['pins']], 'only a float-ladder has pins: type pin: with a single one');
    if (given !== undefined && (typeof given === 'string') !== isAnalog) {
      const wanted = isAnalog ? 'an analog pin' : 'the number of a digital pin';
      misfit([['pin']], `${wanted} is expected for ${kind}: type for example ${example}`);
    }
  }
  if (kind === 'proximity' && !isGiven('model')) {
    misfit([[]], `add model: with the sensor that is wired, for example model: ${MODELS[0]}`);
  }
  if (kind !== 'proximity' && isGiven('model')) misfit([['model']], 'only a proximity channel has a model');
}

export const firmataDriver = field(
  group({
    driver: field(v.literal('firmata'), {
      description:
        '`firmata`: an Arduino that runs StandardFirmata; its pins are read by Johnny-Five, without a program of your own.',
      examples: ['firmata'],
    }),
    port: portField('usb-Arduino_Uno_8573-if00'),
    baudRate: baudRateField(57_600),
    samplingInterval: field(v.optional(duration('100ms', '16s'), '1s'), {
      description: 'How often the board sends each value. It has to be well below staleAfter.',
    }),
    channels: field(named(field(channel, { description: 'One sensor.' })), {
      entryName: 'tank',
      description: 'What is wired, each under a name of your choice.',
    }),
    reopenAfterSilence: silenceField(),
  }),
  {
    entryName: 'arduino',
    description: 'An Arduino with StandardFirmata.',
    examples: [
      {
        driver: 'firmata',
        port: '/dev/serial/by-id/usb-Arduino_Uno_8573-if00',
        channels: {
          probe: { kind: 'analog', pin: 'A0' },
          tank: { kind: 'float-ladder', pins: [4, 5, 6] },
          lid: { kind: 'proximity', pin: 'A1', model: 'GP2Y0A21YK' },
        },
      },
    ],
  },
);

type FirmataFile = v.InferOutput<typeof firmataDriver>;
type ChannelSettings = HardwareConfigOf<'firmata'>['channels'][string];

export function firmataConfig(file: FirmataFile): HardwareConfigOf<'firmata'> {
  const { samplingInterval, reopenAfterSilence, channels, ...rest } = file;
  const made: Record<string, ChannelSettings> = Object.create(null);
  for (const [name, entry] of Object.entries(channels)) made[name] = channelSettings(entry);
  return {
    ...rest,
    samplingIntervalMs: samplingInterval,
    channels: made,
    reopenAfterSilenceMs: reopenAfterSilence ?? null,
  };
}

/** What the rule above has let through: the fallbacks only satisfy the types. */
function channelSettings(entry: FirmataFile['channels'][string]): ChannelSettings {
  const { kind, pin: given = '', pins = [], model = '', pullup, invert } = entry;
  switch (kind) {
    case 'analog':
      return { kind, pin: String(given) };
    case 'proximity':
      return { kind, pin: String(given), model };
    case 'float-switch':
      return { kind, pin: Number(given), pullup, invert };
    case 'float-ladder':
      return { kind, pins, pullup, invert };
    case 'ping':
      return { kind, pin: Number(given) };
  }
}

/** `entry` is the path of the entry, as text. */
export function firmataChannels({ channels }: Checked<FirmataFile>, entry: string): Channels | null {
  if (channels === undefined) return null;
  const known = Object.keys(channels);
  return {
    kind: 'several',
    missing: `${entry} has channels: add which one this slot reads, for example channel: ${known[0] ?? 'tank'}`,
    refusal: (typed) => {
      if (known.includes(typed)) return null;
      const nearest = nearestName(typed, known);
      return `${entry} has no channel ${typed}: ${nearest === null ? `known are ${known.slice(0, 10).join(', ')}` : `type ${nearest}`}`;
    },
  };
}
