import type { SourceDriver } from './answers.ts';

/** What a first configuration has to know of a driver. */
export type SourceFacts = {
  /** Name of its entry under `hardware`. */
  readonly entry: string;
  /** What its raw values are. */
  readonly raw: string;
  /**
   * How a slot says which value it reads: not at all, by a channel of the hardware, or by a pin, line or register that the
   * entry declares under the name of the slot. `maybe`: as the pattern has it.
   */
  readonly channels: 'none' | 'free' | 'maybe' | 'declared';
  /** What a person fills in as channel, with an example; empty without channels. */
  readonly channelHint: string;
  readonly channelExample: string;
  /** Raw values that stand in until the container was measured. */
  readonly empty: number;
  readonly full: number;
};

const MM = 'mm from the sensor to the surface';

export const SOURCE_FACTS: Readonly<Record<SourceDriver, SourceFacts>> = {
  lines: {
    entry: 'board',
    raw: 'the numbers that the board prints',
    channels: 'maybe',
    channelHint: 'which of the values that the board prints',
    channelExample: '1',
    empty: 0,
    full: 1023,
  },
  scale: { entry: 'scale', raw: 'grams', channels: 'none', ...noChannel(), empty: 0, full: 5000 },
  ultrasonic: { entry: 'distance', raw: MM, channels: 'none', ...noChannel(), empty: 1000, full: 300 },
  lidar: { entry: 'distance', raw: MM, channels: 'none', ...noChannel(), empty: 1000, full: 300 },
  firmata: {
    entry: 'arduino',
    raw: '0 to 1023 on an analog pin, 0 or 1 on a switch',
    channels: 'declared',
    channelHint: 'the pin as printed on the board: A0 for a voltage, 4 for a float switch to ground',
    channelExample: 'A0',
    empty: 0,
    full: 1023,
  },
  modbus: {
    entry: 'bus',
    raw: 'the numbers in the registers',
    channels: 'declared',
    channelHint: 'unit and register, counted from 0',
    channelExample: '1:3',
    empty: 0,
    full: 1000,
  },
  iio: {
    entry: 'converter',
    raw: 'counts of the converter',
    channels: 'free',
    channelHint: 'the input: voltage0 for the file in_voltage0_raw',
    channelExample: 'voltage0',
    empty: 0,
    full: 32_767,
  },
  gpio: {
    entry: 'floats',
    raw: '0 or 1 for each switch',
    channels: 'declared',
    channelHint: 'the line on the chip that a switch to ground is wired to',
    channelExample: '17',
    empty: 0,
    full: 1,
  },
};

function noChannel(): { readonly channelHint: string; readonly channelExample: string } {
  return { channelHint: '', channelExample: '' };
}

/** PURE. Whether a channel is a switch, which is either off or on: there is nothing to measure. */
export function isSwitch(driver: SourceDriver, channel: string | null): boolean {
  return driver === 'gpio' || (driver === 'firmata' && /^\d+$/.test(channel ?? ''));
}

/** PURE. What the entry under `hardware` declares for a slot's pin, line or register. */
export function declaredChannel(driver: SourceDriver, channel: string): Readonly<Record<string, unknown>> {
  const number = /^\d{1,9}$/.test(channel) ? Number(channel) : channel;
  if (driver === 'gpio') return { line: number, activeLow: true, bias: 'pull-up' };
  if (driver === 'firmata') {
    return { kind: isSwitch(driver, channel) ? 'float-switch' : 'analog', pin: number };
  }
  const [unit = '', register = ''] = channel.split(':');
  const whole = (text: string): number | string => (/^\d{1,9}$/.test(text) ? Number(text) : text);
  return { unit: whole(unit), register: whole(register) };
}
