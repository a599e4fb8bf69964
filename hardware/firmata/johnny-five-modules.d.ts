/*
 * The part of johnny-five and firmata-io that is used here; neither package describes itself. The modules are taken one
 * by one: the package as a whole loads every component that it knows.
 */

declare module 'firmata-io' {
  import type { EventEmitter } from 'node:events';

  /** What Firmata sends through, and where it hears `open` and `data`. */
  export interface Transport extends EventEmitter {
    write(bytes: Uint8Array, written: () => void): void;
  }

  /** One board that speaks Firmata. Emits `analog-read-N` (N counts analog pins), `digital-read-N`, `ping-read-N`. */
  export interface Firmata extends EventEmitter {
    readonly isReady: boolean;
    /** For each analog pin, its number among all pins. */
    readonly analogPins: readonly number[];
    readonly pins: readonly { readonly supportedModes: readonly number[] }[];
    readonly HIGH: number;
    readonly LOW: number;
    readonly MODES: {
      readonly INPUT: number;
      readonly ANALOG: number;
      readonly PING_READ: number;
    };
    reset(): void;
    setSamplingInterval(intervalMs: number): void;
    pinMode(pin: number, mode: number): void;
    digitalWrite(pin: number, value: number): void;
    reportAnalogPin(pin: number, isOn: 0 | 1): void;
    reportDigitalPin(pin: number, isOn: 0 | 1): void;
    /** @throws when the firmware does not offer it for this pin. Adds a listener each time. */
    pingRead(
      options: { readonly pin: number; readonly value: number; readonly pulseOut: number },
      callback: (durationUs: number) => void,
    ): void;
  }

  const bindTransport: {
    readonly Firmata: new (
      transport: Transport,
      options: { readonly reportVersionTimeout: number },
    ) => Firmata;
  };
  export default bindTransport;
}

declare module 'johnny-five/lib/board.js' {
  import type { EventEmitter } from 'node:events';
  import type { Firmata } from 'firmata-io';

  export interface Board extends EventEmitter {
    readonly io: Firmata;
    readonly isReady: boolean;
  }

  const BoardClass: new (options: {
    readonly io: Firmata;
    readonly repl: false;
    readonly debug: false;
    readonly sigint: false;
  }) => Board;
  export default BoardClass;
}

declare module 'johnny-five/lib/sensor.js' {
  import type { Board } from 'johnny-five/lib/board.js';

  export interface Sensor {
    /** The last value that arrived, however old; null before the first. */
    readonly raw: number | null;
  }

  const SensorClass: new (options: {
    readonly board: Board;
    readonly pin: string;
    /** false: no timer that repeats the last value. */
    readonly enabled: false;
  }) => Sensor;
  export default SensorClass;
}

declare module 'johnny-five/lib/switch.js' {
  import type { Board } from 'johnny-five/lib/board.js';

  export interface Switch {
    /** The pin that it really took. */
    readonly pin: number;
    readonly isClosed: boolean;
  }

  const SwitchClass: new (options: {
    readonly board: Board;
    readonly pin: number;
    /** `NO` switches the pull-up resistor of the pin on, `NC` leaves it off. */
    readonly type: 'NO' | 'NC';
    /** true: a pin that reads low is a closed contact. */
    readonly invert: boolean;
  }) => Switch;
  export default SwitchClass;
}

declare module 'johnny-five/lib/proximity.js' {
  import type { Board } from 'johnny-five/lib/board.js';

  export interface Proximity {
    /** Centimetres by the last value that arrived, however old. */
    readonly cm: number;
  }

  const ProximityClass: new (options: {
    readonly board: Board;
    readonly pin: string;
    readonly controller: string;
    /** Interval of its own events, milliseconds. */
    readonly freq: number;
  }) => Proximity;
  export default ProximityClass;
}
