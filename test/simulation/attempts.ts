import type { TrueAnswer } from './drs-door.ts';

/** The truth about one attempt, beside what the agent believes of it. */
export type Attempt = {
  readonly orderId: string;
  readonly attempt: number;
  readonly intendedAtMs: number;
  leftAtMs: number | null;
  /** null while open, and for ever when the process died meanwhile. */
  answer: TrueAnswer | null;
  endedAtMs: number | null;
  isReported: boolean;
  /** The first invalid token of its depletion. */
  isFirstRefusal: boolean;
};

/** Every attempt of one slot, by order. */
export class Attempts {
  readonly #byOrder = new Map<string, Attempt[]>();
  /** Intended, and not reported yet. */
  open: Attempt | null = null;

  get orderIds(): ReadonlySet<string> {
    return new Set(this.#byOrder.keys());
  }

  of(orderId: string): readonly Attempt[] {
    return this.#byOrder.get(orderId) ?? [];
  }

  intend(orderId: string, attempt: number, nowMs: number): Attempt {
    const intended: Attempt = {
      orderId,
      attempt,
      intendedAtMs: nowMs,
      leftAtMs: null,
      answer: null,
      endedAtMs: null,
      isReported: false,
      isFirstRefusal: false,
    };
    const list = this.#byOrder.get(orderId) ?? [];
    list.push(intended);
    this.#byOrder.set(orderId, list);
    this.open = intended;
    return intended;
  }
}
