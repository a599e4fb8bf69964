import type { HardwareHealth, HardwareListener, HardwareSource, HardwareState } from '../hardware-source.ts';
import type { Cancel, Timing } from '../timing.ts';
import { userName } from '../user-name.ts';
import { type Outcome, openChip } from './gpio-chip.ts';
import { explainContradiction, explainLost } from './gpio-failure.ts';
import { GpioIo, type IoGroup } from './gpio-io.ts';
import type { GpioKernel } from './gpio-kernel-door.ts';
import { type LineGroup, requestLines } from './gpio-lines.ts';
import { readLadder } from './ladder.ts';

/** Driver `gpio`: float switches and the like on lines of the board itself, through Linux' GPIO character device. */
export type GpioSettings = {
  /** Device file, name (`gpiochip0`) or label (`pinctrl-bcm2711`) of the chip. */
  readonly chip: string;
  /** By channel. One line yields 0 or 1; several are a ladder, the lowest first, and yield how many are on. */
  readonly channels: Readonly<Record<string, LineGroup>>;
  /** Milliseconds until a value is read and told again although nothing changed. */
  readonly intervalMs: number;
};

const RETRY_DELAY_MIN_MS = 500;
const RETRY_DELAY_MAX_MS = 5_000;
/** A chip that answered for this long is taken for healthy: its next loss starts with the shortest delay again. */
const HEALTHY_AFTER_MS = 10_000;
/** Waves make switches contradict one another for a moment; for so long in milliseconds, only wrong wiring does. */
const CONTRADICTION_REPORTED_MS = 2_000;

type Channel = { readonly name: string; readonly group: LineGroup; contradictsSinceMs: number | null };

/** GPIO lines -> readings. */
export class GpioSource implements HardwareSource {
  readonly name: string;
  readonly driver = 'gpio';
  readonly #settings: GpioSettings;
  readonly #listener: HardwareListener;
  readonly #timing: Timing;
  readonly #kernel: GpioKernel;
  readonly #channels: readonly Channel[];
  #state: HardwareState = 'opening';
  /** What keeps the chip from being read. */
  #error: string | null = null;
  /** Set while the chip is well and what the switches say is not. */
  #contentError: string | null = null;
  #badFrames = 0;
  #timesOpened = 0;
  #openedAtMs = 0;
  #lastReadingAtMs: number | null = null;
  #isStarted = false;
  #retryDelayMs = RETRY_DELAY_MIN_MS;
  #cancelRetry: Cancel = () => {};
  #io: GpioIo | null = null;
  /** Opening or freeing lines; at most one of them is under way. */
  #underWay: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(
    name: string,
    settings: GpioSettings,
    listener: HardwareListener,
    timing: Timing,
    kernel: GpioKernel,
  ) {
    this.name = name;
    this.#settings = settings;
    this.#listener = listener;
    this.#timing = timing;
    this.#kernel = kernel;
    this.#channels = Object.entries(settings.channels).map(([channel, group]) => ({
      name: channel,
      group,
      contradictsSinceMs: null,
    }));
  }

  open(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#attempt();
  }

  health(): HardwareHealth {
    return {
      state: this.#state,
      error: this.#error ?? this.#contentError,
      badFrames: this.#badFrames,
      reopens: Math.max(0, this.#timesOpened - 1),
      lastReadingAtMs: this.#lastReadingAtMs,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isStarted = true;
    this.#cancelRetry();
    this.#change('closed', null);
    await this.#underWay;
    await this.#io?.stop();
  }

  #attempt(): void {
    this.#underWay = this.#openLines().then(async (opened) => {
      if (!opened.ok) this.#fail(opened.error);
      else if (this.#state === 'closed') await opened.value.io.stop();
      else this.#begin(opened.value);
    });
  }

  async #openLines(): Promise<Outcome<{ readonly io: GpioIo; readonly path: string }>> {
    const kernel = this.#kernel;
    const chip = await openChip(kernel, this.#settings.chip, userName());
    if (!chip.ok) return chip;
    const groups: IoGroup[] = [];
    let refusal: string | null = null;
    for (const { group } of this.#channels) {
      const lines = await requestLines(kernel, chip.value, group);
      if (lines.ok) groups.push({ lines: lines.value, debounceMs: group.debounceMs });
      else refusal ??= lines.error;
    }
    kernel.close(chip.value.descriptor);
    if (refusal === null) {
      const io = new GpioIo(groups, this.#settings.intervalMs, this.#timing);
      return { ok: true, value: { io, path: chip.value.path } };
    }
    await Promise.all(groups.map(({ lines }) => lines.close()));
    return { ok: false, error: refusal };
  }

  #begin({ io, path }: { readonly io: GpioIo; readonly path: string }): void {
    this.#io = io;
    this.#timesOpened += 1;
    this.#openedAtMs = this.#timing.nowMs();
    this.#contentError = null;
    for (const channel of this.#channels) channel.contradictsSinceMs = null;
    io.on('lines', (index, active, takenAtMs) => {
      const channel = this.#channels[index];
      if (channel !== undefined) this.#take(channel, active, takenAtMs);
    });
    io.on('lost', (errno) => {
      if (this.#timing.nowMs() - this.#openedAtMs >= HEALTHY_AFTER_MS)
        this.#retryDelayMs = RETRY_DELAY_MIN_MS;
      this.#io = null;
      this.#underWay = io.stop().then(() => this.#fail(explainLost(path, errno)));
    });
    this.#change('open', null);
    io.start();
  }

  #fail(error: string): void {
    if (this.#state === 'closed') return;
    this.#change('failed', error);
    this.#cancelRetry = this.#timing.after(this.#retryDelayMs, () => this.#attempt());
    this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, RETRY_DELAY_MAX_MS);
  }

  #take(channel: Channel, active: readonly boolean[], takenAtMs: number): void {
    const ladder = readLadder(active);
    if (ladder.ok) {
      channel.contradictsSinceMs = null;
      this.#lastReadingAtMs = takenAtMs;
      this.#listener.onReading({ hardware: this.name, channel: channel.name, raw: ladder.count, takenAtMs });
    } else {
      this.#badFrames += 1;
      channel.contradictsSinceMs ??= takenAtMs;
    }
    const lasting = this.#channels.find(
      ({ contradictsSinceMs }) =>
        contradictsSinceMs !== null && takenAtMs - contradictsSinceMs >= CONTRADICTION_REPORTED_MS,
    );
    if (lasting === undefined) this.#tellContent(null);
    else if (lasting === channel && !ladder.ok) {
      const lines = channel.group.lines.map((line) => `line ${line}`);
      this.#tellContent(explainContradiction(channel.name, lines, ladder.dry, ladder.wet));
    }
  }

  #tellContent(error: string | null): void {
    if (error === this.#contentError) return;
    this.#contentError = error;
    if (this.#state !== 'closed') this.#listener.onHealth(this.health());
  }

  #change(state: HardwareState, error: string | null): void {
    if (state === this.#state && error === this.#error) return;
    this.#state = state;
    this.#error = error;
    this.#listener.onHealth(this.health());
  }
}
