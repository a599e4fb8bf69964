import { join } from 'node:path';
import { openPty, type Pty } from '../support/pty.ts';

/** Lets every channel be one raw value or none; text stands for what a broken sensor prints. */
export type Shown = number | string | null;

/**
 * A sensor board on a real pseudo-terminal: prints a line per channel, over and over, as a program on a
 * microcontroller does. It can be unplugged and plugged in again at the same path.
 */
export class Board {
  /** The device file that the configuration names. */
  readonly path: string;
  readonly #values = new Map<string, Shown>();
  readonly #sent = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #pty: Pty | null;

  /** @param everyMs time between two rounds of lines. */
  constructor(folder: string, name: string, everyMs: number) {
    this.path = join(folder, name);
    this.#pty = openPty({ link: this.path });
    this.#timer = setInterval(() => this.#round(), everyMs);
  }

  /** From now on the channel prints this value; null makes it silent. */
  show(channel: string, value: Shown): void {
    this.#values.set(channel, value);
    this.#sent.set(channel, 0);
  }

  /** Lines of the value that the channel shows now, as far as the device took them. */
  linesSent(channel: string): number {
    return this.#sent.get(channel) ?? 0;
  }

  /** Puts any bytes on the wire. */
  write(bytes: Buffer | string): number {
    return this.#pty?.write(bytes) ?? 0;
  }

  unplug(): void {
    this.#pty?.unplug();
    this.#pty = null;
  }

  plugIn(): void {
    this.#pty ??= openPty({ link: this.path });
  }

  close(): void {
    clearInterval(this.#timer);
    this.unplug();
  }

  #round(): void {
    for (const [channel, value] of this.#values) {
      if (value === null) continue;
      const line = `slot=${channel} raw=${value}\r\n`;
      // A line that was cut by a full buffer does not count, and is completed by nothing: as on a wire.
      if (this.write(line) === line.length) this.#sent.set(channel, this.linesSent(channel) + 1);
    }
  }
}
