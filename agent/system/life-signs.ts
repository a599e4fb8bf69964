import type { Cancel, Timing } from '../../hardware/timing.ts';
import type { SystemClock } from './clock.ts';

/**
 * Tells the watchdog that the agent works, by what it does and not by a timer of its own: a reading taken, a slot that
 * wakes, hardware that is tried again, a word of the broker. On a device whose sensors are all silent it is the tries,
 * and the broker's heartbeat or the tries to reach it.
 */
export type LifeSigns = {
  /** Something was done that only a working agent does. @param nowMs monotonic, where it is at hand. */
  show(nowMs?: number): void;
  /** The same time; what is planned on it shows a sign of life when it has been done. */
  attend(clock: SystemClock): SystemClock;
  /** A part that always has a plan while it is well. */
  part(timing: Timing): LivingPart;
};

export type LivingPart = {
  /** For the part's plans. */
  readonly timing: Timing;
  /** The part did something without a plan. @param nowMs monotonic, where it is at hand. */
  show(nowMs?: number): void;
  /** Nothing more is expected of the part. */
  end(): void;
};

/** Where nobody watches. */
export const UNWATCHED: LifeSigns = {
  show: () => undefined,
  attend: (clock) => clock,
  part: (timing) => ({ timing, show: () => undefined, end: () => undefined }),
};

/**
 * What a part does between two plans, opening a device say, takes seconds. One that has done nothing and plans nothing
 * for so long hangs: then no sign is passed on, whatever the other parts do, and the watchdog ends it all.
 */
const STUCK_MS = 2 * 60_000;

/** Signs come a thousand times as often as somebody wants to hear of them. */
const SIGNS_PER_WATCHDOG = 3;

/**
 * @param watchdogMs how long the watchdog waits; at most three signs are passed on in that time.
 * @param pass passes a sign on.
 */
export function createLifeSigns(timing: Timing, watchdogMs: number, pass: () => void): LifeSigns {
  const idleSince = new Map<object, number>();
  let nextAtMs = Number.NEGATIVE_INFINITY;

  const show = (nowMs = timing.nowMs()): void => {
    if (nowMs < nextAtMs) return;
    for (const sinceMs of idleSince.values()) if (nowMs - sinceMs > STUCK_MS) return;
    nextAtMs = nowMs + watchdogMs / SIGNS_PER_WATCHDOG;
    pass();
  };

  /** `after` with a word when the plan is done, and one when it was dropped. */
  const observed =
    (inner: Timing, done: () => void, dropped: () => void) =>
    (delayMs: number, run: () => void): Cancel => {
      let isOpen = true;
      const cancel = inner.after(delayMs, () => {
        isOpen = false;
        run();
        done();
      });
      return () => {
        cancel();
        if (isOpen) dropped();
        isOpen = false;
      };
    };

  return {
    show,
    attend: (clock) => ({
      nowMs: () => clock.nowMs(),
      after: observed(clock, show, () => undefined),
      wallMs: () => clock.wallMs(),
      wallTrusted: () => clock.wallTrusted(),
      instant: () => clock.instant(),
      hearWallMs: (toldMs) => clock.hearWallMs(toldMs),
    }),
    part: (inner) => {
      const key = {};
      let plans = 0;
      let hasEnded = false;
      /** A part that has not planned anything yet is starting, or could not even be loaded: a restart mends neither. */
      const settle = (): void => {
        if (plans === 0 && !hasEnded) idleSince.set(key, timing.nowMs());
        else idleSince.delete(key);
      };
      const close = (): void => {
        plans -= 1;
        settle();
      };
      const finish = (): void => {
        close();
        show();
      };
      const after = observed(inner, finish, close);
      return {
        timing: {
          nowMs: () => inner.nowMs(),
          after: (delayMs, run) => {
            plans += 1;
            settle();
            return after(delayMs, run);
          },
        },
        show: (nowMs) => {
          if (idleSince.has(key)) settle();
          show(nowMs);
        },
        end: () => {
          hasEnded = true;
          settle();
        },
      };
    },
  };
}
