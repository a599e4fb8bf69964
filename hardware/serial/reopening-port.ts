import type { HardwareState } from '../hardware-source.ts';
import type { Cancel, Timing } from '../timing.ts';
import type { PortSettings } from './serial-binding.ts';
import type { OpenedPort, OpenPort, SerialPort } from './serial-port.ts';

export type ReopeningPortSettings = PortSettings & {
  /** Milliseconds without a byte after which the port is closed and opened anew. */
  readonly reopenAfterSilenceMs: number;
};

export type ReopeningPortListener = {
  /** The port was opened, again or for the first time: what follows is a new stream, entered anywhere. */
  onOpen(): void;
  /** The bytes are only valid during the call; `arrivedAtMs` is monotonic. */
  onBytes(bytes: Buffer, arrivedAtMs: number): void;
  /** Called when one of the two changes. */
  onState(state: HardwareState, error: string | null): void;
};

const RETRY_DELAY_MIN_MS = 500;
const RETRY_DELAY_MAX_MS = 5_000;
/** A port that lived this long is taken for healthy: its next loss starts with the shortest delay again. */
const HEALTHY_AFTER_MS = 10_000;
/** A device that stays silent is reopened ever less often, down to this many times `reopenAfterSilenceMs`. */
const SILENCE_FACTOR_MAX = 16;

/**
 * One serial port that is kept open for ever, whatever speaks on it; framing is the owner's.
 *
 *     opening -> open -> (no byte for too long) silent -> closed and opened anew, `silent` until bytes arrive
 *                open -> (unplugged, broken)    failed -> opened anew after 0.5 s, doubling to 5 s
 *
 * The watch over silence is the second net under lost devices: a driver or a board can hang without hanging up.
 */
export class ReopeningPort {
  readonly #settings: ReopeningPortSettings;
  readonly #listener: ReopeningPortListener;
  readonly #timing: Timing;
  readonly #openPort: OpenPort;
  #state: HardwareState = 'opening';
  #error: string | null = null;
  #timesOpened = 0;
  #started = false;
  #closing: Promise<void> | null = null;
  #port: SerialPort | null = null;
  /** Opening or releasing the device; at most one of them is under way. */
  #underWay: Promise<void> = Promise.resolve();
  #cancelTimer: Cancel = () => {};
  #retryDelayMs = RETRY_DELAY_MIN_MS;
  #silenceFactor = 1;
  #openedAtMs = 0;
  #lastBytesAtMs = 0;

  constructor(
    settings: ReopeningPortSettings,
    listener: ReopeningPortListener,
    timing: Timing,
    openPort: OpenPort,
  ) {
    this.#settings = settings;
    this.#listener = listener;
    this.#timing = timing;
    this.#openPort = openPort;
  }

  /** How often the port was opened anew after the first time. */
  get reopens(): number {
    return Math.max(0, this.#timesOpened - 1);
  }

  get state(): HardwareState {
    return this.#state;
  }

  /** What is wrong and what to do about it; null while all is well. */
  get error(): string | null {
    return this.#error;
  }

  /** Starts opening and keeps at it. Returns at once. */
  open(): void {
    if (this.#started) return;
    this.#started = true;
    this.#attempt();
  }

  /** Sends at once and never waits; false when the port is not open or did not take all of it. */
  write(bytes: Uint8Array): boolean {
    return this.#port?.write(bytes) ?? false;
  }

  /** Stops for good; resolves when the device is released. Calling it twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#started = true;
    this.#cancelTimer();
    this.#change('closed', null);
    const port = this.#port;
    this.#port = null;
    await port?.close();
    await this.#underWay;
  }

  #attempt(): void {
    this.#underWay = this.#openPort(this.#settings).then((opened) => this.#onAttempted(opened));
  }

  async #onAttempted(opened: OpenedPort): Promise<void> {
    if (this.#state === 'closed') {
      if (opened.ok) await opened.port.close();
      return;
    }
    if (!opened.ok) {
      this.#change('failed', opened.error);
      this.#retryLater();
      return;
    }
    this.#port = opened.port;
    this.#timesOpened += 1;
    this.#openedAtMs = this.#timing.nowMs();
    this.#lastBytesAtMs = this.#openedAtMs;
    this.#watchSilence(this.#silenceLimitMs());
    this.#listener.onOpen();
    opened.port.start({
      onBytes: (bytes) => this.#onBytes(bytes),
      onLost: (reason) => this.#onLost(reason),
    });
    // A silent device is not well because its file could be opened: that takes bytes.
    if (this.#port !== null && this.#state !== 'silent') this.#change('open', null);
  }

  #onBytes(bytes: Buffer): void {
    const nowMs = this.#timing.nowMs();
    this.#lastBytesAtMs = nowMs;
    if (this.#silenceFactor !== 1) {
      this.#silenceFactor = 1;
      this.#watchSilence(this.#silenceLimitMs());
    }
    if (this.#state === 'silent') this.#change('open', null);
    // Null when the owner has just closed us on hearing of the change.
    if (this.#port !== null) this.#listener.onBytes(bytes, nowMs);
  }

  #onLost(reason: string): void {
    if (this.#timing.nowMs() - this.#openedAtMs >= HEALTHY_AFTER_MS) this.#retryDelayMs = RETRY_DELAY_MIN_MS;
    this.#change(
      'failed',
      `${this.#settings.path} was unplugged or stopped working (${reason}): it is being reopened; check the cable if this stays.`,
    );
    this.#releaseThen(() => this.#retryLater());
  }

  /** Lazy: one timer for each period, not one for each portion of bytes. */
  #watchSilence(delayMs: number): void {
    this.#plan(delayMs, () => {
      const remainingMs = this.#lastBytesAtMs + this.#silenceLimitMs() - this.#timing.nowMs();
      if (remainingMs > 0) this.#watchSilence(remainingMs);
      else this.#onSilence();
    });
  }

  #onSilence(): void {
    const seconds = this.#settings.reopenAfterSilenceMs / 1000;
    this.#change(
      'silent',
      `Nothing has arrived on ${this.#settings.path} for more than ${seconds} s: it is being reopened; check that the sensor has power, its wiring, and baudRate.`,
    );
    this.#silenceFactor = Math.min(this.#silenceFactor * 2, SILENCE_FACTOR_MAX);
    this.#releaseThen(() => this.#attempt());
  }

  #silenceLimitMs(): number {
    return this.#settings.reopenAfterSilenceMs * this.#silenceFactor;
  }

  /** The old descriptor has to go first: while it is open a replugged device gets another name, and the lock stands. */
  #releaseThen(next: () => void): void {
    this.#cancelTimer();
    const port = this.#port;
    this.#port = null;
    const released = port === null ? Promise.resolve() : port.close();
    this.#underWay = released.then(() => {
      if (this.#state !== 'closed') next();
    });
  }

  #retryLater(): void {
    if (this.#state === 'closed') return;
    this.#plan(this.#retryDelayMs, () => this.#attempt());
    this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, RETRY_DELAY_MAX_MS);
  }

  #plan(delayMs: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#timing.after(delayMs, run);
  }

  #change(state: HardwareState, error: string | null): void {
    if (state === this.#state && error === this.#error) return;
    this.#state = state;
    this.#error = error;
    this.#listener.onState(state, error);
  }
}
