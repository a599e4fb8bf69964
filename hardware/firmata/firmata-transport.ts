import { EventEmitter } from 'node:events';
import type { Transport } from './johnny-five.ts';

/**
 * What Johnny-Five takes for its serial port: a wire that never closes, whatever becomes of the port behind it. Its
 * objects live on through every unplug.
 */
export class FirmataTransport extends EventEmitter implements Transport {
  #send: ((bytes: Uint8Array) => void) | null;

  constructor(send: (bytes: Uint8Array) => void) {
    super();
    this.#send = send;
  }

  write(bytes: Uint8Array, written: () => void): void {
    this.#send?.(bytes);
    written();
  }

  /** Hands the library the answers to the questions that it asks when it starts; what it asks is not sent again. */
  replay(answers: readonly Uint8Array[]): void {
    const send = this.#send;
    this.#send = null;
    this.emit('open');
    for (const answer of answers) this.deliver(answer);
    this.#send = send;
  }

  /** Hands the library one whole message. */
  deliver(message: Uint8Array): void {
    this.emit('data', message);
  }

  /** The library keeps its boards for ever; this one leads nowhere any more. */
  cut(): void {
    this.#send = null;
    this.removeAllListeners();
  }
}
