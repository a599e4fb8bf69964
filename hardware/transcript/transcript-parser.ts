import { LINE_LENGTH_MAX, parseTranscriptLine, type RecordedReading } from './transcript-line.ts';

/** Lines that could not be used: how many, and of the first few which and why. */
export type BadLines = {
  readonly count: number;
  readonly first: readonly { readonly line: number; readonly why: string }[];
};

const BAD_LINES_NAMED = 5;

/** So many bad lines before the first good one: this is another kind of file. */
const BAD_LINES_FIRST_MAX = 100;

/** UTF-8 takes up to 3 bytes for a UTF-16 unit. */
const LINE_BYTES_MAX = 3 * LINE_LENGTH_MAX;

/** A line that does not end within this is none: a device, or a file of another kind. */
const ENDLESS_BYTES = 1024 * 1024;

const LINE_FEED = 0x0a;

/**
 * PURE: bytes of a recording in any portions -> its readings, in order of time. Holds no more than one line.
 * Bad lines are counted and left out. A time that runs backwards, or a file that is no recording, is a `failure`:
 * nothing more is read then, for nobody could say what it means.
 */
export class TranscriptParser {
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of a line that is too long to be kept. */
  #skipped = 0;
  #line = 0;
  #lastAtMs = 0;
  #hasReading = false;
  #startedAtMs: number | null = null;
  #badCount = 0;
  readonly #firstBad: { readonly line: number; readonly why: string }[] = [];
  #failure: string | null = null;

  /** Wall time at which `atMs` is 0, milliseconds since 1970 UTC; null when the recording does not say. */
  get startedAtMs(): number | null {
    return this.#startedAtMs;
  }

  get bad(): BadLines {
    return { count: this.#badCount, first: this.#firstBad };
  }

  /** Why nothing more can be read, to complete "FILE ..."; null while all is well. */
  get failure(): string | null {
    return this.#failure;
  }

  push(bytes: Buffer): readonly RecordedReading[] {
    const readings: RecordedReading[] = [];
    const end = bytes.lastIndexOf(LINE_FEED);
    if (end < 0) {
      this.#keep(bytes);
      return readings;
    }
    const begin = this.#skipped > 0 ? bytes.indexOf(LINE_FEED) + 1 : 0;
    if (begin > 0) this.#skipLine();
    if (begin <= end) {
      const head = bytes.subarray(begin, end);
      const whole = this.#rest.length === 0 ? head : Buffer.concat([this.#rest, head]);
      for (const text of whole.toString('utf8').split('\n')) this.#takeLine(text, readings);
    }
    this.#rest = Buffer.alloc(0);
    this.#keep(bytes.subarray(end + 1));
    return readings;
  }

  /** The last line, when no line end closes it. */
  end(): readonly RecordedReading[] {
    const readings: RecordedReading[] = [];
    if (this.#skipped > 0) this.#skipLine();
    else if (this.#rest.length > 0) this.#takeLine(this.#rest.toString('utf8'), readings);
    this.#rest = Buffer.alloc(0);
    return readings;
  }

  #keep(bytes: Buffer): void {
    const length = this.#skipped + this.#rest.length + bytes.length;
    if (length > ENDLESS_BYTES) this.#fail(`is no recording: line ${this.#line + 1} does not end`);
    if (this.#skipped > 0 || length > LINE_BYTES_MAX) {
      this.#skipped = length;
      this.#rest = Buffer.alloc(0);
    } else this.#rest = Buffer.concat([this.#rest, bytes]);
  }

  #skipLine(): void {
    this.#skipped = 0;
    this.#line += 1;
    this.#onBad(`is longer than ${LINE_LENGTH_MAX} characters`);
  }

  #takeLine(text: string, readings: RecordedReading[]): void {
    if (this.#failure !== null) return;
    this.#line += 1;
    const line = parseTranscriptLine(text);
    switch (line.kind) {
      case 'empty':
        return;
      case 'bad':
        this.#onBad(line.why);
        return;
      case 'header':
        if (this.#line === 1) this.#startedAtMs = line.startedAtMs;
        else this.#onBad('is the head of a recording, which belongs into the first line');
        return;
      case 'reading':
        this.#onReading(line.time, line, readings);
    }
  }

  #onReading(
    time: { readonly atMs: number } | { readonly wallMs: number },
    { hardware, channel, raw }: Omit<RecordedReading, 'atMs'>,
    readings: RecordedReading[],
  ): void {
    if ('wallMs' in time && this.#startedAtMs === null) this.#startedAtMs = time.wallMs - this.#lastAtMs;
    const atMs = 'atMs' in time ? time.atMs : time.wallMs - (this.#startedAtMs ?? 0);
    if (atMs < this.#lastAtMs) {
      this.#fail(
        `goes back in time in line ${this.#line}: ${atMs} ms after the beginning, and ${this.#lastAtMs} ms before that. A recording runs forward; cut it there into two files`,
      );
      return;
    }
    this.#lastAtMs = atMs;
    this.#hasReading = true;
    readings.push({ atMs, hardware, channel, raw });
  }

  #onBad(why: string): void {
    this.#badCount += 1;
    if (this.#firstBad.length < BAD_LINES_NAMED) this.#firstBad.push({ line: this.#line, why });
    if (!this.#hasReading && this.#badCount >= BAD_LINES_FIRST_MAX)
      this.#fail(
        `is no recording: none of the first ${this.#badCount} lines is a reading; line ${this.#firstBad[0]?.line} ${this.#firstBad[0]?.why}`,
      );
  }

  #fail(why: string): void {
    this.#failure ??= why;
  }
}
