import type { HardwareHealth, HardwareListener, HardwareSource, HardwareState } from '../hardware-source.ts';
import type { Cancel, Timing } from '../timing.ts';
import { findDevice, readCount } from './iio-device.ts';

/** Driver `iio`: converters with a kernel driver (ADS1115, MCP3208, HX711), as raw counts. */
export type IioSettings = {
  /** What the device's file `name`, or `label`, holds. */
  readonly device: string;
  readonly pollEveryMs: number;
  /** Where the kernel shows its devices. */
  readonly devicesFolder: string;
  /** The channels to read: `voltage0` for the file `in_voltage0_raw`. */
  readonly channels: readonly string[];
};

/** A conversion takes milliseconds, at most a second. Longer than this a bus hangs. */
const STUCK_MS = 10_000;
/** So many rounds in a row may fail before it is said: a converter that is busy once is well. */
const FAILED_ROUNDS_REPORTED = 3;
/** A missing device is looked for no more often than this. */
const LOOK_AGAIN_MS = 5_000;

/** Files of the kernel, read over and over -> readings. Scale and offset are left to the slot's calibration. */
export class IioSource implements HardwareSource {
  readonly name: string;
  readonly driver = 'iio';
  readonly #settings: IioSettings;
  readonly #listener: HardwareListener;
  readonly #timing: Timing;
  #state: HardwareState = 'opening';
  #error: string | null = null;
  #folder: string | null = null;
  #timesFound = 0;
  #failedRounds = 0;
  #badFrames = 0;
  #lastReadingAtMs: number | null = null;
  #cancel: Cancel = () => {};
  #round: Promise<void> | null = null;

  constructor(name: string, settings: IioSettings, listener: HardwareListener, timing: Timing) {
    this.name = name;
    this.#settings = settings;
    this.#listener = listener;
    this.#timing = timing;
  }

  open(): void {
    if (this.#round === null && this.#state !== 'closed') this.#startRound();
  }

  /** Does not wait for a read that hangs in the kernel: nothing comes of it any more. */
  close(): Promise<void> {
    this.#cancel();
    this.#change('closed', null);
    return Promise.resolve();
  }

  health(): HardwareHealth {
    return {
      state: this.#state,
      error: this.#error,
      badFrames: this.#badFrames,
      reopens: Math.max(0, this.#timesFound - 1),
      lastReadingAtMs: this.#lastReadingAtMs,
    };
  }

  #startRound(): void {
    const startedAtMs = this.#timing.nowMs();
    this.#cancel = this.#timing.after(STUCK_MS, () => this.#onStuck());
    this.#round = this.#run().then((isFound) => {
      if (this.#state === 'closed') return;
      this.#cancel();
      const { pollEveryMs } = this.#settings;
      const everyMs = isFound ? pollEveryMs : Math.max(pollEveryMs, LOOK_AGAIN_MS);
      const waitMs = startedAtMs + everyMs - this.#timing.nowMs();
      this.#cancel = this.#timing.after(Math.max(0, waitMs), () => this.#startRound());
    });
  }

  /** One look at every channel. False when there is no device. */
  async #run(): Promise<boolean> {
    const folder = this.#folder ?? (await this.#find());
    if (folder === null) return false;
    let failure: string | null = null;
    let isGone = false;
    // One after the other: they share a converter, and a read holds a thread for as long as it converts.
    for (const channel of this.#settings.channels) {
      const read = await readCount(folder, channel);
      if (this.#isClosed()) return true;
      if (read.ok) this.#give(channel, read.count);
      else {
        this.#badFrames += 1;
        failure ??= read.error;
        isGone ||= read.isGone;
      }
    }
    // Looked for anew: after a replug the same device may have another number.
    if (isGone) this.#folder = null;
    this.#judge(failure, isGone);
    return !isGone;
  }

  async #find(): Promise<string | null> {
    const found = await findDevice(this.#settings.devicesFolder, this.#settings.device);
    if (this.#isClosed()) return null;
    if (!found.ok) {
      this.#change('failed', found.error);
      return null;
    }
    this.#folder = found.folder;
    this.#timesFound += 1;
    return found.folder;
  }

  #give(channel: string, raw: number): void {
    const takenAtMs = this.#timing.nowMs();
    this.#lastReadingAtMs = takenAtMs;
    this.#listener.onReading({ hardware: this.name, channel, raw, takenAtMs });
  }

  #judge(failure: string | null, isGone: boolean): void {
    if (failure === null) {
      this.#failedRounds = 0;
      this.#change('open', null);
      return;
    }
    this.#failedRounds += 1;
    if (isGone) this.#change('failed', failure);
    else if (this.#failedRounds >= FAILED_ROUNDS_REPORTED) this.#change('open', failure);
  }

  #onStuck(): void {
    const seconds = STUCK_MS / 1000;
    this.#change(
      'silent',
      `${this.#settings.device} has not answered for ${seconds} s: its bus hangs. Check its wiring; if this stays, restart the board.`,
    );
  }

  /** A method, so that the compiler does not take what it knew before a wait for still true. */
  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #change(state: HardwareState, error: string | null): void {
    if (this.#state === state && this.#error === error) return;
    this.#state = state;
    this.#error = error;
    this.#listener.onHealth(this.health());
  }
}
