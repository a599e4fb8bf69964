import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cancel, Timing } from '../../hardware/timing.ts';
import { type Instant, WALL_OFF_MS_MAX } from './instant.ts';

/** Monotonic time for durations and waits, wall time for stamps; the only place that asks for either. */
export type Clock = Timing & {
  wallMs(): number;
  /** Whether nothing speaks against the wall clock; for reports and commands, and never for a decision of the policy. */
  wallTrusted(): boolean;
  /**
   * This moment, in a form that can be compared after a restart or a reboot. Its `wallTrusted` is stricter: the clock
   * was set from the network since boot.
   */
  instant(): Instant;
};

/** The clock that hears what others say of the time. */
export type SystemClock = Clock & {
  /** A server told what time it is, over a connection that proves who it is. Milliseconds since 1970 UTC. */
  hearWallMs(toldMs: number): void;
};

/** No device can have run this program before it was written: an earlier wall clock is wrong. */
export const BELIEVABLE_FROM_MS = Date.UTC(2026, 10, 1);

/** setTimeout counts in 32 bits and fires at once beyond; longer waits go in laps. */
const LAP_MS_MAX = 2 ** 31 - 1;

/**
 * Stands while systemd-timesyncd runs, and holds the file below once it has set the clock since boot
 * (systemd-timesyncd.service(8)).
 */
const TIMESYNC_FOLDER = '/run/systemd/timesync';
const SYNCHRONISED_FILE = 'synchronized';
/** How often to look what is there. */
const LOOK_EVERY_MS = 10_000;

/** A wall clock that jumps by more than this against the monotonic one was set, or the board was asleep. */
const JUMP_MS = 1_000;

/**
 * The process's clock.
 *
 * @param believableFromMs wall times before this are surely wrong: a board without a battery starts in 1970 or at the
 *   date of its image. Milliseconds since 1970 UTC.
 * @param timesyncFolder where systemd-timesyncd says what it has done.
 */
export function createClock(believableFromMs: number, timesyncFolder = TIMESYNC_FOLDER): SystemClock {
  const bootId = readBootId();
  const nowMs = createBootTime();
  /** What a server said last, and the monotonic time of that: it stays true while both clocks run. */
  let told: { readonly wallMs: number; readonly atMs: number } | null = null;
  let isSynchronised = false;
  /** It runs and has not set the clock yet: a date from before the boot, however likely it looks. */
  let isAwaited = false;
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const look = (atMs: number): void => {
    if (atMs - lookedAtMs < LOOK_EVERY_MS) return;
    lookedAtMs = atMs;
    isSynchronised = existsSync(join(timesyncFolder, SYNCHRONISED_FILE));
    isAwaited = !isSynchronised && existsSync(timesyncFolder);
  };
  // Less is the way of the answer, and what the monotonic clock has strayed since.
  const isLikely = (atMs: number): boolean => {
    const wallMs = Date.now();
    if (told !== null && Math.abs(told.wallMs + atMs - told.atMs - wallMs) > WALL_OFF_MS_MAX) return false;
    return wallMs >= believableFromMs;
  };

  return {
    nowMs,
    after,
    wallMs: () => Date.now(),
    wallTrusted: () => {
      const atMs = nowMs();
      look(atMs);
      return isLikely(atMs) && !isAwaited;
    },
    hearWallMs: (toldMs) => {
      told = { wallMs: toldMs, atMs: nowMs() };
    },
    instant: () => {
      const monotonicMs = nowMs();
      look(monotonicMs);
      const wallTrusted = isSynchronised && isLikely(monotonicMs);
      return { bootId, monotonicMs: Math.round(monotonicMs), wallMs: Date.now(), wallTrusted };
    },
  };
}

/**
 * Time since boot, sleep included (CLOCK_BOOTTIME): an order in doubt grows old while the board sleeps. The runtime
 * has only the clock that stands still in sleep, so the difference is read anew from the kernel when the wall clock
 * has jumped against it, which it does over every sleep. Never runs backwards.
 */
function createBootTime(): () => number {
  let offsetMs = bootTimeMs() - runningMs();
  let wallOffsetMs = Date.now() - runningMs();
  return () => {
    const atMs = runningMs();
    const nowOffsetMs = Date.now() - atMs;
    if (Math.abs(nowOffsetMs - wallOffsetMs) > JUMP_MS) {
      wallOffsetMs = nowOffsetMs;
      offsetMs = Math.max(offsetMs, bootTimeMs() - atMs);
    }
    return atMs + offsetMs;
  };
}

/** Monotonic, since the process began, in fractions. The global `performance` would be loaded for it, at each start. */
function runningMs(): number {
  return process.uptime() * 1000;
}

/** proc(5): seconds since boot, sleep included. Without it, the clock that stands still in sleep is the best there is. */
function bootTimeMs(): number {
  try {
    return Number(readFileSync('/proc/uptime', 'utf8').split(' ', 1)[0]) * 1000;
  } catch {
    return Number(process.hrtime.bigint() / 1_000_000n);
  }
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
