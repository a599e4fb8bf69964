import { EventEmitter } from 'node:events';
import type { Cancel, Timing } from '../timing.ts';
import type { RequestedLines } from './gpio-lines.ts';
import { type Settling, settledLines, settleLines } from './settle-lines.ts';

/** Lines that are read together, and how. */
export type IoGroup = {
  readonly lines: RequestedLines;
  /** Applied here where the kernel does not do it. */
  readonly debounceMs: number;
};

type Events = {
  connect: [];
  ready: [];
  /** All lines of a group from one read: on every change, and once in each interval without one. */
  lines: [group: number, active: readonly boolean[], takenAtMs: number];
  /** The chip does not answer any more; nothing follows. */
  lost: [errno: string];
  /** The same for one line, as Johnny-Five listens to it. */
  [digitalRead: `digital-read-${number}`]: [value: number];
};

/** Johnny-Five's description of a pin. */
type Pin = {
  readonly supportedModes: readonly number[];
  readonly analogChannel: number;
  readonly mode: number;
  readonly report: number;
  value: number | null;
};

/** Firmata's numbers for modes, which Johnny-Five expects of every IO plugin. */
const MODES = { INPUT: 0, OUTPUT: 1, ANALOG: 2, PWM: 3, SERVO: 4, PULLUP: 11 } as const;
const NO_ANALOG_CHANNEL = 127;

/**
 * Where the kernel tells of no change, lines are looked at this often; where it does, they are read no more often. A
 * float takes longer to turn.
 */
const LOOK_EVERY_MS = 20;

type Watched = IoGroup & {
  dueAtMs: number;
  readAtMs: number;
  settling: Settling;
  told: readonly boolean[] | null;
  toldAtMs: number;
};

/**
 * Requested GPIO lines as a Johnny-Five IO plugin: pins are the chip's line numbers, inputs only, set up as they were
 * requested. Every event comes from a read of the lines at that moment, never from memory: what has to know how fresh a
 * value is listens here, and not to the components of Johnny-Five, which keep their last value for ever.
 */
export class GpioIo extends EventEmitter<Events> {
  readonly name = 'GPIO';
  readonly MODES = MODES;
  readonly HIGH = 1;
  readonly LOW = 0;
  readonly analogPins: readonly number[] = [];
  readonly pins: readonly Pin[];
  isReady = false;
  readonly #groups: readonly Watched[];
  readonly #intervalMs: number;
  readonly #timing: Timing;
  #cancelTimer: Cancel = () => {};
  #isReading = false;
  #isStopped = false;

  /** Without a change each group is told once in `intervalMs`. */
  constructor(groups: readonly IoGroup[], intervalMs: number, timing: Timing) {
    super();
    const nowMs = timing.nowMs();
    const unread = { dueAtMs: nowMs, readAtMs: -Infinity, settling: [], told: null, toldAtMs: -Infinity };
    this.#groups = groups.map((group) => ({ ...group, ...unread }));
    this.#intervalMs = intervalMs;
    this.#timing = timing;
    const offsets = groups.flatMap(({ lines }) => lines.offsets);
    this.pins = Array.from({ length: Math.max(-1, ...offsets) + 1 }, (_, offset) => pinOf(offsets, offset));
  }

  /** Begins to read. To be called once. */
  start(): void {
    for (const group of this.#groups) {
      group.lines.onEdge(() => {
        group.dueAtMs = Math.max(this.#timing.nowMs(), group.readAtMs + LOOK_EVERY_MS);
        this.#plan();
      });
    }
    this.isReady = true;
    this.emit('connect');
    this.emit('ready');
    this.#plan();
  }

  /** Stops reading and frees the lines. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    await Promise.all(this.#groups.map(({ lines }) => lines.close()));
  }

  /** Johnny-Five's way to choose a direction: these are inputs already, and nothing else. */
  pinMode(pin: number, mode: number): void {
    if (this.pins[pin]?.supportedModes.includes(mode) === true) return;
    throw new Error(
      `GPIO line ${pin} is no input of this configuration: only those can be read, and none written.`,
    );
  }

  /** Calls `listener` with 0 or 1 on every change, and once in each interval without one. */
  digitalRead(pin: number, listener: (value: number) => void): void {
    this.pinMode(pin, MODES.INPUT);
    this.on(`digital-read-${pin}`, listener);
  }

  /** Switches of Johnny-Five write 1 to an input to ask for a pull-up, as was done on old boards: `bias` decides here. */
  digitalWrite(pin: number): void {
    this.pinMode(pin, MODES.INPUT);
  }

  #plan(): void {
    if (this.#isStopped || this.#isReading) return;
    this.#cancelTimer();
    const dueAtMs = Math.min(...this.#groups.map((group) => group.dueAtMs));
    const delayMs = Math.max(0, dueAtMs - this.#timing.nowMs());
    this.#cancelTimer = this.#timing.after(delayMs, () => void this.#sweep());
  }

  async #sweep(): Promise<void> {
    this.#isReading = true;
    for (const [index, group] of this.#groups.entries()) {
      if (group.dueAtMs > this.#timing.nowMs()) continue;
      // Before the read: an edge meanwhile makes the group due again.
      group.readAtMs = this.#timing.nowMs();
      group.dueAtMs = group.readAtMs + (group.lines.hasEdges ? this.#intervalMs : LOOK_EVERY_MS);
      const answer = await group.lines.read();
      if (this.#isStopped) return;
      if (!answer.ok) {
        this.#isStopped = true;
        this.emit('lost', answer.errno);
        return;
      }
      this.#take(index, group, answer.value);
    }
    this.#isReading = false;
    this.#plan();
  }

  #take(index: number, group: Watched, active: readonly boolean[]): void {
    const nowMs = this.#timing.nowMs();
    const debounceMs = group.lines.hasEdges ? 0 : group.debounceMs;
    group.settling = settleLines(group.settling, active, nowMs, debounceMs);
    const settled = settledLines(group.settling);
    if (settled === null) return;
    const isSame = group.told?.every((value, line) => value === settled[line]) === true;
    if (isSame && nowMs - group.toldAtMs < this.#intervalMs) return;
    group.told = settled;
    group.toldAtMs = nowMs;
    for (const [line, offset] of group.lines.offsets.entries()) this.#tellPin(offset, settled[line] === true);
    this.emit('lines', index, settled, nowMs);
  }

  #tellPin(offset: number, isActive: boolean): void {
    const value = isActive ? this.HIGH : this.LOW;
    const pin = this.pins[offset];
    if (pin !== undefined) pin.value = value;
    this.emit(`digital-read-${offset}`, value);
  }
}

function pinOf(requested: readonly number[], offset: number): Pin {
  const isOurs = requested.includes(offset);
  return {
    supportedModes: isOurs ? [MODES.INPUT, MODES.PULLUP] : [],
    analogChannel: NO_ANALOG_CHANNEL,
    mode: MODES.INPUT,
    report: isOurs ? 1 : 0,
    value: null,
  };
}
