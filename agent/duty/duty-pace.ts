import { backoffMs } from '../policy/backoff.ts';
import type { CallAnswer } from '../replenish/call-answer.ts';
import type { Duty } from './schedule.ts';

/** Steps after a failure that may pass by itself: nothing is in a hurry here. */
const FAILED = { firstMs: 60_000, maxMs: 3_600_000 };

/** Steps after a refusal: somebody has to change something first. */
const REFUSED = { firstMs: 3_600_000, maxMs: 6 * 3_600_000 };

type Pause = { readonly failures: number; readonly untilMs: number };

/** Keeps what goes wrong from being repeated too fast, and from being said twice. */
export class DutyPace {
  /** What may pass by itself concerns every duty alike. */
  #all: Pause = { failures: 0, untilMs: Number.NEGATIVE_INFINITY };
  readonly #each = new Map<string, Pause>();
  readonly #troubles = new Map<string, string>();
  readonly #tries = new Map<string, number>();
  #triesMade = 0;

  /** Monotonic time before which the duty is left alone. */
  pausedUntilMs(duty: Duty): number {
    return Math.max(this.#all.untilMs, this.#each.get(keyOf(duty))?.untilMs ?? this.#all.untilMs);
  }

  /** Orders duties that are due together: the one that was tried longest ago goes first, so that none starves. */
  lastTry(duty: Duty): number {
    return this.#tries.get(keyOf(duty)) ?? 0;
  }

  tries(duty: Duty): void {
    this.#triesMade += 1;
    this.#tries.set(keyOf(duty), this.#triesMade);
  }

  /** The duty was done. Returns whether it had been in trouble before. */
  done(duty: Duty): boolean {
    this.#all = { failures: 0, untilMs: Number.NEGATIVE_INFINITY };
    this.#each.delete(keyOf(duty));
    return this.#troubles.delete(keyOf(duty));
  }

  /**
   * The duty was not done. Returns whether that is news. A refused token makes no pause: another one is waited for.
   *
   * @param jitter 0 up to 1.
   */
  notDone(
    duty: Duty,
    answer: Exclude<CallAnswer<unknown>, { kind: 'done' }>,
    nowMs: number,
    jitter: number,
  ): boolean {
    const key = keyOf(duty);
    if (answer.kind === 'failed') {
      const failures = this.#all.failures + 1;
      const pauseMs = backoffMs(failures, FAILED, jitter, answer.retryAfterMs);
      this.#all = { failures, untilMs: nowMs + pauseMs };
    }
    if (answer.kind === 'refused') {
      const failures = (this.#each.get(key)?.failures ?? 0) + 1;
      this.#each.set(key, { failures, untilMs: nowMs + backoffMs(failures, REFUSED, jitter, null) });
    }
    const isNews = this.#troubles.get(key) !== answer.kind;
    this.#troubles.set(key, answer.kind);
    return isNews;
  }
}

function keyOf(duty: Duty): string {
  return duty.kind === 'level' ? `level ${duty.slotId}` : duty.kind;
}
