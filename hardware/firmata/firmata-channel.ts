import { readLadder } from '../gpio/ladder.ts';
import type { Board, Firmata } from './johnny-five.ts';
import { createProximity, createSensor, createSwitch } from './johnny-five.ts';

export type FirmataChannelSettings =
  /** A voltage, in ADC counts: 0 to 1023 on most boards. `pin` is the print on the board, such as `A0`. */
  | { readonly kind: 'analog'; readonly pin: string }
  /** A distance sensor with an analog output, in millimetres. `model` is the name of Johnny-Five's controller. */
  | { readonly kind: 'proximity'; readonly pin: string; readonly model: string }
  /** One contact: 1 while it is closed, with `invert` while it is open. */
  | {
      readonly kind: 'float-switch';
      readonly pin: number;
      readonly pullup: boolean;
      readonly invert: boolean;
    }
  /** Contacts from the lowest to the highest: how many of them are closed, with `invert` open. */
  | {
      readonly kind: 'float-ladder';
      readonly pins: readonly number[];
      readonly pullup: boolean;
      readonly invert: boolean;
    }
  /** An HC-SR04 whose two signal pins are joined, in millimetres. The firmware has to be PingFirmata. */
  | { readonly kind: 'ping'; readonly pin: number };

/** What the messages since the last call brought: nothing for this channel, something that is no reading, or a value. */
export type Taken =
  | { readonly kind: 'nothing' }
  /** `why` is a sentence that says what to look at. */
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'value'; readonly raw: number };

/** One channel of a board, with its Johnny-Five object. It lives as long as the source. */
export type FirmataChannel = {
  /** Tells the firmware again what is wanted of it: it forgot when it started anew. */
  restart(): void;
  /** Asks for the present value where the firmware only tells of changes. */
  poll(): void;
  take(): Taken;
};

export type CreatedChannel =
  | { readonly ok: true; readonly channel: FirmataChannel }
  /** `error` is a sentence that says what is wrong and what to do. */
  | { readonly ok: false; readonly error: string };

const NOTHING = { kind: 'nothing' } as const;

/** Microseconds that an echo takes for a millimetre, there and back (HC-SR04 data sheet: 58 for a centimetre). */
const ECHO_US_PER_MM = 5.8;
/** Length of the pulse that starts a measurement, microseconds (HC-SR04 data sheet: at least 10). */
const TRIGGER_US = 10;

/** Builds a channel on a board that is ready, and starts it. */
export function createChannel(board: Board, settings: FirmataChannelSettings): CreatedChannel {
  const { io } = board;
  switch (settings.kind) {
    case 'analog':
    case 'proximity': {
      const number = Number(settings.pin.slice(1));
      if (io.analogPins[number] === undefined) return refuse(missingAnalogPin(settings.pin, io));
      return { ok: true, channel: createAnalog(board, settings, number) };
    }
    case 'float-switch':
    case 'float-ladder':
      return createFloats(board, settings);
    case 'ping': {
      const { pin } = settings;
      if (io.pins[pin]?.supportedModes.includes(io.MODES.PING_READ) !== true) {
        return refuse(
          `pin ${pin} can't read an HC-SR04 with the firmware of this board: upload PingFirmata, or use another sensor.`,
        );
      }
      return { ok: true, channel: createPing(io, pin) };
    }
  }
}

function createAnalog(
  board: Board,
  settings: FirmataChannelSettings & { kind: 'analog' | 'proximity' },
  number: number,
): FirmataChannel {
  const { io } = board;
  const read = analogReader(board, settings);
  let isFresh = false;
  // Behind Johnny-Five's own listener: its object knows the value already.
  io.on(`analog-read-${number}`, () => {
    isFresh = true;
  });
  return {
    restart: () => io.reportAnalogPin(number, 1),
    // The firmware sends every analog pin at each sampling interval by itself.
    poll: () => {},
    take: () => {
      if (!isFresh) return NOTHING;
      isFresh = false;
      const raw = read();
      if (raw !== null && Number.isFinite(raw) && raw >= 0) return { kind: 'value', raw };
      return bad(`the sensor on pin ${settings.pin} sees nothing within its range, or its wire is off.`);
    },
  };
}

