import type { Config } from '../../config/config.ts';
import type { RecordedReading } from '../../hardware/transcript/transcript-line.ts';
import { slotSettingsOf } from '../settings.ts';
import type { Clock } from '../system/clock.ts';
import { EventQueue } from './event-queue.ts';
import type { ReplayEntry, ReplaySummary } from './replay-entry.ts';
import { ReplaySlot } from './replay-slot.ts';

/** A hostile recording names a new sensor in every line; more than these are not told apart. */
const UNREAD_MAX = 100;

/**
 * Runs recorded readings through the decisions of the service, on a clock of its own: in between, whatever the service
 * would have woken up for happens at its time. Nothing is sent, stored or waited for.
 */
export class Replay {
  readonly #queue = new EventQueue();
  readonly #slots: readonly ReplaySlot[];
  readonly #bySensor = new Map<string, ReplaySlot>();
  readonly #unread = new Map<string, number>();
  #orders = 0;
  #readings = 0;

  /**
   * @param startedAtMs wall time at which the recording began, milliseconds since 1970 UTC; null when nobody knows.
   * @param onEntry hears what happens, in order of time.
   */
  constructor(config: Config, startedAtMs: number | null, onEntry: (entry: ReplayEntry) => void) {
    const clock = virtualClock(this.#queue, startedAtMs ?? 0);
    this.#slots = slotSettingsOf(config).flatMap((settings) => {
      const sensor = config.slots[settings.name]?.sensor;
      if (sensor === undefined) return [];
      const slot = new ReplaySlot(settings, { clock, sensor, nextOrder: () => ++this.#orders, onEntry });
      this.#bySensor.set(sensorName(sensor.from, sensor.channel ?? ''), slot);
      return [slot];
    });
    for (const slot of this.#slots) slot.start();
  }

  /** The next readings, in order of time. Resolves when everything up to the last of them has happened. */
  async take(readings: readonly RecordedReading[]): Promise<void> {
    for (const { atMs, hardware, channel, raw } of readings) {
      while (this.#queue.step(atMs)) await this.#settle();
      this.#queue.nowMs = atMs;
      this.#readings += 1;
      const slot = this.#bySensor.get(sensorName(hardware, channel));
      if (slot === undefined) this.#countUnread(hardware, channel);
      else {
        slot.take(raw);
        if (slot.answered !== null) await slot.answered;
      }
    }
  }

  /** Ends with the last reading: what would have come after it, nobody knows. Call once. */
  end(): ReplaySummary {
    return {
      readings: this.#readings,
      lengthMs: this.#queue.nowMs,
      slots: this.#slots.map((slot) => slot.end()),
      unread: this.#unread,
    };
  }

  /** Waits for the answers to what a wake-up has sent. */
  async #settle(): Promise<void> {
    for (const slot of this.#slots) if (slot.answered !== null) await slot.answered;
  }

  #countUnread(hardware: string, channel: string): void {
    const name = channel === '' ? hardware : `${hardware}/${channel}`;
    const count = this.#unread.get(name);
    if (count !== undefined || this.#unread.size < UNREAD_MAX) this.#unread.set(name, (count ?? 0) + 1);
  }
}

function virtualClock(queue: EventQueue, startedAtMs: number): Clock {
  const wallMs = (): number => startedAtMs + queue.nowMs;
  return {
    nowMs: () => queue.nowMs,
    after: (delayMs, run) => queue.after(delayMs, run),
    wallMs,
    wallTrusted: () => true,
    instant: () => ({ bootId: 'replay', monotonicMs: queue.nowMs, wallMs: wallMs(), wallTrusted: true }),
  };
}

/** A name under hardware: holds no line break, so no two sensors of slots make the same name. */
function sensorName(from: string, channel: string): string {
  return `${from}\n${channel}`;
}
