import type { Framed, FramedValue, Framer } from './framer.ts';

/** A value, or why the frame holds none: a sentence with the remedy. */
export type Decoded = number | string;

/** A binary wire format with frames of one length and a checksum. */
export type ByteFormat = {
  /** Bytes of a whole frame. */
  readonly frameBytes: number;
  /** Whether a whole, undamaged frame begins at `at`; `frameBytes` bytes are there. */
  isFrame(bytes: Buffer, at: number): boolean;
  /** What that frame says. */
  decode(bytes: Buffer, at: number): Decoded;
};

/** Bytes that are looked at in one go; a longer portion is taken in pieces. */
const WINDOW_BYTES = 4096;

/**
 * PURE: bytes in any portions -> the values of a binary format. Where no whole frame begins, one byte is dropped and
 * the next position tried, so that one damaged frame costs no other.
 *
 *     .. A1 A7 | FF 07 A1 A7 | FF 07 00 A7 | FF 07 A1 A7 | FF 07
 *     entered    a value       bad: dropped  a value       kept for the next portion
 *     in it                    byte by byte
 */
export class ByteFramer implements Framer {
  readonly #format: ByteFormat;
  readonly #window: Buffer;
  /** Bytes at the start of the window that belong to no frame yet. */
  #held = 0;
  /** Bytes dropped since the last frame, good or counted as bad. */
  #dropped = 0;
  #isEntered = false;

  constructor(format: ByteFormat) {
    this.#format = format;
    this.#window = Buffer.alloc(WINDOW_BYTES + format.frameBytes);
  }

  restart(): void {
    this.#held = 0;
    this.#dropped = 0;
    this.#isEntered = false;
  }

  push(bytes: Buffer): Framed {
    const found = { values: [] as FramedValue[], badFrames: 0, emptyFrames: 0, emptyBecause: null };
    for (let at = 0; at < bytes.length; at += WINDOW_BYTES) {
      const piece = Math.min(WINDOW_BYTES, bytes.length - at);
      bytes.copy(this.#window, this.#held, at, at + piece);
      this.#scan(this.#held + piece, found);
    }
    return { ...found, badText: null };
  }

  #scan(end: number, found: Found): void {
    const { frameBytes } = this.#format;
    let at = 0;
    while (end - at >= frameBytes) {
      if (this.#format.isFrame(this.#window, at)) {
        this.#take(at, found);
        at += frameBytes;
      } else {
        this.#drop(found);
        at += 1;
      }
    }
    this.#window.copyWithin(0, at, end);
    this.#held = end - at;
  }

  #take(at: number, found: Found): void {
    // What came before the first frame was entered in its middle: nothing was damaged.
    if (this.#dropped > 0 && this.#isEntered) found.badFrames += 1;
    this.#dropped = 0;
    this.#isEntered = true;
    const decoded = this.#format.decode(this.#window, at);
    if (typeof decoded === 'number') found.values.push({ channel: '', raw: decoded });
    else {
      found.emptyFrames += 1;
      found.emptyBecause = decoded;
    }
  }

  /** A frame's length of garbage counts as one bad frame: at a wrong speed there is nothing else. */
  #drop(found: Found): void {
    this.#dropped += 1;
    if (this.#dropped < this.#format.frameBytes) return;
    this.#dropped = 0;
    this.#isEntered = true;
    found.badFrames += 1;
  }
}

type Found = {
  readonly values: FramedValue[];
  badFrames: number;
  emptyFrames: number;
  emptyBecause: string | null;
};
