import type { HardwareHealth, HardwareListener, HardwareSource, HardwareState } from '../hardware-source.ts';
import { ReopeningPort } from '../serial/reopening-port.ts';
import { openSerialPort } from '../serial/serial-port.ts';
import type { Cancel, Timing } from '../timing.ts';
import type { Answer, ReadFunction, ReadRequest } from './modbus-frame.ts';
import { answerBytes, findAnswer, REQUEST_BYTES, requestBytes } from './modbus-frame.ts';
import { ModbusPlan } from './modbus-plan.ts';
import type { BusFacts } from './modbus-trouble.ts';
import { exceptionText, silenceText } from './modbus-trouble.ts';
import type { RegisterType, WordOrder } from './modbus-value.ts';
import { REGISTERS, registerValue, scaled } from './modbus-value.ts';

/** One value on the bus. */
export type ModbusChannel = {
  readonly unit: number;
  readonly function: ReadFunction;
  /** As on the wire, counted from 0. */
  readonly register: number;
  readonly type: RegisterType;
  readonly wordOrder: WordOrder;
  /** The register's number times this is the raw value. */
  readonly scale: number;
};

/** Driver `modbus`: devices that are asked, on a serial bus. */
export type ModbusSettings = BusFacts & {
  readonly pollEveryMs: number;
  /** Longest wait for the first byte of an answer after the request is on the wire. */
  readonly answerTimeoutMs: number;
  readonly channels: Readonly<Record<string, ModbusChannel>>;
  readonly reopenAfterSilenceMs: number;
};

type Channel = ModbusChannel & { readonly name: string };

type Question = {
  readonly channel: Channel;
  readonly request: ReadRequest;
  /** The unit has left a question open before: what comes first may be its late answer to that one. */
  readonly isDoubtful: boolean;
};

/** The longest frame of Modbus RTU, and an echo before it. */
const RECEIVED_BYTES_MAX = 256 + REQUEST_BYTES;
/** Start bit, 8 data bits, parity or second stop bit, stop bit. */
const BITS_PER_CHARACTER = 11;
/** Silence between frames: 3.5 characters, above 19200 baud fixed (Modbus over Serial Line, 2.5.1.1). */
const GAP_CHARACTERS = 3.5;
const GAP_MS_MIN = 1.75;

/**
 * The master of a Modbus RTU bus: one question at a time, and an answer is believed only if it can be no other
 * question's. After a question without an answer, the unit's next answer is thrown away: it may be the late one.
 */
export class ModbusSource implements HardwareSource {
  readonly name: string;
  readonly driver = 'modbus';
  readonly #listener: HardwareListener;
  readonly #settings: ModbusSettings;
  readonly #timing: Timing;
  readonly #port: ReopeningPort;
  readonly #received = Buffer.alloc(RECEIVED_BYTES_MAX);
  readonly #troubles = new Map<string, string>();
  #receivedLength = 0;
  #plan: ModbusPlan<Channel>;
  #question: Question | null = null;
  #cancel: Cancel = () => {};
  #badFrames = 0;
  #lastReadingAtMs: number | null = null;
  #told: string | null = null;

