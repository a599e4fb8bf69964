import { closeSync, openSync, rmSync, write } from 'node:fs';
import type { Reading } from '../../hardware/reading.ts';
import type { Cancel, Timing } from '../../hardware/timing.ts';
import { transcriptHeader, transcriptLine } from '../../hardware/transcript/transcript-line.ts';
import type { Log } from './log.ts';

export type RecorderDeps = {
  readonly clock: Timing & { wallMs(): number };
  readonly log: Log;
  readonly version: string;
};

export type Recorder = {
  /** Takes a reading down. Returns at once and never throws. */
  take(reading: Reading): void;
  /**
   * Writes what is left and closes the file; resolves when both are done, and after a second at the latest: a disk
   * that hangs must not keep the service from stopping. A file without a reading is taken away.
   */
  close(): Promise<void>;
};

export type OpenedRecorder =
  | { readonly ok: true; readonly recorder: Recorder }
  /** A sentence: what is wrong with the file, and what to do. */
  | { readonly ok: false; readonly error: string };

/** Readings are written when so much of them has come together, or when the oldest has waited this long. */
const PORTION_BYTES = 16 * 1024;
const PORTION_AGE_MS = 5_000;

/** Readings that a slow disk may keep waiting; more are not held in memory. */
const WAITING_BYTES_MAX = 1024 * 1024;

const CLOSE_MS_MAX = 1_000;

/**
 * Writes every reading into a new file, in the form that `replay` and the driver `transcript` take. A power cut loses
 * the last portion. It is a guest of the service: whatever goes wrong with the file ends the recording and nothing else.
 *
 * @param maxBytes the file never grows beyond this; the recording then ends.
 */
export function openRecorder(path: string, maxBytes: number, deps: RecorderDeps): OpenedRecorder {
  try {
    // Readings tell when somebody is at home: nobody else may read them.
    const descriptor = openSync(path, 'wx', 0o600);
    return { ok: true, recorder: new FileRecorder(path, descriptor, maxBytes, deps) };
  } catch (error) {
    return { ok: false, error: openFailure(path, error) };
  }
}

class FileRecorder implements Recorder {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #deps: RecorderDeps;
  readonly #startedAtMs: number;
  /** null once the recording has ended. */
  #descriptor: number | null;
  /** Lines that wait for the disk, and their bytes. */
  #waiting: string[] = [];
  #waitingBytes = 0;
  /** Bytes of the file when everything that waits is in it. */
  #bytes = 0;
  #writing: Promise<void> | null = null;
  #cancelTimer: Cancel | null = null;
  #isEnding = false;
  #hasReading = false;

  constructor(path: string, descriptor: number, maxBytes: number, deps: RecorderDeps) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.#maxBytes = maxBytes;
    this.#deps = deps;
    this.#startedAtMs = deps.clock.nowMs();
    this.#add(transcriptHeader(deps.clock.wallMs(), deps.version));
    deps.log.info({ file: path, maxBytes }, `Every reading is written to ${path}.`);
  }

  take({ hardware, channel, raw }: Reading): void {
    if (this.#isEnding) return;
    const atMs = Math.round(this.#deps.clock.nowMs() - this.#startedAtMs);
    const line = transcriptLine({ atMs, hardware, channel, raw });
    if (!this.#add(line)) {
      this.#end('info', `The recording ${this.#path} has reached its size and ends here; the agent goes on.`);
      return;
    }
    this.#hasReading = true;
    if (this.#waitingBytes > WAITING_BYTES_MAX) {
      this.#end(
        'warn',
        `The disk is too slow for the recording ${this.#path}, which ends here; the agent goes on.`,
      );
    }
  }

  async close(): Promise<void> {
    this.#isEnding = true;
    this.#flush();
    const hurry = Promise.withResolvers<void>();
    const cancel = this.#deps.clock.after(CLOSE_MS_MAX, hurry.resolve);
    await Promise.race([this.#written(), hurry.promise]);
    cancel();
    if (this.#writing === null) this.#release();
  }

  /** One portion may have gathered behind the one that is being written. */
  async #written(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  /** False when the file has no room for the line. */
  #add(line: string): boolean {
    const bytes = Buffer.byteLength(line) + 1;
    if (this.#bytes + bytes > this.#maxBytes) return false;
    this.#bytes += bytes;
    this.#waitingBytes += bytes;
    this.#waiting.push(line);
    if (this.#waitingBytes >= PORTION_BYTES) this.#flush();
    else this.#cancelTimer ??= this.#deps.clock.after(PORTION_AGE_MS, () => this.#flush());
    return true;
  }

  #flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#writing !== null || this.#descriptor === null || this.#waiting.length === 0) return;
    const portion = Buffer.from(`${this.#waiting.join('\n')}\n`);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#writing = writeAll(this.#descriptor, portion).then((error) => this.#onWritten(error));
  }

  #onWritten(error: unknown): void {
    this.#writing = null;
    if (error !== null) {
      this.#waiting = [];
      this.#waitingBytes = 0;
      this.#end('warn', `The recording ${this.#path} ends here: ${writeFailure(error)} The agent goes on.`);
    }
    if (this.#waitingBytes >= PORTION_BYTES || this.#isEnding) this.#flush();
    if (this.#isEnding && this.#writing === null) this.#release();
  }

  #end(level: 'info' | 'warn', sentence: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#deps.log[level]({ file: this.#path }, sentence);
    this.#flush();
    if (this.#writing === null) this.#release();
  }

  #release(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#descriptor === null) return;
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    try {
      closeSync(descriptor);
      if (!this.#hasReading) rmSync(this.#path, { force: true });
    } catch {
      // The system has let go of it all the same (close(2)), and what it could not write was told before.
    }
  }
}

/** Writes all of it, in as many steps as the system takes. Null when it is written. */
async function writeAll(descriptor: number, bytes: Buffer): Promise<unknown> {
  for (let offset = 0; offset < bytes.length; ) {
    const written = await new Promise<number | Error>((resolve) =>
      write(descriptor, bytes, offset, bytes.length - offset, null, (error, count) =>
        resolve(error ?? count),
      ),
    );
    if (typeof written !== 'number') return written;
    offset += written;
  }
  return null;
}

function openFailure(path: string, error: unknown): string {
  const code = codeOf(error);
  switch (code) {
    case 'EEXIST':
      return `${path} exists already, and a recording never overwrites a file: name another one with --record, or remove it.`;
    case 'ENOENT':
      return `The folder of ${path} does not exist: make it, or name another file with --record.`;
    case 'EACCES':
    case 'EROFS':
      return `${path} may not be written by this user (${code}): name another file with --record.`;
    default:
      return `${path} cannot be made (${code}): name another file with --record.`;
  }
}

function writeFailure(error: unknown): string {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full.' : `it could not be written (${code}).`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
