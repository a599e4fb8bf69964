/** Longest message that is believed, in bytes. The longest real one is the capabilities of an Arduino Mega, some 700. */
export const MESSAGE_BYTES_MAX = 2048;

export type FramedMessages = {
  /** Whole messages, first byte to last. They share memory with nothing. */
  readonly messages: readonly Buffer[];
  /** Messages that had to be dropped: cut, too long, or of no known kind. */
  readonly badMessages: number;
};

const START_SYSEX = 0xf0;
const END_SYSEX = 0xf7;
const REPORT_VERSION = 0xf9;
/** Version, analog and digital messages: a command byte and two of data. */
const SHORT_MESSAGE_BYTES = 3;

/**
 * PURE: bytes in any portions -> messages of the Firmata protocol (github.com/firmata/protocol, version 2).
 *
 *     E0 lsb msb        analog pin 0        F9 major minor   version of the protocol
 *     90 lsb msb        port 0 of 8 pins    F0 ... F7        everything else ("sysex")
 *
 * Only command bytes have their highest bit set, so that any of them ends whatever was unfinished before: the stream
 * may be entered anywhere, and finds its feet at the next message. There is no checksum: a damaged data byte that stays
 * below 0x80 can't be told from a good one; the range and the noise of the readings have to.
 */
export class FirmataFramer {
  readonly #partial = Buffer.allocUnsafe(MESSAGE_BYTES_MAX);
  #length = 0;
  #startSeen = false;

  /** Forgets everything: the next bytes belong to a new stream, entered anywhere. */
  restart(): void {
    this.#length = 0;
    this.#startSeen = false;
  }

  push(bytes: Uint8Array): FramedMessages {
    const messages: Buffer[] = [];
    let badMessages = 0;
    for (const byte of bytes) {
      if (byte < 0x80) {
        // Data that belongs to nothing: the tail of what was dropped, or of what was entered in its middle.
        if (this.#length === 0) continue;
        if (this.#length === MESSAGE_BYTES_MAX) {
          this.#length = 0;
          badMessages += 1;
          continue;
        }
        this.#append(byte);
        if (this.#partial[0] === START_SYSEX || this.#length < SHORT_MESSAGE_BYTES) continue;
        messages.push(this.#take());
        continue;
      }
      if (byte === END_SYSEX && this.#partial[0] === START_SYSEX && this.#length > 1) {
        if (this.#length < MESSAGE_BYTES_MAX) {
          this.#append(byte);
          messages.push(this.#take());
          continue;
        }
      }
      if (this.#length > 0 || (this.#startSeen && !startsMessage(byte))) badMessages += 1;
      this.#length = 0;
      if (startsMessage(byte)) {
        this.#startSeen = true;
        this.#append(byte);
      }
    }
    return { messages, badMessages };
  }

  #append(byte: number): void {
    this.#partial[this.#length] = byte;
    this.#length += 1;
  }

  #take(): Buffer {
    const message = Buffer.from(this.#partial.subarray(0, this.#length));
    this.#length = 0;
    return message;
  }
}

function startsMessage(byte: number): boolean {
  const command = byte & 0xf0;
  return command === 0xe0 || command === 0x90 || byte === START_SYSEX || byte === REPORT_VERSION;
}
