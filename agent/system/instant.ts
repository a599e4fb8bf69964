/**
 * A moment that can be compared after a restart, and honestly after a reboot.
 * Time since boot is exact across process restarts. Across boots only the wall clock could tell, and a board without
 * a battery starts with a wrong one.
 */
export type Instant = {
  /** The kernel's random id of this boot (/proc/sys/kernel/random/boot_id). */
  readonly bootId: string;
  /** Milliseconds since that boot, sleep included. */
  readonly monotonicMs: number;
  /** Milliseconds since 1970 UTC as the wall clock had it, right or wrong. */
  readonly wallMs: number;
  /** Whether the wall clock was set from the network since that boot; anything less is no ground for an order. */
  readonly wallTrusted: boolean;
};

/** A wall clock that is off by no more than this is not seen to be: a set clock may be off by so much. */
export const WALL_OFF_MS_MAX = 10 * 60_000;

/**
 * Time that has surely passed: what a waiting rule may rely on (backoff, budget). Never too long.
 * After a reboot that is at least the uptime.
 */
export function elapsedAtLeastMs(from: Instant, now: Instant): number {
  if (from.bootId === now.bootId) return now.monotonicMs - from.monotonicMs;
  return Math.max(now.monotonicMs, (wallDifferenceMs(from, now) ?? 0) - 2 * WALL_OFF_MS_MAX);
}

/**
 * Time that has passed at the most: what an expiring right may rely on (the in-doubt window). Never too short;
 * infinite when nobody can know.
 */
export function elapsedAtMostMs(from: Instant, now: Instant): number {
  if (from.bootId === now.bootId) return now.monotonicMs - from.monotonicMs;
  const wallMs = wallDifferenceMs(from, now);
  return wallMs === null ? Number.POSITIVE_INFINITY : Math.max(now.monotonicMs, wallMs + 2 * WALL_OFF_MS_MAX);
}

function wallDifferenceMs(from: Instant, now: Instant): number | null {
  if (!from.wallTrusted || !now.wallTrusted || now.wallMs < from.wallMs - 2 * WALL_OFF_MS_MAX) return null;
  return now.wallMs - from.wallMs;
}
