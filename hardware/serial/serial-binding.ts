import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
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

/**
 * The kernel hands out at most so many bytes of a tty at once. A read that fills the buffer is followed by another one
 * without waiting in between.
 */
const READ_BYTES = 4095;

/**
 * DOOR of @serialport/bindings-cpp: opens and configures the device (raw, 8 data bits, locked). The package is loaded when the
 * first port is opened: nothing else needs the native code.
 * @throws what the binding gives: an Error whose message holds the C library's words for errno.
 */
export async function openBinding(settings: PortSettings): Promise<BindingPort> {
  const { LinuxBinding } = await import('@serialport/bindings-cpp');
  const tty = await import('node:tty');
  const { path, baudRate, parity = 'none', stopBits = 1 } = settings;
  const binding = await LinuxBinding.open({ path, baudRate, parity, stopBits, lock: true });
  return new BindingPort(binding, tty);
}

/**
 * An open port that reads by itself. The package's descriptor keeps the settings and the lock, and is written to; its
 * `read` is not used, for two reasons:
 * - It takes a read of 0 bytes, which is how Linux says that a tty was hung up, for "try again" and then spins for ever
 *   (serialport/bindings-cpp issue 162): an unplug in the wrong moment goes unnoticed. Here 0 bytes are the end.
 * - It wakes up three times for a frame, and its poller has to be armed anew each time. Node's own stream on a terminal
 *   stays armed: one wake-up and one read.
 */
export class BindingPort {
  readonly #binding: LinuxPortBinding;
  readonly #tty: typeof import('node:tty');
  #stream: ReadStream | null = null;
  /** What the stream was made of. */
  #lent: Descriptor | null = null;
  #listener: PortListener | null = null;
  #closing: Promise<void> | null = null;

  constructor(binding: LinuxPortBinding, tty: typeof import('node:tty')) {
    this.#binding = binding;
    this.#tty = tty;
  }

  /** Reads until the device is lost or `close` is called. To be called once. */
  start(listener: PortListener): void {
    const { fd } = this.#binding;
    if (fd === null) return;
    this.#listener = listener;
    try {
      this.#stream = this.#read(fd);
    } catch (error) {
      this.#lose(reasonOf(error));
    }
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
    this.#stopReading();
    this.#closing ??= this.#binding.close().catch(() => {
      // close(2) may report the error of a device that is gone; Linux has released the descriptor all the same.
    });
    return this.#closing;
  }

  /** On a descriptor of its own: the stream may put another one in its place, and the lock would go with it. */
  #read(fd: number): ReadStream {
    const { O_RDONLY, O_NOCTTY, O_NONBLOCK } = constants;
    const own = openSync(`/proc/self/fd/${fd}`, O_RDONLY | O_NOCTTY | O_NONBLOCK);
    this.#lent = { fd: own, device: fstatSync(own).rdev };
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    // Frames are mostly as long as the one before.
    let bytes = buffer;
    const onBytes = (length: number): boolean => {
      if (bytes.length !== length) bytes = buffer.subarray(0, length);
      this.#listener?.onBytes(bytes);
      return true;
    };
    const stream = new this.#tty.ReadStream(own, { onread: { buffer, callback: onBytes } });
    stream.once('end', () => this.#lose('the device hung up'));
    stream.once('error', (error) => this.#lose(reasonOf(error)));
    return stream.resume();
  }

  /** Taking the listener away is what makes it one call at the most. */
  #lose(reason: string): void {
    const listener = this.#listener;
    this.#listener = null;
    this.#stopReading();
    listener?.onLost(reason);
  }

  /** Whether the stream closes what it was given depends on whether it could open the device anew (libuv, uv_tty_init). */
  #stopReading(): void {
    this.#stream?.destroy();
    if (this.#lent !== null) release(this.#lent);
    this.#lent = null;
  }
}

/** An open device, and which one it is. */
type Descriptor = { readonly fd: number; readonly device: number };

/** Closes it unless it is closed: its number may be another file's by then. */
function release({ fd, device }: Descriptor): void {
  try {
    if (fstatSync(fd).rdev === device) closeSync(fd);
  } catch {
    // It is closed, or close(2) told the error of a device that is gone.
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
