import type { Firmata, Transport } from 'firmata-io';
import firmataIo from 'firmata-io';
import type { Board } from 'johnny-five/lib/board.js';
import BoardClass from 'johnny-five/lib/board.js';
import type { Proximity } from 'johnny-five/lib/proximity.js';
import ProximityClass from 'johnny-five/lib/proximity.js';
import type { Sensor } from 'johnny-five/lib/sensor.js';
import SensorClass from 'johnny-five/lib/sensor.js';
import type { Switch } from 'johnny-five/lib/switch.js';
import SwitchClass from 'johnny-five/lib/switch.js';

export type { Board, Firmata, Proximity, Sensor, Switch, Transport };

/** Longest interval that a timer of Node can have, some 24 days. */
const NEVER_MS = 2_147_483_647;

/**
 * DOOR of johnny-five and firmata-io. Both are loaded with this file, and this file only for a `firmata` entry.
 *
 * A board on a transport of ours. Johnny-Five looks for no port by itself then, opens no prompt, prints nothing and
 * leaves the signals alone. It is ready as soon as the transport has delivered the firmware's four answers.
 */
export function createBoard(transport: Transport): Board {
  // Its own question is not needed: the answers are there before the board is.
  const io = new firmataIo.Firmata(transport, { reportVersionTimeout: NEVER_MS });
  const board = new BoardClass({ io, repl: false, debug: false, sigint: false });
  // Without a listener an `error` would end the process. What can go wrong is watched on the transport.
  board.on('error', () => {});
  return board;
}

/** An analog pin, such as `A0`. */
export function createSensor(board: Board, pin: string): Sensor {
  return new SensorClass({ board, pin, enabled: false });
}

/** A contact on a digital pin; with `pullup` between the pin and ground, else between the pin and the supply. */
export function createSwitch(board: Board, pin: number, pullup: boolean): Switch {
  return new SwitchClass({ board, pin, type: pullup ? 'NO' : 'NC', invert: pullup });
}

/** A distance sensor with an analog output. Its events, which repeat the last value for ever, are put off for good. */
export function createProximity(board: Board, pin: string, model: string): Proximity {
  return new ProximityClass({ board, pin, controller: model, freq: NEVER_MS });
}
