import { readFileSync } from 'node:fs';
import type { Cancel, Timing } from '../../hardware/timing.ts';
import type { Instant } from '../policy/instant.ts';

/** Monotonic time for durations and waits, wall time for stamps; the only place that asks for either. */
export type Clock = Timing & {
  wallMs(): number;
  /** Whether there is reason to believe the wall clock. */
  wallTrusted(): boolean;
  /** This moment, in a form that can be compared after a restart or a reboot. */
  instant(): Instant;
};

/** setTimeout counts in 32 bits and fires at once beyond; longer waits go in laps. */
const LAP_MS_MAX = 2 ** 31 - 1;

/**
 * The process's clock.
 *
 * @param believableFromMs wall times before this are surely wrong: a board without a battery starts in 1970 or at the
 *   date of its image. Milliseconds since 1970 UTC.
 */
export function createClock(believableFromMs: number): Clock {
  const bootId = readBootId();
  // CLOCK_MONOTONIC counts from boot, performance.now() from the start of the process; the difference is fixed.
  const processStartMs = Number(process.hrtime.bigint() / 1_000n) / 1_000 - performance.now();
  const nowMs = (): number => processStartMs + performance.now();
  const wallTrusted = (): boolean => Date.now() >= believableFromMs;
  return {
    nowMs,
    after,
    wallMs: () => Date.now(),
    wallTrusted,
    instant: () => ({
      bootId,
      monotonicMs: Math.round(nowMs()),
      wallMs: Date.now(),
      wallTrusted: wallTrusted(),
    }),
  };
}

function after(delayMs: number, run: () => void): Cancel {
  let handle: NodeJS.Timeout;
  let restMs = Math.max(0, delayMs);
  const lap = (): void => {
    const lapMs = Math.min(restMs, LAP_MS_MAX);
    restMs -= lapMs;
    handle = setTimeout(restMs > 0 ? lap : run, Math.ceil(lapMs));
  };
  lap();
  return () => clearTimeout(handle);
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Without the kernel's id no two processes may be taken for one boot: then nothing is ever repeated by age.
    return `unknown-${process.pid}-${Date.now()}`;
  }
}
