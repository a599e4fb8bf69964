import * as v from 'valibot';
import type { HardwareConfigOf } from '../../config.ts';
import { nearestName } from '../../nearest.ts';
import { group } from '../group.ts';
import { named } from '../named.ts';
import { field } from '../notes.ts';
import { duration } from '../quantities.ts';
import type { Checked } from '../rule.ts';
import { number, oneOf, wholeNumber } from '../scalars.ts';
import type { Channels } from './channels.ts';
import { baudRateField, portField, silenceField } from './serial-fields.ts';

const ONE_OR_TWO = 'type 1 or 2';
const THREE_OR_FOUR = 'type 3 (holding registers) or 4 (input registers)';
const REGISTER_TYPES = ['uint16', 'int16', 'uint32', 'int32', 'float32'] as const;

const channel = group({
  unit: field(wholeNumber(1, 254), {
    description: 'Address of the device on the bus.',
    examples: [1],
    unit: 'address',
    range: '1 to 254',
  }),
  function: field(v.optional(v.union([v.literal(3), v.literal(4)], THREE_OR_FOUR), 3), {
    description: 'What is read: 3 holding registers, 4 input registers.',
    range: '3 or 4',
  }),
  register: field(wholeNumber(0, 65_535), {
    description:
      'First register as it is on the wire, counted from 0. Manuals that begin with 40001 count from 1.',
    examples: [1],
    unit: 'register',
    range: '0 to 65535',
  }),
  type: field(v.optional(oneOf(REGISTER_TYPES), 'uint16'), {
    description: 'How the number lies in the registers; those with 32 bits take two.',
  }),
  wordOrder: field(v.optional(oneOf(['high-first', 'low-first']), 'high-first'), {
    description: 'Which of two registers comes first.',
  }),
  scale: field(v.optional(number(), 1), {
    description: "The register's number times this is the raw value.",
    unit: 'raw per count',
  }),
});

export const modbusDriver = field(
  group({
    driver: field(v.literal('modbus'), {
      description:
        '`modbus`: devices on an RS-485 bus that are asked in turn (Modbus RTU). `sensor.channel` is a name under `channels`.',
      examples: ['modbus'],
    }),
    port: portField('usb-FTDI_USB-RS485-if00-port0'),
    baudRate: baudRateField(9600),
    parity: field(v.optional(oneOf(['none', 'even', 'odd']), 'none'), {
      description: 'Parity, as the devices on the bus are set.',
    }),
    stopBits: field(v.optional(v.union([v.literal(1), v.literal(2)], ONE_OR_TWO), 1), {
      description: 'Stop bits, as the devices on the bus are set.',
      range: '1 or 2',
    }),
    pollEvery: field(v.optional(duration('50ms', '1h'), '1s'), {
      description: 'How often each channel is asked. A device that does not answer is asked less often.',
    }),
    answerTimeout: field(v.optional(duration('10ms', '10s'), '500ms'), {
      description: 'Longest wait for an answer.',
    }),
    channels: field(named(field(channel, { description: 'One value on the bus.' })), {
      description:
        'The values, each under a name of your choice: `unit`, `register`, and where it differs `function`, `type`, `wordOrder`, `scale`.',
      examples: [{ level: { unit: 1, register: 3 } }],
    }),
    reopenAfterSilence: silenceField(),
  }),
  {
    entryName: 'bus',
    description: 'Devices on a Modbus RTU bus.',
    examples: [
      {
        driver: 'modbus',
        port: '/dev/serial/by-id/usb-FTDI_USB-RS485-if00-port0',
        channels: { level: { unit: 1, register: 3 } },
      },
    ],
  },
);

type ModbusFile = v.InferOutput<typeof modbusDriver>;

export function modbusConfig(file: ModbusFile): HardwareConfigOf<'modbus'> {
  const { pollEvery, answerTimeout, reopenAfterSilence, ...rest } = file;
  return {
    ...rest,
    pollEveryMs: pollEvery,
    answerTimeoutMs: answerTimeout,
    reopenAfterSilenceMs: reopenAfterSilence ?? null,
  };
}

/** `entry` is the path of the entry, as text. Null while it declares no channels. */
export function modbusChannels({ channels }: Checked<ModbusFile>, entry: string): Channels | null {
  const names = Object.keys(channels ?? {});
  if (names.length === 0) return null;
  return {
    kind: 'several',
    missing: `${entry} has several channels: add which one this slot reads, for example channel: ${names[0]}`,
    refusal: (typed) => {
      if (names.includes(typed)) return null;
      const nearest = nearestName(typed, names);
      const remedy =
        nearest === null ? `known are ${names.slice(0, 10).join(', ')}` : `type ${nearest} if that is meant`;
      return `there is no channel ${typed} under ${entry}.channels: ${remedy}`;
    },
  };
}
