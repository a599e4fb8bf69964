import type { HardwareHealth, HardwareListener, HardwareSource, HardwareState } from '../hardware-source.ts';
import { ReopeningPort } from '../serial/reopening-port.ts';
import type { OpenPort } from '../serial/serial-port.ts';
import { openSerialPort } from '../serial/serial-port.ts';
import type { Cancel, Timing } from '../timing.ts';
import { ChannelTroubles } from './channel-troubles.ts';
import type { FirmataChannel, FirmataChannelSettings } from './firmata-channel.ts';
import { createChannel } from './firmata-channel.ts';
import { FirmataFramer } from './firmata-framer.ts';
import { FirmataHandshake } from './firmata-handshake.ts';
import { kindOf } from './firmata-message.ts';
import { FirmataTransport } from './firmata-transport.ts';
import type { Board } from './johnny-five.ts';
import { createBoard } from './johnny-five.ts';

/** Driver `firmata`: an Arduino whose pins are read by Johnny-Five, without a program of its own. */
export type FirmataSettings = {
  /** Device file; `/dev/serial/by-id/...` stays the same after a replug. */
  readonly port: string;
  /** Bits per second, as the firmware sets it. */
  readonly baudRate: number;
  /** How often the firmware sends each value, milliseconds. The protocol allows up to 16383. */
  readonly samplingIntervalMs: number;
  readonly channels: Readonly<Record<string, FirmataChannelSettings>>;
  /** Milliseconds without a byte after which the port is closed and opened anew. */
  readonly reopenAfterSilenceMs: number;
};

/** A question that was not answered is asked again: a board that was reset by the opening is deaf for two seconds. */
const ASK_EVERY_MS = 1_000;
/** Far more than any boot loader takes: what has not answered by then is no Firmata. */
const NO_FIRMATA_AFTER_MS = 10_000;

/**
 * The pins of an Arduino with a Firmata firmware -> readings.
 *
 *     opened -> asked who it is and what its pins can do -> told what is wanted -> values
 *
 * The first answers make a Johnny-Five board and its objects, which live on through every replug and reset: the
 * firmware is asked and told again, and a reading is only what has just arrived on the wire, never Johnny-Five's memory.
 */
export class FirmataSource implements HardwareSource {
  readonly name: string;
  readonly driver = 'firmata';
  readonly #listener: HardwareListener;
  readonly #settings: FirmataSettings;
  readonly #timing: Timing;
  readonly #port: ReopeningPort;
  readonly #framer = new FirmataFramer();
  readonly #handshake = new FirmataHandshake();
  readonly #transport: FirmataTransport;
  #board: Board | null = null;
  #channels = new Map<string, FirmataChannel>();
  #cancelTimer: Cancel = () => {};
  /** Since when a firmware is asked in vain. */
  #askingSinceMs: number | null = null;
  /** Whether its pins are others than those that the channels were made for. */
  #isOtherBoard = false;
  #badFrames = 0;
  #lastReadingAtMs: number | null = null;
  /** What is wrong though the port is well. */
  #firmwareError: string | null = null;
  /** Of channels that the board can't have: for good. */
  #channelError: string | null = null;
  readonly #troubles = new ChannelTroubles();

  constructor(
    name: string,
    settings: FirmataSettings,
    listener: HardwareListener,
    timing: Timing,
    openPort: OpenPort = openSerialPort,
  ) {
    this.name = name;
    this.#settings = settings;
    this.#listener = listener;
    this.#timing = timing;
    const { port: path, baudRate, reopenAfterSilenceMs } = settings;
    const portListener = {
      onOpen: () => this.#onOpen(),
      onBytes: (bytes: Buffer, arrivedAtMs: number) => this.#onBytes(bytes, arrivedAtMs),
      onState: (state: HardwareState) => this.#onState(state),
    };
    this.#port = new ReopeningPort({ path, baudRate, reopenAfterSilenceMs }, portListener, timing, openPort);
    this.#transport = new FirmataTransport((bytes) => this.#port.write(bytes));
  }

  open(): void {
    this.#port.open();
  }

  close(): Promise<void> {
    this.#cancelTimer();
    this.#transport.cut();
    this.#board?.io.removeAllListeners();
    return this.#port.close();
  }

  health(): HardwareHealth {
    const { state } = this.#port;
    // Of a device that is gone there is nothing better to say; of one that is silent it helps to know who was asked.
    const error = state === 'failed' ? this.#port.error : (this.#firmwareError ?? this.#port.error);
    return {
      state,
      error: error ?? this.#channelError ?? this.#troubles.error,
      badFrames: this.#badFrames,
      reopens: this.#port.reopens,
      lastReadingAtMs: this.#lastReadingAtMs,
    };
  }

