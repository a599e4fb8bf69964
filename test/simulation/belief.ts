import type { SlotSettings } from '../../agent/settings.ts';

type Streak = { samples: number; sinceMs: number };

/**
 * What an honest observer believes of the readings that a process was given: a second opinion, kept simpler and
 * no stricter than the agent's own.
 */
export class Belief {
  readonly #settings: SlotSettings;
  #window: number[] = [];
  #badRun = 0;
  #low: Streak | null = null;
  #full: Streak | null = null;
  notFull: Streak | null = null;
  lastUsableAtMs: number | null = null;
  isBroken = false;
  isFullConfirmed = false;
  /** A low level was confirmed since the last depletion ended; outlives the process as the depletion does. */
  wasLowConfirmed = false;
  /** A level of 100 % may have been confirmed at this time. */
  brimfulAtMs: number | null = null;
  #brimful: Streak | null = null;

  constructor(settings: SlotSettings) {
    this.#settings = settings;
  }

  /** A process starts: nothing is believed that it has not seen itself. */
  restart(): void {
    this.#forget();
    this.lastUsableAtMs = null;
    this.#badRun = 0;
    this.isBroken = false;
  }

  /** Middle of the last readings; null while there are none. */
  get percent(): number | null {
    return this.#window.length === 0 ? null : percentOf(middle(this.#window));
  }

  /** @returns whether it was a reading at all. */
  see(raw: number, nowMs: number): boolean {
    this.letTimePass(nowMs);
    const { level, limits } = this.#settings;
    if (level.sentinels.includes(raw) || raw < (level.valid.min ?? raw) || raw > (level.valid.max ?? raw)) {
      this.#badRun += 1;
      this.isBroken ||= this.#badRun >= Math.min(level.medianOf, 5);
      if (this.isBroken) this.#forget();
      return false;
    }
    if (this.lastUsableAtMs !== null && nowMs - this.lastUsableAtMs >= level.staleAfterMs) this.#forget();
    this.#badRun = 0;
    this.isBroken = false;
    this.lastUsableAtMs = nowMs;
    this.#window.push(raw);
    if (this.#window.length > level.medianOf) this.#window.shift();
    const percent = percentOf(middle(this.#window));
    const isFull = percent >= limits.rearmAtPercent;
    this.#low = percent <= limits.reorderAtPercent ? grown(this.#low, nowMs) : null;
    this.notFull = isFull ? null : grown(this.notFull, nowMs);
    this.#full = isFull ? grown(this.#full, nowMs) : null;
    this.#brimful = percent >= 99 ? grown(this.#brimful, nowMs) : null;
    if (this.#brimful !== null) this.brimfulAtMs = nowMs;
    this.letTimePass(nowMs);
    return true;
  }

  /** Samples become a confirmation by time alone. */
  letTimePass(nowMs: number): void {
    if (this.#isConfirmed(this.#low, nowMs)) this.wasLowConfirmed = true;
    this.isFullConfirmed = this.#isConfirmed(this.#full, nowMs);
  }

  #isConfirmed(streak: Streak | null, nowMs: number): boolean {
    const { samples, forMs } = this.#settings.limits.confirm;
    return streak !== null && streak.samples >= samples && nowMs - streak.sinceMs >= forMs;
  }

  #forget(): void {
    this.#window = [];
    this.#low = null;
    this.#full = null;
    this.#brimful = null;
    this.notFull = null;
  }
}

function grown(streak: Streak | null, nowMs: number): Streak {
  if (streak === null) return { samples: 1, sinceMs: nowMs };
  streak.samples += 1;
  return streak;
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

function percentOf(raw: number): number {
  return Math.min(100, Math.max(0, (raw - 100) / 8));
}
