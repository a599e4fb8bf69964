import { type FileHandle, open } from 'node:fs/promises';
import type { RecordedReading } from './transcript-line.ts';
import { type BadLines, TranscriptParser } from './transcript-parser.ts';

/** About a thousand readings: little memory, and few trips to the disk. */
const PORTION_BYTES = 64 * 1024;

/** A recording on disk, read in portions: its size does not matter. Never throws; trouble is `failure`. */
export class TranscriptFile {
  readonly path: string;
  readonly #parser = new TranscriptParser();
  readonly #portion = Buffer.allocUnsafe(PORTION_BYTES);
  #handle: FileHandle | null = null;
  #isAtEnd = false;
  #trouble: string | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** Wall time at which the recording began, milliseconds since 1970 UTC; null while it has not said so. */
  get startedAtMs(): number | null {
    return this.#parser.startedAtMs;
  }

  get bad(): BadLines {
    return this.#parser.bad;
  }

  /** A sentence that says why nothing more can be read; null while all is well, and at the end of a good file. */
  get failure(): string | null {
    if (this.#trouble !== null) return this.#trouble;
    return this.#parser.failure === null ? null : `${this.path} ${this.#parser.failure}.`;
  }

  /** The next readings, at least one; null at the end, and when nothing more can be read. */
  async read(): Promise<readonly RecordedReading[] | null> {
    while (!this.#isAtEnd && this.failure === null) {
      const readings = await this.#readPortion();
      if (readings.length > 0) return readings;
    }
    return null;
  }

  async close(): Promise<void> {
    this.#isAtEnd = true;
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close().catch(() => undefined);
  }

  async #readPortion(): Promise<readonly RecordedReading[]> {
    try {
      this.#handle ??= await open(this.path, 'r');
      const { bytesRead } = await this.#handle.read(this.#portion, 0, PORTION_BYTES, null);
      if (bytesRead > 0) return this.#parser.push(this.#portion.subarray(0, bytesRead));
      this.#isAtEnd = true;
      return this.#parser.end();
    } catch (error) {
      this.#trouble = readFailure(this.path, error);
      return [];
    }
  }
}

function readFailure(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  switch (code) {
    case 'ENOENT':
      return `There is no file ${path}: correct the path.`;
    case 'EACCES':
      return `${path} may not be read by this user: correct its permissions.`;
    case 'EISDIR':
      return `${path} is a folder: name the file in it.`;
    default:
      return `${path} cannot be read (${code}): check the disk.`;
  }
}
