/** Longest line that is believed, in bytes without its line end. Sensors print some 20; the rest is garbage. */
export const LINE_BYTES_MAX = 512;

export type FramedLines = {
  /** Complete, non-empty lines without their line ends. */
  readonly lines: readonly string[];
  /** Lines that had to be dropped: too long, not UTF-8, or with control characters. */
  readonly badLines: number;
};

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** `\p{Cc}`, spelled out: V8 would load tables of ICU for the name. */
const CONTROL_CHARACTER = /[^ -~\u00a0-\uffff]/;

/**
 * PURE: bytes in any portions -> text lines.
 *
 *     ...45\r\n | slot=1 raw=500\r\n | <512 bytes and more>\n | slot=1 r
 *     not seen    a line               bad                      kept for the next portion
 *     from its
 *     start
 *
 * `\n`, `\r\n` and a lone `\r` all end a line; empty lines are nothing. What comes before the first line end is
 * dropped: the stream may have been entered in mid-line, and `1234` cut to `234` would be a believable lie.
 * Holds no more than one line, in a buffer that never grows.
 */
export class LineFramer {
  readonly #partial = Buffer.allocUnsafe(LINE_BYTES_MAX);
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** Bytes of the unfinished line, also of those that did not fit any more. */
  #partialLength = 0;
  #startSeen = false;

  /** Forgets everything: the next bytes belong to a new stream, entered anywhere. */
  restart(): void {
    this.#partialLength = 0;
    this.#startSeen = false;
  }

  push(bytes: Buffer): FramedLines {
    const lines: string[] = [];
    let badLines = 0;
    // Decoded once for the whole portion: a call into native code per line would cost more than the framing.
    const latin1 = bytes.toString('latin1');
    let lineStart = 0;
    let plain = true;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) {
        if ((byte < 0x20 && byte !== TAB) || byte > 0x7e) plain = false;
        continue;
      }
      const wholeHere = this.#partialLength === 0 && this.#startSeen;
      if (wholeHere && plain && at - lineStart <= LINE_BYTES_MAX) {
        if (at > lineStart) lines.push(latin1.substring(lineStart, at));
      } else {
        const line = this.#finish(bytes.subarray(lineStart, at));
        if (line === null) badLines += 1;
        else if (line !== '') lines.push(line);
      }
      lineStart = at + 1;
      plain = true;
    }
    this.#keep(bytes.subarray(lineStart));
    return { lines, badLines };
  }

  /** The line that ends with `rest`, `''` for nothing to report, null for a bad one. */
  #finish(rest: Buffer): string | null {
    this.#keep(rest);
    const length = this.#partialLength;
    const startSeen = this.#startSeen;
    this.#partialLength = 0;
    this.#startSeen = true;
    if (length > LINE_BYTES_MAX) return null;
    return startSeen ? this.#decode(this.#partial.subarray(0, length)) : '';
  }

  #keep(bytes: Buffer): void {
    // copy() takes what fits; the true length remembers that there was more.
    if (this.#partialLength < LINE_BYTES_MAX) bytes.copy(this.#partial, this.#partialLength);
    this.#partialLength += bytes.length;
  }

  #decode(bytes: Buffer): string | null {
    try {
      const line = this.#utf8.decode(bytes);
      return CONTROL_CHARACTER.test(line.replaceAll('\t', ' ')) ? null : line;
    } catch {
      return null;
    }
  }
}
