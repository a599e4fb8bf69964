import { parentPort, workerData } from 'node:worker_threads';
import { openPty, type Pty } from '../support/pty.ts';
import { Atmega328, type Wire } from './atmega328.ts';
import { Hx711 } from './hx711.ts';

/*
 * An Arduino Uno in a thread of its own: the chip at the pace of real time, its serial port on a pseudo-terminal.
 */

export type UnoPlan = {
  readonly flash: Uint8Array;
  /** The path under which the board appears. */
  readonly link: string;
  /** The pins of an HX711 load cell amplifier; null without one. */
  readonly hx711: { readonly dataPin: number; readonly clockPin: number } | null;
};

export type UnoOrder =
  | { readonly kind: 'volts'; readonly pin: number; readonly volts: number }
  | { readonly kind: 'wire'; readonly pin: number; readonly wire: Wire }
  | { readonly kind: 'weigh'; readonly counts: number }
  | { readonly kind: 'reset' | 'halt' | 'unplug' | 'plug' | 'close' };

/** How often the thread wakes, milliseconds. */
const SLICE_MS = 5;
/** More than that is not made up for: on a busy machine the board is slow, and never in a hurry. */
const LAG_MS_MAX = 20;
/** Until the program first speaks, which StandardFirmata does after two seconds, time passes this much faster. */
const BOOT_MS_PER_SLICE = 40;

const { flash, link, hx711 } = workerData as UnoPlan;
const chip = new Atmega328(flash);
const cell = hx711 === null ? null : new Hx711(chip, hx711.dataPin, hx711.clockPin);
let pty: Pty | null = openPty({ link });
let isHalted = false;
let hasSpoken = false;
let wasOpened = false;
let lastMs = performance.now();

function restart(): void {
  chip.reset();
  cell?.powerUp();
  isHalted = false;
  hasSpoken = false;
}

/** Opening the port of an Uno resets it, by the line that terminal programs raise (DTR). */
function watchOpening(): void {
  const isOpened = pty?.isOpened() ?? false;
  if (isOpened && !wasOpened) restart();
  wasOpened = isOpened;
}

function slice(): void {
  const nowMs = performance.now();
  const passedMs = Math.min(nowMs - lastMs, LAG_MS_MAX);
  lastMs = nowMs;
  watchOpening();
  // Nobody listens: the next one resets it anyway.
  if (pty === null || !wasOpened || isHalted) return;
  chip.receive(pty.read());
  chip.run(hasSpoken ? passedMs : BOOT_MS_PER_SLICE);
  const sent = chip.takeSent();
  if (sent.length === 0) return;
  hasSpoken = true;
  pty.write(sent);
}

function unplug(): void {
  pty?.unplug();
  pty = null;
}

const timer = setInterval(slice, SLICE_MS);

parentPort?.on('message', (order: UnoOrder) => {
  switch (order.kind) {
    case 'volts':
      chip.setVolts(order.pin, order.volts);
      break;
    case 'wire':
      chip.wire(order.pin, order.wire);
      break;
    case 'weigh':
      cell?.weigh(order.counts);
      break;
    case 'reset':
      restart();
      break;
    case 'halt':
      isHalted = true;
      break;
    case 'unplug':
      unplug();
      break;
    case 'plug':
      pty ??= openPty({ link });
      break;
    case 'close':
      clearInterval(timer);
      unplug();
      parentPort?.close();
  }
});
parentPort?.postMessage('ready');