  #onState(state: HardwareState): void {
    if (state === 'failed') {
      this.#cancelTimer();
      this.#askingSinceMs = null;
      this.#firmwareError = null;
      this.#troubles.clear();
    }
    if (state !== 'closed') this.#tellHealth();
  }

  #onOpen(): void {
    this.#framer.restart();
    this.#askFromTheStart();
  }

  #askFromTheStart(): void {
    this.#handshake.restart();
    this.#askingSinceMs ??= this.#timing.nowMs();
    this.#ask();
  }

  #ask(): void {
    const question = this.#handshake.question;
    if (question === null) return;
    this.#port.write(question);
    const waitedMs = this.#timing.nowMs() - (this.#askingSinceMs ?? this.#timing.nowMs());
    if (waitedMs >= NO_FIRMATA_AFTER_MS) this.#setFirmwareError(describeNoFirmata(this.#settings));
    this.#plan(ASK_EVERY_MS, () => this.#ask());
  }

  #onBytes(bytes: Buffer, arrivedAtMs: number): void {
    const { messages, badMessages } = this.#framer.push(bytes);
    this.#badFrames += badMessages;
    for (const message of messages) this.#onMessage(message, arrivedAtMs);
  }

  #onMessage(message: Buffer, arrivedAtMs: number): void {
    const kind = kindOf(message);
    if (this.#handshake.isDone) {
      // A firmware says who it is when it starts: it has forgotten what it was told.
      if (kind === 'version') this.#askFromTheStart();
      else if (kind === 'value' && !this.#isOtherBoard) this.#onValue(message, arrivedAtMs);
      return;
    }
    if (!this.#handshake.take(kind, message)) return;
    if (this.#handshake.isDone) this.#begin();
    else this.#ask();
  }

  #onValue(message: Buffer, arrivedAtMs: number): void {
    this.#transport.deliver(message);
    for (const [channel, part] of this.#channels) {
      const taken = part.take();
      if (taken.kind === 'bad') {
        this.#badFrames += 1;
        if (this.#troubles.bad(channel, taken.why, arrivedAtMs)) this.#tellHealth();
      }
      if (taken.kind === 'value') this.#onGood(channel, taken.raw, arrivedAtMs);
    }
  }

  #onGood(channel: string, raw: number, takenAtMs: number): void {
    this.#lastReadingAtMs = takenAtMs;
    if (this.#troubles.good(channel)) this.#tellHealth();
    this.#listener.onReading({ hardware: this.name, channel, raw, takenAtMs });
  }

  /** The firmware has told who it is: tells it what is wanted. */
  #begin(): void {
    this.#askingSinceMs = null;
    this.#isOtherBoard = this.#handshake.isOtherBoard;
    if (this.#isOtherBoard) {
      this.#cancelTimer();
      this.#setFirmwareError(describeOtherBoard(this.#settings));
      return;
    }
    const isFirst = this.#board === null;
    const board = this.#board ?? this.#createBoard();
    this.#setFirmwareError(null);
    // What an earlier program asked of it is not wanted any more.
    board.io.reset();
    board.io.setSamplingInterval(this.#settings.samplingIntervalMs);
    if (isFirst) this.#createChannels(board);
    else for (const channel of this.#channels.values()) channel.restart();
    this.#planPoll();
  }

  #createBoard(): Board {
    const board = createBoard(this.#transport);
    this.#transport.replay(this.#handshake.answers);
    this.#board = board;
    return board;
  }

  #createChannels(board: Board): void {
    for (const [name, settings] of Object.entries(this.#settings.channels)) {
      const created = createChannel(board, settings);
      if (created.ok) this.#channels.set(name, created.channel);
      else this.#channelError ??= `Channel ${name}: ${created.error}`;
    }
    if (this.#channelError !== null) this.#tellHealth();
  }

  #planPoll(): void {
    this.#plan(this.#settings.samplingIntervalMs, () => {
      for (const channel of this.#channels.values()) channel.poll();
      this.#planPoll();
    });
  }

  #plan(delayMs: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#timing.after(delayMs, run);
  }

  #setFirmwareError(error: string | null): void {
    if (error === this.#firmwareError) return;
    this.#firmwareError = error;
    this.#tellHealth();
  }

  #tellHealth(): void {
    this.#listener.onHealth(this.health());
  }
}

function describeNoFirmata({ port, baudRate }: FirmataSettings): string {
  return `No Firmata firmware answered on ${port}: upload StandardFirmata to the board (in the Arduino IDE: File, Examples, Firmata), and check baudRate (${baudRate} now).`;
}

function describeOtherBoard({ port }: FirmataSettings): string {
  return `Another kind of board than before is plugged in at ${port}: check the pins in the configuration, then restart the agent.`;
}
