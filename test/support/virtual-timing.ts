import type { Cancel, Timing } from '../../hardware/timing.ts';

type Planned = { readonly dueMs: number; readonly run: () => void };

/** A clock that moves only when told to: minutes of backoff take no time, and a test cannot be too slow for it. */
export class VirtualTiming implements Timing {
  #nowMs: number;
  readonly #planned = new Set<Planned>();

  constructor(startMs = 1_000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): Cancel {
    const planned: Planned = { dueMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#planned.add(planned);
    return () => {
      this.#planned.delete(planned);
    };
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#planned.size;
  }

  /** Milliseconds until the next timer; null when none waits. */
  get nextInMs(): number | null {
    const next = this.#next();
    return next === null ? null : next.dueMs - this.#nowMs;
  }

  /** Lets time pass: runs what falls due, in order, each at its own moment, also what is planned meanwhile. */
  advance(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (let next = this.#next(); next !== null && next.dueMs <= endMs; next = this.#next()) {
      this.#planned.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.run();
    }
    this.#nowMs = endMs;
  }

  /** The earliest; among equals the one that was planned first. */
  #next(): Planned | null {
    let next: Planned | null = null;
    for (const planned of this.#planned) {
      if (next === null || planned.dueMs < next.dueMs) next = planned;
    }
    return next;
  }
}
