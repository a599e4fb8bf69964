import type { Cancel, Timing } from '../../hardware/timing.ts';

/**
 * One timer for many reasons to look again. It is only ever moved to an earlier time, never later: a reading that
 * postpones something costs nothing, and the wake-up that then comes too early is harmless.
 */
export class Alarm {
  readonly #timing: Timing;
  readonly #ring: () => void;
  #set: { readonly atMs: number; readonly cancel: Cancel } | null = null;

  constructor(timing: Timing, ring: () => void) {
    this.#timing = timing;
    this.#ring = ring;
  }

  /** Rings at the earliest of these monotonic times, or before; nulls do not count. */
  ringBy(...times: readonly (number | null)[]): void {
    let earliestMs: number | null = null;
    for (const time of times)
      if (time !== null && (earliestMs === null || time < earliestMs)) earliestMs = time;
    if (earliestMs === null || (this.#set !== null && this.#set.atMs <= earliestMs)) return;
    this.#set?.cancel();
    const cancel = this.#timing.after(earliestMs - this.#timing.nowMs(), () => {
      this.#set = null;
      this.#ring();
    });
    this.#set = { atMs: earliestMs, cancel };
  }

  stop(): void {
    this.#set?.cancel();
    this.#set = null;
  }
}
