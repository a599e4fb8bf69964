import type { PortListener } from '../../hardware/serial/serial-binding.ts';
import type { OpenPort } from '../../hardware/serial/serial-port.ts';
import type { VirtualTiming } from '../support/virtual-timing.ts';
import type { Atmega328 } from './atmega328.ts';

/** How finely the chip and the program under test take turns, milliseconds. */
const STEP_MS = 5;

/**
 * A chip and the program that reads it, on one virtual clock: minutes in moments, and the same every time. Time passes
 * only in `pass`.
 */
export class ChipPort {
  readonly #chip: Atmega328;
  readonly #timing: VirtualTiming;
  #listener: PortListener | null = null;
  #isPlugged = true;
  #isHalted = false;
  /** How many bytes the chip has sent. */
  sentBytes = 0;
  /** What was sent to the chip while it was halted. */
  #unread = Buffer.alloc(0);

  constructor(chip: Atmega328, timing: VirtualTiming) {
    this.#chip = chip;
    this.#timing = timing;
  }

  readonly openPort: OpenPort = async () => {
    if (!this.#isPlugged) return { ok: false, error: 'There is no device.' };
    return {
      ok: true,
      port: {
        start: (listener) => {
          this.#listener = listener;
        },
        write: (bytes) => {
          if (!this.#isPlugged) return false;
          if (this.#isHalted) this.#unread = Buffer.concat([this.#unread, bytes]);
          else this.#chip.receive(bytes);
          return true;
        },
        close: async () => {
          this.#listener = null;
        },
      },
    };
  };

  unplug(): void {
    this.#isPlugged = false;
    this.#listener?.onLost('the device hung up');
  }

  /** Without power from elsewhere the program starts anew. */
  plugIn(options: { readonly hasOwnPower: boolean }): void {
    this.#isPlugged = true;
    if (!options.hasOwnPower) this.#chip.reset();
  }

  /** The chip stops where it is: nothing hangs up, and nothing comes any more. */
  halt(): void {
    this.#isHalted = true;
  }

  /** What was sent to the halted chip since the last call. */
  takeUnread(): Buffer {
    const unread = this.#unread;
    this.#unread = Buffer.alloc(0);
    return unread;
  }

  /** Puts bytes on the wire as if the chip had sent them. */
  inject(bytes: Uint8Array): void {
    this.#listener?.onBytes(Buffer.from(bytes));
  }

  async pass(durationMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += STEP_MS) {
      if (!this.#isHalted) this.#chip.run(STEP_MS);
      const sent = this.#chip.takeSent();
      this.sentBytes += sent.length;
      if (sent.length > 0) this.#listener?.onBytes(sent);
      this.#timing.advance(STEP_MS);
      // What waits for a promise, as opening does, takes its turn here.
      await new Promise(setImmediate);
    }
  }
}
