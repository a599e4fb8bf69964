import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Wire } from './atmega328.ts';
import type { UnoOrder, UnoPlan } from './uno-thread.ts';

/** A simulated Arduino Uno that runs real firmware behind a real serial device, at about the pace of real time. */
export type Uno = {
  /** The device file. */
  readonly path: string;
  /** Puts a voltage on A0 to A5. */
  setVolts(pin: number, volts: number): void;
  /** Wires a digital pin. */
  wire(pin: number, wire: Wire): void;
  /** What the load cell amplifier measures from now on, counts; only with one. */
  weigh(counts: number): void;
  /** The button on the board. */
  reset(): void;
  /** The program hangs: nothing is sent any more, and the device stays. */
  halt(): void;
  unplug(): void;
  /** At the same path again, from power-up. */
  plugIn(): void;
  /** Unplugs for good and ends the thread. */
  close(): Promise<void>;
};

export type UnoOptions = Omit<UnoPlan, 'hx711'> & { readonly hx711?: UnoPlan['hx711'] };

/** Resolves when the device is there. Its program starts each time that the device is opened, as on a real Uno. */
export async function startUno({ flash, link, hx711 = null }: UnoOptions): Promise<Uno> {
  const plan: UnoPlan = { flash, link, hx711 };
  const worker = new Worker(new URL('./uno-thread.ts', import.meta.url), { workerData: plan });
  const ended = once(worker, 'exit');
  await once(worker, 'message');
  const tell = (order: UnoOrder) => worker.postMessage(order);
  return {
    path: link,
    setVolts: (pin, volts) => tell({ kind: 'volts', pin, volts }),
    wire: (pin, wire) => tell({ kind: 'wire', pin, wire }),
    weigh: (counts) => tell({ kind: 'weigh', counts }),
    reset: () => tell({ kind: 'reset' }),
    halt: () => tell({ kind: 'halt' }),
    unplug: () => tell({ kind: 'unplug' }),
    plugIn: () => tell({ kind: 'plug' }),
    close: async () => {
      tell({ kind: 'close' });
      await ended;
    },
  };
}
