import type { HardwareHealth, HardwareListener, HardwareSource, HardwareState } from '../hardware-source.ts';
import type { Timing } from '../timing.ts';
import { LineFramer } from './line-framer.ts';
import type { LinePattern } from './line-pattern.ts';
import { compileLinePattern, parseLine } from './line-pattern.ts';
import type { ReopeningPortListener } from './reopening-port.ts';
import { ReopeningPort } from './reopening-port.ts';
import { openSerialPort } from './serial-port.ts';

/** Driver `lines`: any board that prints its values as lines of text. */
export type LinesSettings = {
  /** Device file; `/dev/serial/by-id/...` stays the same after a replug. */
  readonly port: string;
  /** Bits per second, as the board's program sets it. */
  readonly baudRate: number;
  /** Regular expression for a whole line, with the groups `value` and, optional, `channel`. */
  readonly pattern: string;
  /** Milliseconds without a byte after which the port is closed and opened anew. */
  readonly reopenAfterSilenceMs: number;
};

/** So many bad lines in a row, without a good one, are a wrong setting and no longer a disturbance. */
const BAD_LINES_REPORTED = 10;
/** A line is quoted so far in a message. */
const QUOTED_CHARACTERS_MAX = 60;

/**
 * Text lines from a serial port -> readings.
 * @throws when the pattern is not valid; the configuration's check must have caught that.
 */
export class LinesSource implements HardwareSource {
  readonly name: string;
  readonly driver = 'lines';
  readonly #listener: HardwareListener;
  readonly #settings: LinesSettings;
  readonly #pattern: LinePattern;
  readonly #framer = new LineFramer();
  readonly #port: ReopeningPort;
  #badFrames = 0;
  #badInARow = 0;
  #lastReadingAtMs: number | null = null;
  /** Set while the port is well and what it sends is not. */
  #contentError: string | null = null;

  constructor(name: string, settings: LinesSettings, listener: HardwareListener, timing: Timing) {
    const compiled = compileLinePattern(settings.pattern);
    if (!compiled.ok) throw new Error(`hardware.${name}.pattern: ${compiled.error}`);
    this.name = name;
    this.#settings = settings;
    this.#pattern = compiled.pattern;
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
      reopens: this.#port.reopens,
      lastReadingAtMs: this.#lastReadingAtMs,
    };
  }

  #portListener(): ReopeningPortListener {
    return {
      onOpen: () => this.#framer.restart(),
      onBytes: (bytes, arrivedAtMs) => this.#onBytes(bytes, arrivedAtMs),
      onState: (state) => this.#onState(state),
    };
  }

  #onState(state: HardwareState): void {
    if (state !== 'open') {
      this.#contentError = null;
      this.#badInARow = 0;
    }
    this.#listener.onHealth(this.health());
  }

  #onBytes(bytes: Buffer, arrivedAtMs: number): void {
    const { lines, badLines } = this.#framer.push(bytes);
    if (badLines > 0) this.#onBad(badLines, null);
    for (const line of lines) {
      const parsed = parseLine(this.#pattern, line);
      if (parsed.ok) this.#onGood(parsed.channel, parsed.raw, arrivedAtMs);
      else this.#onBad(1, line);
    }
  }

  #onGood(channel: string, raw: number, takenAtMs: number): void {
    this.#lastReadingAtMs = takenAtMs;
    this.#badInARow = 0;
    if (this.#contentError !== null) {
      this.#contentError = null;
      this.#listener.onHealth(this.health());
    }
    this.#listener.onReading({ hardware: this.name, channel, raw, takenAtMs });
  }

  #onBad(count: number, line: string | null): void {
    this.#badFrames += count;
    this.#badInARow += count;
    if (this.#badInARow < BAD_LINES_REPORTED || this.#contentError !== null) return;
    this.#contentError = describeBadLines(this.#settings, line);
    this.#listener.onHealth(this.health());
  }
}

function describeBadLines(settings: LinesSettings, line: string | null): string {
  const { port, baudRate } = settings;
  if (line === null) return `${port} sends no readable text: check baudRate (${baudRate} now).`;
  const quoted = JSON.stringify(line.slice(0, QUOTED_CHARACTERS_MAX));
  return `The lines from ${port} do not match the pattern, for example ${quoted}: correct the pattern, or baudRate (${baudRate} now).`;
}
