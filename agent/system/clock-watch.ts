import type { Cancel } from '../../hardware/timing.ts';
import type { SystemClock } from './clock.ts';

/** A clock that tells when its wall time begins, or ceases, to be trusted. */
export type ClockWatch = {
  /** The same time; to be used in place of the one that is watched. */
  readonly clock: SystemClock;
  stop(): void;
};

/** Nothing tells a process that the clock was set: while it is not to be trusted, it is looked at this often. */
const LOOK_EVERY_MS = 30_000;

/**
 * Has no timer while the clock is trusted: what speaks against it then is a server's word, which is heard here.
 *
 * @param onChange called when `wallTrusted` has changed.
 */
export function createClockWatch(watched: SystemClock, onChange: () => void): ClockWatch {
  let wasTrusted = watched.wallTrusted();
  let cancel: Cancel | null = null;
  let isStopped = false;

  const plan = (): void => {
    cancel?.();
    cancel = wasTrusted ? null : watched.after(LOOK_EVERY_MS, look);
  };
  const look = (): void => {
    if (isStopped) return;
    const isTrusted = watched.wallTrusted();
    const isNews = isTrusted !== wasTrusted;
    wasTrusted = isTrusted;
    plan();
    if (isNews) onChange();
  };
  plan();

  return {
    clock: {
      nowMs: () => watched.nowMs(),
      after: (delayMs, run) => watched.after(delayMs, run),
      wallMs: () => watched.wallMs(),
      wallTrusted: () => watched.wallTrusted(),
      instant: () => watched.instant(),
      hearWallMs: (toldMs) => {
        watched.hearWallMs(toldMs);
        look();
      },
    },
    stop: () => {
      isStopped = true;
      cancel?.();
    },
  };
}
