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

  /** Rings at this monotonic time, or before; null asks for nothing. */
  ringBy(atMs: number | null): void {
    if (atMs === null || (this.#set !== null && this.#set.atMs <= atMs)) return;
    this.#set?.cancel();
    const cancel = this.#timing.after(atMs - this.#timing.nowMs(), () => {
      this.#set = null;
      this.#ring();
    });
    this.#set = { atMs, cancel };
  }

  stop(): void {
    this.#set?.cancel();
    this.#set = null;
  }
}
