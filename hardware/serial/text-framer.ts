import type { Framed, FramedValue, Framer } from './framer.ts';
import { LineFramer } from './line-framer.ts';

/** What a line of text says: a value, no value for a reason, or nothing that belongs to the format. */
export type ReadLine =
  | ({ readonly kind: 'value' } & FramedValue)
  | { readonly kind: 'empty'; readonly because: string }
  | { readonly kind: 'bad' };

/**
 * PURE: bytes in any portions -> the values of a format of text lines. Such formats have no checksum: a line is judged
 * whole or not at all.
 */
export class TextFramer implements Framer {
  readonly #lines = new LineFramer();
  readonly #readLine: (line: string) => ReadLine;

  constructor(readLine: (line: string) => ReadLine) {
    this.#readLine = readLine;
  }

  restart(): void {
    this.#lines.restart();
  }

  push(bytes: Buffer): Framed {
    const { lines, badLines } = this.#lines.push(bytes);
    const values: FramedValue[] = [];
    let badFrames = badLines;
    let badText: string | null = null;
    let emptyFrames = 0;
    let emptyBecause: string | null = null;
    for (const line of lines) {
      const read = this.#readLine(line);
      if (read.kind === 'value') values.push(read);
      else if (read.kind === 'bad') {
        badFrames += 1;
        badText = line;
      } else {
        emptyFrames += 1;
        emptyBecause = read.because;
      }
    }
    return { values, badFrames, badText, emptyFrames, emptyBecause };
  }
}
