import type { Cancel } from '../../hardware/timing.ts';

type Planned = { readonly atMs: number; readonly turn: number; run: (() => void) | null };

/** What is going to happen, in order of time; what falls on one moment happens in the order it was planned. */
export class EventQueue {
  readonly #heap: Planned[] = [];
  #turn = 0;
  nowMs = 0;

  /** Whole milliseconds only: the agent's own clock counts in them. */
  after(delayMs: number, run: () => void): Cancel {
    const planned: Planned = { atMs: this.nowMs + Math.max(0, Math.ceil(delayMs)), turn: this.#turn++, run };
    this.#heap.push(planned);
    this.#rise(this.#heap.length - 1);
    return () => {
      planned.run = null;
    };
  }

  /** Moves time to the next event and runs it; false when none is due by `endMs`. */
  step(endMs: number): boolean {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atMs > endMs) return false;
      this.#removeFirst();
      const { run } = first;
      if (run === null) continue;
      first.run = null;
      this.nowMs = first.atMs;
      run();
      return true;
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const child = heap[at];
      const parent = heap[above];
      if (child === undefined || parent === undefined || !isBefore(child, parent)) return;
      heap[at] = parent;
      heap[above] = child;
      at = above;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const parent = heap[at];
      let next = heap[left];
      if (parent === undefined || next === undefined) return;
      let below = left;
      const right = heap[left + 1];
      if (right !== undefined && isBefore(right, next)) {
        next = right;
        below = left + 1;
      }
      if (!isBefore(next, parent)) return;
      heap[at] = next;
      heap[below] = parent;
      at = below;
    }
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.turn < b.turn);
}
