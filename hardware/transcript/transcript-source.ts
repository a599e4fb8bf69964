import type { HardwareHealth, HardwareListener, HardwareSource, HardwareState } from '../hardware-source.ts';
import type { Cancel, Timing } from '../timing.ts';
import { TranscriptFile } from './transcript-file.ts';
import type { RecordedReading } from './transcript-line.ts';

/** Driver `transcript`: a recording of readings, as if its sensors were there. */
export type TranscriptSettings = {
  /** Absolute path of the recording. */
  readonly file: string;
  /** `original`: each reading at its time; `fast`: as fast as they are taken. */
  readonly pace: 'original' | 'fast';
  /** Whether it begins again after its end. */
  readonly repeat: boolean;
  /** The `hardware` of the lines that count; null for all. */
  readonly only: string | null;
};

/** A file that can't be opened is tried again after this, and then after twice as long, up to the longest. */
const RETRY_DELAY_MIN_MS = 1_000;
const RETRY_DELAY_MAX_MS = 60_000;

/** Between the end and the next beginning; a recording of a single reading must not become a storm. */
const REPEAT_PAUSE_MS = 1_000;

/** With pace `fast`, so many readings pass before everything else in the process has its turn. */
const FAST_READINGS_PER_TURN = 200;

/** What became of one pass through the file. */
type Pass = { readonly readings: number; readonly failure: string | null };

/** A recording -> readings under the name of this connection, each on the channel that was recorded. */
export class TranscriptSource implements HardwareSource {
  readonly name: string;
  readonly driver = 'transcript';
  readonly #settings: TranscriptSettings;
  readonly #listener: HardwareListener;
  readonly #timing: Timing;
  #state: HardwareState = 'opening';
  #error: string | null = null;
  #badFrames = 0;
  #timesOpened = 0;
  #lastReadingAtMs: number | null = null;
  #playing: Promise<void> | null = null;
  /** Ends the wait that is under way. */
  #endWait: () => void = () => undefined;

  constructor(name: string, settings: TranscriptSettings, listener: HardwareListener, timing: Timing) {
    this.name = name;
    this.#settings = settings;
    this.#listener = listener;
    this.#timing = timing;
  }

  open(): void {
    this.#playing ??= this.#play();
  }

  async close(): Promise<void> {
    this.#change('closed', null);
    this.#endWait();
    await this.#playing;
  }

  health(): HardwareHealth {
    return {
      state: this.#state,
      error: this.#error,
      badFrames: this.#badFrames,
      reopens: Math.max(0, this.#timesOpened - 1),
      lastReadingAtMs: this.#lastReadingAtMs,
    };
  }

  async #play(): Promise<void> {
    let retryDelayMs = RETRY_DELAY_MIN_MS;
    while (!this.#isClosed()) {
      const { readings, failure } = await this.#playOnce();
      if (this.#isClosed()) return;
      if (readings === 0) {
        // Perhaps it is provisioned later.
        this.#change('failed', failure ?? this.#nothingIn());
        await this.#wait(retryDelayMs);
        retryDelayMs = Math.min(2 * retryDelayMs, RETRY_DELAY_MAX_MS);
        continue;
      }
      if (failure !== null) {
        // To begin again would only lead to the same place.
        this.#change('failed', failure);
        return;
      }
      if (!this.#settings.repeat) {
        this.#change('silent', `${this.#settings.file} is played to its end: set repeat to play it again.`);
        return;
      }
      retryDelayMs = RETRY_DELAY_MIN_MS;
      await this.#wait(REPEAT_PAUSE_MS);
    }
  }

  async #playOnce(): Promise<Pass> {
    const file = new TranscriptFile(this.#settings.file);
    const badBefore = this.#badFrames;
    const startedMs = this.#timing.nowMs();
    let readings = 0;
    for (let portion = await file.read(); portion !== null; portion = await file.read()) {
      this.#badFrames = badBefore + file.bad.count;
      for (const reading of portion) {
        if (this.#settings.only !== null && reading.hardware !== this.#settings.only) continue;
        if (readings === 0) this.#timesOpened += 1;
        readings += 1;
        await this.#untilDue(reading, startedMs, readings);
        if (this.#isClosed()) break;
        this.#emit(reading);
      }
      if (this.#isClosed()) break;
    }
    this.#badFrames = badBefore + file.bad.count;
    await file.close();
    return { readings, failure: file.failure };
  }

  async #untilDue({ atMs }: RecordedReading, startedMs: number, count: number): Promise<void> {
    if (this.#settings.pace === 'fast') {
      if (count % FAST_READINGS_PER_TURN === 0) await this.#wait(0);
      return;
    }
    const delayMs = startedMs + atMs - this.#timing.nowMs();
    if (delayMs > 0 || count % FAST_READINGS_PER_TURN === 0) await this.#wait(Math.max(0, delayMs));
  }

  #emit({ channel, raw }: RecordedReading): void {
    this.#lastReadingAtMs = this.#timing.nowMs();
    this.#change('open', null);
    this.#listener.onReading({ hardware: this.name, channel, raw, takenAtMs: this.#lastReadingAtMs });
  }

  #wait(delayMs: number): Promise<void> {
    if (this.#isClosed()) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel: Cancel = this.#timing.after(delayMs, resolve);
      this.#endWait = () => {
        cancel();
        resolve();
      };
    });
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #nothingIn(): string {
    const { file, only } = this.#settings;
    return only === null
      ? `${file} holds no reading.`
      : `${file} holds no reading of ${only}: correct only, or leave it out to take all.`;
  }

  #change(state: HardwareState, error: string | null): void {
    if (this.#state === 'closed' || (state === this.#state && error === this.#error)) return;
    this.#state = state;
    this.#error = error;
    this.#listener.onHealth(this.health());
  }
}
