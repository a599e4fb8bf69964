import {
  closeSync,
  constants,
  openSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import koffi from 'koffi';

/**
 * A serial device without hardware: the two ends of a kernel pseudo-terminal. The program under test opens `path`; this
 * side is the board, wire included. Bytes that nobody listens to, or that find the buffer full, are lost as on a UART.
 */
export type Pty = {
  /** The device file to open: `link` if one was asked for. */
  readonly path: string;
  /** The kernel's own name, such as /dev/pts/3. */
  readonly device: string;
  /** Sends at once and never waits. Returns how many bytes were taken. */
  write(data: Buffer | string): number;
  /** What the program has sent since the last call, up to 4096 bytes; empty when there is nothing. */
  read(): Buffer;
  /** Whether a program has the device open. */
  isOpened(): boolean;
  /** Makes it a window of this size; the programs in it hear of a change. */
  resize(columns: number, rows: number): void;
  /** Pulls the plug: the kernel hangs the device up, and `link` disappears. Harmless when done twice. */
  unplug(): void;
};

export type PtyOptions = {
  /**
   * A path that shall lead to the device, as /dev/serial/by-id does: a pty that is opened later with the same link is
   * the same board plugged in again, though the kernel's name differs. Its folder must exist.
   */
  readonly link?: string;
};

/** The C library that is already in the process. */
const libc = koffi.load(null);
const unlockpt = libc.func('int unlockpt(int fd)');
const ptsnameR = libc.func('int ptsname_r(int fd, _Out_ uint8_t *name, size_t length)');
const tcgetattr = libc.func('int tcgetattr(int fd, _Out_ uint8_t *termios)');
const tcsetattr = libc.func('int tcsetattr(int fd, int actions, uint8_t *termios)');
const cfmakeraw = libc.func('void cfmakeraw(_Inout_ uint8_t *termios)');

const ioctl = libc.func('int ioctl(int fd, unsigned long request, uint8_t *argument)');

const TCSANOW = 0;
/** asm-generic/ioctls.h; struct winsize is rows, columns, and two sizes in pixels, 16 bits each. */
const TIOCSWINSZ = 0x5414;
const WINSIZE_BYTES = 8;
/** struct termios has 60 bytes at the most; its fields are cfmakeraw's business. */
const TERMIOS_BYTES = 256;
const NAME_BYTES = 128;
const READ_BYTES = 4096;

/** @throws when the system gives out no more pseudo-terminals (kernel.pty.max) or has no /dev/pts. */
export function openPty(options: PtyOptions = {}): Pty {
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;
  const master = openSync('/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK);
  try {
    return preparePty(master, options.link ?? null);
  } catch (error) {
    closeSync(master);
    throw error;
  }
}

function preparePty(master: number, link: string | null): Pty {
  succeed('unlockpt', unlockpt(master));
  const name = Buffer.alloc(NAME_BYTES);
  succeed('ptsname_r', ptsnameR(master, name, NAME_BYTES));
  const device = name.toString('latin1', 0, name.indexOf(0));
  makeRaw(master);
  // Opened and closed once: only then does the kernel tell this side whether somebody has the device open.
  closeSync(openSync(device, constants.O_RDWR | constants.O_NOCTTY));
  if (link !== null) pointLink(link, device);
  return new OpenPty(master, device, link);
}

/** Linux applies the settings to the other end: no echo, no line editing, no change of line ends. */
function makeRaw(master: number): void {
  const termios = Buffer.alloc(TERMIOS_BYTES);
  succeed('tcgetattr', tcgetattr(master, termios));
  cfmakeraw(termios);
  succeed('tcsetattr', tcsetattr(master, TCSANOW, termios));
}

/** In one step, as udev does it: nobody ever sees a half-made link. */
function pointLink(link: string, device: string): void {
  const fresh = `${link}.new`;
  rmSync(fresh, { force: true });
  symlinkSync(device, fresh);
  renameSync(fresh, link);
}

function succeed(call: string, result: number): void {
  if (result !== 0) throw new Error(`${call} failed with errno ${koffi.errno()}: is /dev/pts mounted?`);
}

class OpenPty implements Pty {
  readonly path: string;
  readonly device: string;
  readonly #link: string | null;
  #master: number | null;
  /** What `isOpened` had to read to get its answer. */
  #received = Buffer.alloc(0);

  constructor(master: number, device: string, link: string | null) {
    this.#master = master;
    this.device = device;
    this.#link = link;
    this.path = link ?? device;
  }

  write(data: Buffer | string): number {
    if (this.#master === null || !this.isOpened()) return 0;
    try {
      return writeSync(this.#master, typeof data === 'string' ? Buffer.from(data) : data);
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') return 0;
      throw error;
    }
  }

  read(): Buffer {
    this.#receive();
    const received = this.#received;
    this.#received = Buffer.alloc(0);
    return received;
  }

  isOpened(): boolean {
    return this.#receive();
  }

  resize(columns: number, rows: number): void {
    if (this.#master === null) return;
    const size = Buffer.alloc(WINSIZE_BYTES);
    size.writeUInt16LE(rows, 0);
    size.writeUInt16LE(columns, 2);
    succeed('ioctl', ioctl(this.#master, TIOCSWINSZ, size));
  }

  unplug(): void {
    if (this.#master === null) return;
    if (this.#link !== null) rmSync(this.#link, { force: true });
    closeSync(this.#master);
    this.#master = null;
  }

  /** Takes what has arrived. False when nobody has the device open: reading this end is then EIO (Linux). */
  #receive(): boolean {
    if (this.#master === null) return false;
    const room = READ_BYTES - this.#received.length;
    if (room === 0) return true;
    try {
      const bytes = Buffer.alloc(room);
      const length = readSync(this.#master, bytes);
      this.#received = Buffer.concat([this.#received, bytes.subarray(0, length)]);
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EAGAIN') return true;
      if (code === 'EIO') return false;
      throw error;
    }
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}
