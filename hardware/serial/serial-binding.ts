import { readSync, writeSync } from 'node:fs';
import type { LinuxPortBinding } from '@serialport/bindings-cpp';

/** What an open port tells its owner. */
export type PortListener = {
  /** The bytes are only valid during the call: the buffer is used again. */
  onBytes(bytes: Buffer): void;
  /** The device is gone or broken. Told once, and never after `close`; the owner still has to call `close`. */
  onLost(reason: string): void;
};

export type PortSettings = {
  /** Device file; `/dev/serial/by-id/...` stays the same after a replug. */
  readonly path: string;
  /** Bits per second; ignored by ptys and most USB boards. */
  readonly baudRate: number;
  /** Default: none, as almost every sensor. */
  readonly parity?: 'none' | 'even' | 'odd';
  /** Default: 1. */
  readonly stopBits?: 1 | 2;
};

/** The kernel hands out at most 4095 bytes of a tty at once. */
const READ_BYTES = 4096;

/**
 * DOOR of @serialport/bindings-cpp: opens and configures the device (raw, 8 data bits, locked). The package is loaded when the
 * first port is opened: nothing else needs the native code.
 * @throws what the binding gives: an Error whose message holds the C library's words for errno.
 */
export async function openBinding(settings: PortSettings): Promise<BindingPort> {
  const { LinuxBinding } = await import('@serialport/bindings-cpp');
  const { path, baudRate, parity = 'none', stopBits = 1 } = settings;
  const binding = await LinuxBinding.open({ path, baudRate, parity, stopBits, lock: true });
  return new BindingPort(binding);
}

/**
 * An open port that reads by itself. The package's own `read` is not used, for two reasons:
 * - It takes a read of 0 bytes, which is how Linux says that a tty was hung up, for "try again" and then spins for ever
 *   (serialport/bindings-cpp issue 162): an unplug in the wrong moment goes unnoticed. Here 0 bytes are the end.
 * - It reads by the thread pool before and after waiting. The descriptor never blocks, so reading at once when the
 *   kernel says that bytes are there saves two of three wake-ups for each frame.
 */
export class BindingPort {
  readonly #binding: LinuxPortBinding;
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES);
  readonly #onReadable = (error: Error | null): void => this.#step(error);
  #listener: PortListener | null = null;
  #closing: Promise<void> | null = null;

  constructor(binding: LinuxPortBinding) {
    this.#binding = binding;
  }

  /** Reads until the device is lost or `close` is called. To be called once. */
  start(listener: PortListener): void {
    this.#listener = listener;
    this.#awaitBytes();
  }

  /**
   * Sends at once and never waits: true when the kernel has taken all of it. Requests are far smaller than its buffer,
   * so that false means a device that takes nothing any more; reading will tell when it is lost.
   */
  write(bytes: Uint8Array): boolean {
    const { fd } = this.#binding;
    if (fd === null || this.#closing !== null) return false;
    try {
      return writeSync(fd, bytes) === bytes.length;
    } catch {
      return false;
    }
  }

  /** Stops reading at once; resolves when the device is released. Harmless on a lost, stuck or closed port. */
  close(): Promise<void> {
    this.#listener = null;
    this.#closing ??= this.#binding.close().catch(() => {
      // close(2) may report the error of a device that is gone; Linux has released the descriptor all the same.
    });
    return this.#closing;
  }

  #awaitBytes(): void {
    try {
      this.#binding.poller.once('readable', this.#onReadable);
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  /** Runs inside a native callback, where an exception that escapes would abort the whole process. */
  #step(error: Error | null): void {
    try {
      // The kernel reports a hang-up while we wait as an error of the descriptor.
      if (error !== null) this.#lose('the device hung up');
      else this.#readOnce();
    } catch (defect) {
      process.nextTick(() => {
        throw defect;
      });
    }
  }

  #readOnce(): void {
    if (this.#listener === null) return;
    const outcome = readReady(this.#binding.fd, this.#buffer);
    if (outcome.kind === 'hung-up') {
      this.#lose(outcome.reason);
      return;
    }
    // Asked for the next bytes first, and one read per turn of the event loop: a flood cannot starve the others, and
    // a listener that fails cannot leave the port deaf.
    this.#awaitBytes();
    if (outcome.kind === 'bytes') this.#listener?.onBytes(this.#buffer.subarray(0, outcome.length));
  }

  /** Taking the listener away is what makes it one call at the most. */
  #lose(reason: string): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.onLost(reason);
  }
}

export type ReadOutcome =
  | { readonly kind: 'bytes'; readonly length: number }
  | { readonly kind: 'nothing-yet' }
  | { readonly kind: 'hung-up'; readonly reason: string };

/** Reads what a non-blocking terminal device holds at this moment. Returns at once. */
export function readReady(descriptor: number | null, buffer: Buffer): ReadOutcome {
  if (descriptor === null) return { kind: 'hung-up', reason: 'the port is closed' };
  try {
    const length = readSync(descriptor, buffer, 0, buffer.length, null);
    // With VMIN = 1 a living device says EAGAIN when it has nothing; only a hung-up one says 0 (n_tty of Linux).
    return length === 0 ? { kind: 'hung-up', reason: 'the device hung up' } : { kind: 'bytes', length };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'EAGAIN' || code === 'EINTR') return { kind: 'nothing-yet' };
    return { kind: 'hung-up', reason: code };
  }
}
