import * as v from 'valibot';
import { nearestName } from './nearest.ts';
import { deviceSchema } from './schema/device.ts';
import { group } from './schema/group.ts';
import { channelsOf, hardwareSchema } from './schema/hardware.ts';
import { metricsSchema } from './schema/metrics.ts';
import { mqttSchema } from './schema/mqtt.ts';
import { replenishSchema } from './schema/replenish.ts';
import { type Checked, type IsGiven, type ReportMisfit, rule } from './schema/rule.ts';
import { slotsSchema } from './schema/slots.ts';

const sections = group({
  device: deviceSchema,
  mqtt: mqttSchema,
  replenish: replenishSchema,
  hardware: hardwareSchema,
  slots: slotsSchema,
  metrics: metricsSchema,
});

/** The file as it was read: keys as they are typed, durations in milliseconds, levels in percent, defaults filled in. */
export type ConfigFile = v.InferOutput<typeof sections>;

type Fields = Checked<ConfigFile>;
type Slot = Checked<ConfigFile['slots'][string]>;
type Hardware = Checked<ConfigFile['hardware'][string]>;

/** The one declaration of the configuration: types, ranges, defaults, descriptions and the rules between fields. */
export const configSchema = v.pipe(
  sections,
  rule(judgeSensors),
  rule((fields, misfit, isGiven) => {
    const slots = entriesOf<Slot>(fields.slots);
    judgeUnique(
      slots,
      (slot) => slot.slotId,
      misfit,
      (name, first) => ({
        path: ['slots', name, 'slotId'],
        message: `the slot ${first} has the same slotId: the same thing would be bought twice: type the id that was registered for this one`,
      }),
    );
    judgeUnique(
      slots,
      (slot, name) => sensorKey(slot, isGiven('slots', name, 'sensor', 'channel')),
      misfit,
      (name, first) => ({
        path: ['slots', name, 'sensor'],
        message: `the slot ${first} reads the same sensor: each slot needs readings of its own`,
      }),
    );
    judgeUnique(
      entriesOf<Hardware>(fields.hardware),
      (hardware) => ('port' in hardware ? hardware.port : undefined),
      misfit,
      (name, first) => ({
        path: ['hardware', name, 'port'],
        message: `the hardware ${first} uses the same port: a port can be opened only once, by one entry with a pattern that has a channel group`,
      }),
    );
  }),
);

/** Each slot's sensor names hardware that exists, and a channel exactly if that hardware has several. */
function judgeSensors(fields: Fields, misfit: ReportMisfit, isGiven: IsGiven): void {
  const hardware = new Map(entriesOf<Hardware>(fields.hardware));
  if (hardware.size === 0) return;
  for (const [name, { sensor }] of entriesOf<Slot>(fields.slots)) {
    if (sensor?.from === undefined) continue;
    const path = ['slots', name, 'sensor'];
    const source = hardware.get(sensor.from);
    if (!isGiven('hardware', sensor.from)) {
      misfit([[...path, 'from']], unknownHardware(sensor.from, [...hardware.keys()]));
      continue;
    }
    const channels = source === undefined ? null : channelsOf(source, `hardware.${sensor.from}`);
    if (channels === null) continue;
    if (channels.kind === 'several' && !isGiven(...path, 'channel')) misfit([path], channels.missing);
    if (sensor.channel === undefined) continue;
    const message = channels.kind === 'one' ? channels.unwanted : channels.refusal(sensor.channel);
    if (message !== null) misfit([[...path, 'channel']], message);
  }
}

function unknownHardware(typed: string, known: readonly string[]): string {
  const nearest = nearestName(typed, known);
  const remedy =
    nearest === null ? `known are ${known.slice(0, 10).join(', ')}` : `type ${nearest} if that is meant`;
  return `there is no entry ${typed} under hardware: ${remedy}`;
}

/** Undefined when the channel is wrong: that is not the same as none. */
function sensorKey({ sensor }: Slot, hasChannel: boolean): string | undefined {
  if (sensor?.from === undefined || (hasChannel && sensor.channel === undefined)) return undefined;
  return JSON.stringify([sensor.from, sensor.channel ?? null]);
}

type Misfit = { readonly path: readonly string[]; readonly message: string };

/** Reports each entry whose key an earlier entry has already. */
function judgeUnique<E>(
  entries: readonly (readonly [string, E])[],
  keyOf: (entry: E, name: string) => string | undefined,
  misfit: ReportMisfit,
  describe: (name: string, first: string) => Misfit,
): void {
  const firstByKey = new Map<string, string>();
  for (const [name, entry] of entries) {
    const key = keyOf(entry, name);
    if (key === undefined) continue;
    const first = firstByKey.get(key);
    if (first === undefined) firstByKey.set(key, name);
    else {
      const { path, message } = describe(name, first);
      misfit([path], message);
    }
  }
}

function entriesOf<E>(
  record: { readonly [name: string]: E | undefined } | undefined,
): (readonly [string, E])[] {
  return Object.entries(record ?? {}).flatMap(([name, entry]) =>
    entry === undefined ? [] : [[name, entry]],
  );
}