function analogReader(
  board: Board,
  settings: FirmataChannelSettings & { kind: 'analog' | 'proximity' },
): () => number | null {
  if (settings.kind === 'analog') {
    const sensor = createSensor(board, settings.pin);
    return () => sensor.raw;
  }
  const proximity = createProximity(board, settings.pin, settings.model);
  return () => {
    const { cm } = proximity;
    // A curve has no value below its first point, which is what a sensor that sees nothing gives.
    return cm > 0 ? Math.round(cm * 10) : null;
  };
}

type FloatSettings = FirmataChannelSettings & { kind: 'float-switch' | 'float-ladder' };

function createFloats(board: Board, settings: FloatSettings): CreatedChannel {
  const { io } = board;
  const pins = settings.kind === 'float-switch' ? [settings.pin] : settings.pins;
  const strange = pins.find((pin) => io.pins[pin]?.supportedModes.includes(io.MODES.INPUT) !== true);
  if (strange !== undefined) {
    return refuse(`pin ${strange} of this board can't be a digital input: choose another one.`);
  }
  const switches = pins.map((pin) => createSwitch(board, pin, settings.pullup));
  // Johnny-Five takes 14 on an Uno for A0, and A0 for pin 0.
  const moved = pins.find((pin, index) => switches[index]?.pin !== pin);
  if (moved !== undefined)
    return refuse(`pin ${moved} is an analog pin on this board: choose a digital one.`);

  /** Pins that were not heard of since the last poll. */
  const silent = new Set(pins);
  let isFresh = false;
  for (const pin of pins) {
    io.on(`digital-read-${pin}`, () => {
      silent.delete(pin);
      isFresh = true;
    });
  }
  // A port is eight pins, and one request is enough for all of them.
  const onePerPort = [...new Map(pins.map((pin) => [pin >> 3, pin])).values()];
  const report = () => {
    for (const pin of onePerPort) io.reportDigitalPin(pin, 1);
  };
  const channel: FirmataChannel = {
    restart: () => {
      for (const pin of pins) io.pinMode(pin, io.MODES.INPUT);
      // Said of both: the library writes whole ports, with what the other pins have read in place of their resistors.
      for (const pin of pins) io.digitalWrite(pin, settings.pullup ? io.HIGH : io.LOW);
      for (const pin of pins) silent.add(pin);
      report();
    },
    poll: () => {
      for (const pin of pins) silent.add(pin);
      report();
    },
    take: () => {
      if (!isFresh || silent.size > 0) return NOTHING;
      isFresh = false;
      const value = readLadder(switches.map(({ isClosed }) => isClosed !== settings.invert));
      if (value.ok) return { kind: 'value', raw: value.count };
      return bad(
        `the contact on pin ${pins[value.wet]} is on and the one below it, on pin ${pins[value.dry]}, is off: one of them is stuck, or its wire is off.`,
      );
    },
  };
  return { ok: true, channel };
}

function createPing(io: Firmata, pin: number): FirmataChannel {
  const event = `ping-read-${pin}`;
  let durationUs: number | null = null;
  const ask = () => {
    // A request that was never answered would leave its listener behind.
    io.removeAllListeners(event);
    io.pingRead({ pin, value: io.HIGH, pulseOut: TRIGGER_US }, (heardUs) => {
      durationUs = heardUs;
    });
  };
  ask();
  return {
    restart: ask,
    poll: ask,
    take: () => {
      if (durationUs === null) return NOTHING;
      const raw = Math.round(durationUs / ECHO_US_PER_MM);
      durationUs = null;
      // No echo came back within the firmware's time.
      return raw > 0 ? { kind: 'value', raw } : bad(`no echo comes back to the sensor on pin ${pin}.`);
    },
  };
}

function bad(why: string): Taken {
  return { kind: 'bad', why };
}

function refuse(error: string): CreatedChannel {
  return { ok: false, error };
}

function missingAnalogPin(pin: string, io: Firmata): string {
  const last = io.analogPins.length - 1;
  return last < 0
    ? `this board has no analog pin ${pin}: choose another kind of channel.`
    : `this board has no analog pin ${pin}: it has A0 to A${last}.`;
}