  constructor(name: string, settings: ModbusSettings, listener: HardwareListener, timing: Timing) {
    this.name = name;
    this.#settings = settings;
    this.#listener = listener;
    this.#timing = timing;
    this.#plan = this.#newPlan();
    const { port: path, baudRate, parity, stopBits, reopenAfterSilenceMs } = settings;
    const portListener = {
      onOpen: () => this.#restart(),
      onBytes: (bytes: Buffer) => this.#onBytes(bytes),
      onState: (state: HardwareState) => this.#onState(state),
    };
    this.#port = new ReopeningPort(
      { path, baudRate, parity, stopBits, reopenAfterSilenceMs },
      portListener,
      timing,
      openSerialPort,
    );
  }

  open(): void {
    this.#port.open();
  }

  close(): Promise<void> {
    this.#cancel();
    return this.#port.close();
  }

  health(): HardwareHealth {
    return {
      state: this.#port.state,
      error: this.#port.error ?? this.#contentError(),
      badFrames: this.#badFrames,
      reopens: this.#port.reopens,
      lastReadingAtMs: this.#lastReadingAtMs,
    };
  }

  #newPlan(): ModbusPlan<Channel> {
    const { channels, pollEveryMs } = this.#settings;
    const named = Object.entries(channels).map(([name, channel]) => ({ ...channel, name }));
    return new ModbusPlan(named, pollEveryMs);
  }

  #restart(): void {
    this.#plan = this.#newPlan();
    this.#question = null;
    this.#askNext();
  }

  #onState(state: HardwareState): void {
    if (state === 'failed' || state === 'closed') {
      this.#cancel();
      this.#question = null;
      this.#troubles.clear();
    }
    this.#told = this.#contentError();
    this.#listener.onHealth(this.health());
  }

  /** Never sooner than the silence that separates frames. */
  #askNext(): void {
    const next = this.#plan.next();
    if (next === null) return;
    const waitMs = Math.max(next.atMs - this.#timing.nowMs(), this.#gapMs());
    this.#cancel();
    this.#cancel = this.#timing.after(waitMs, () => this.#ask(next.channel));
  }

  #ask(channel: Channel): void {
    const { unit, function: code, register, type } = channel;
    const request = { unit, function: code, register, registers: REGISTERS[type] };
    // Whatever came while nothing was asked answers nothing.
    this.#receivedLength = 0;
    this.#question = { channel, request, isDoubtful: this.#plan.silences(channel) > 0 };
    this.#plan.asked(channel, this.#timing.nowMs());
    // A request that the device did not take stays without an answer, and is treated so.
    this.#port.write(requestBytes(request));
    const onWireMs = this.#charactersMs(REQUEST_BYTES + answerBytes(request));
    const limitMs = onWireMs + this.#settings.answerTimeoutMs;
    this.#cancel = this.#timing.after(limitMs, () => this.#onTimeout());
  }

  #onBytes(bytes: Buffer): void {
    if (this.#question === null) return;
    // More than any answer is noise: what is newest is kept.
    if (this.#receivedLength + bytes.length > RECEIVED_BYTES_MAX) this.#receivedLength = 0;
    const newest = bytes.subarray(Math.max(0, bytes.length - RECEIVED_BYTES_MAX));
    newest.copy(this.#received, this.#receivedLength);
    this.#receivedLength += newest.length;
    const { channel, request, isDoubtful } = this.#question;
    const answer = findAnswer(this.#received.subarray(0, this.#receivedLength), request);
    // A doubtful answer is waited out, so that the late one and the true one both have passed.
    if (answer.kind === 'none' || isDoubtful) return;
    this.#finish();
    this.#plan.answered(channel);
    this.#take(channel, answer);
    this.#askNext();
  }

  #take(channel: Channel, answer: Exclude<Answer, { kind: 'none' }>): void {
    if (answer.kind === 'exception') {
      this.#trouble(channel, `Unit ${channel.unit} ${exceptionText(answer.code)}`);
      return;
    }
    const value = registerValue(answer.data, channel.type, channel.wordOrder);
    if (value === null) {
      this.#trouble(
        channel,
        `Unit ${channel.unit} answers with what is no number: correct type or wordOrder`,
      );
      return;
    }
    this.#trouble(channel, null);
    const takenAtMs = this.#timing.nowMs();
    this.#lastReadingAtMs = takenAtMs;
    const raw = scaled(value, channel.scale);
    this.#listener.onReading({ hardware: this.name, channel: channel.name, raw, takenAtMs });
  }

  #onTimeout(): void {
    const question = this.#question;
    if (question === null) return;
    const { channel, request, isDoubtful } = question;
    const received = this.#received.subarray(0, this.#receivedLength);
    const answer = findAnswer(received, request);
    const hasNoise = received.length > 0 && !received.equals(requestBytes(request));
    this.#finish();
    if (isDoubtful && answer.kind !== 'none') {
      this.#plan.answered(channel);
    } else {
      this.#plan.silent(channel, this.#timing.nowMs());
      if (hasNoise) this.#badFrames += 1;
      this.#trouble(channel, silenceText(channel.unit, this.#settings, hasNoise));
    }
    this.#askNext();
  }

  #finish(): void {
    this.#cancel();
    this.#question = null;
    this.#receivedLength = 0;
  }

  #trouble({ name }: Channel, text: string | null): void {
    if (text === null) this.#troubles.delete(name);
    else this.#troubles.set(name, text);
    const error = this.#contentError();
    if (error === this.#told) return;
    this.#told = error;
    this.#listener.onHealth(this.health());
  }

  /** The first trouble in the order of the configuration: it does not change with whose turn it is. */
  #contentError(): string | null {
    const troubled = Object.keys(this.#settings.channels).filter((name) => this.#troubles.has(name));
    const [first] = troubled;
    if (first === undefined) return null;
    const others =
      troubled.length > 1 ? ` The same or other trouble with ${troubled.slice(1, 9).join(', ')}.` : '';
    return `Channel ${first}: ${this.#troubles.get(first)}.${others}`;
  }

  #gapMs(): number {
    return Math.max(GAP_MS_MIN, this.#charactersMs(GAP_CHARACTERS));
  }

  #charactersMs(characters: number): number {
    return (characters * BITS_PER_CHARACTER * 1000) / this.#settings.baudRate;
  }
}
