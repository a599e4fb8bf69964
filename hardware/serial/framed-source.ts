import type { HardwareHealth, HardwareListener, HardwareSource, HardwareState } from '../hardware-source.ts';
import type { Timing } from '../timing.ts';
import type { Framed, Framer } from './framer.ts';
import { latestOfEach } from './latest-of-each.ts';
import type { ReopeningPortListener } from './reopening-port.ts';
import { ReopeningPort } from './reopening-port.ts';
import { openSerialPort } from './serial-port.ts';

/** What every driver needs whose device speaks unasked on a serial port. */
export type FramedSettings = {
  /** Device file; `/dev/serial/by-id/...` stays the same after a replug. */
  readonly port: string;
  /** Bits per second, as the device sends. */
  readonly baudRate: number;
  /** Milliseconds without a byte after which the port is closed and opened anew. */
  readonly reopenAfterSilenceMs: number;
};

/** What makes a driver of a framer. */
export type WireFormat = {
  readonly driver: string;
  readonly framer: Framer;
  /** What to tell a technician when nothing but bad frames arrives; `badText` is one of them, where it is text. */
  describeBad(badText: string | null): string;
};

/** So many bad frames in a row, without a good one, are a wrong setting and no longer a disturbance. */
const BAD_FRAMES_REPORTED = 10;
/**
 * Of what arrives in one go so many readings of a channel are taken, the latest. Sensors send one or a few; thousands are
 * a flood, and say nothing about a container that these do not: the widest filter looks back 99.
 */
const READINGS_AT_ONCE_MAX = 128;
/** What is good and bad in turns is complained about this often at the most: a hostile board must not fill log and topics. */
const COMPLAINT_PAUSE_MS = 10_000;
/** A device without a value for this long is reported; a hand in the beam is not. */
const EMPTY_REPORTED_MS = 5_000;

/** A serial port and a framer -> readings. */
export class FramedSource implements HardwareSource {
  readonly name: string;
  readonly driver: string;
  readonly #listener: HardwareListener;
  readonly #format: WireFormat;
  readonly #port: ReopeningPort;
  #badFrames = 0;
  #badInARow = 0;
  #emptyFrames = 0;
  #emptySinceMs: number | null = null;
  #lastReadingAtMs: number | null = null;
  /** Set while the port is well and what it sends is not. */
  #contentError: string | null = null;
  /** Monotonic; before it no other complaint about what the port sends. */
  #nextComplaintAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    name: string,
    settings: FramedSettings,
    format: WireFormat,
    listener: HardwareListener,
    timing: Timing,
  ) {
    this.name = name;
    this.driver = format.driver;
    this.#format = format;
    this.#listener = listener;
    const { port: path, baudRate, reopenAfterSilenceMs } = settings;
    this.#port = new ReopeningPort(
      { path, baudRate, reopenAfterSilenceMs },
      this.#portListener(),
      timing,
      openSerialPort,
    );
  }

  open(): void {
    this.#port.open();
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  health(): HardwareHealth {
    return {
      state: this.#port.state,
      error: this.#port.error ?? this.#contentError,
      badFrames: this.#badFrames,
      emptyFrames: this.#emptyFrames,
      reopens: this.#port.reopens,
      lastReadingAtMs: this.#lastReadingAtMs,
    };
  }

  #portListener(): ReopeningPortListener {
    return {
      onOpen: () => this.#format.framer.restart(),
      onBytes: (bytes, arrivedAtMs) => this.#onBytes(bytes, arrivedAtMs),
      onState: (state) => this.#onState(state),
    };
  }

  #onState(state: HardwareState): void {
    if (state !== 'open') {
      this.#contentError = null;
      this.#badInARow = 0;
      this.#emptySinceMs = null;
    }
    this.#listener.onHealth(this.health());
  }

  #onBytes(bytes: Buffer, arrivedAtMs: number): void {
    const framed = this.#format.framer.push(bytes);
    this.#badFrames += framed.badFrames;
    this.#emptyFrames += framed.emptyFrames;
    if (framed.values.length === 0) this.#judge(framed, arrivedAtMs);
    else {
      this.#badInARow = 0;
      this.#emptySinceMs = null;
      this.#lastReadingAtMs = arrivedAtMs;
      this.#report(null, arrivedAtMs);
    }
    const values = latestOfEach(framed.values, READINGS_AT_ONCE_MAX);
    if (values.length === 1 || this.#listener.together === undefined) this.#tell(values, arrivedAtMs);
    else this.#listener.together(() => this.#tell(values, arrivedAtMs));
  }

  #tell(values: Framed['values'], arrivedAtMs: number): void {
    for (const { channel, raw } of values)
      this.#listener.onReading({ hardware: this.name, channel, raw, takenAtMs: arrivedAtMs });
  }

  /** Bytes arrive, and no value: is it a disturbance, the sensor's own word for "nothing", or a wrong setting? */
  #judge({ badFrames, badText, emptyBecause }: Framed, nowMs: number): void {
    if (emptyBecause !== null) {
      this.#badInARow = 0;
      this.#emptySinceMs ??= nowMs;
      if (nowMs - this.#emptySinceMs >= EMPTY_REPORTED_MS) this.#report(emptyBecause, nowMs);
      return;
    }
    this.#badInARow += badFrames;
    if (this.#badInARow < BAD_FRAMES_REPORTED || badFrames === 0 || this.#contentError !== null) return;
    this.#report(this.#format.describeBad(badText), nowMs);
  }

  #report(error: string | null, nowMs: number): void {
    if (error === this.#contentError) return;
    if (error !== null) {
      if (nowMs < this.#nextComplaintAtMs) return;
      this.#nextComplaintAtMs = nowMs + COMPLAINT_PAUSE_MS;
    }
    this.#contentError = error;
    this.#listener.onHealth(this.health());
  }
}
