import type { Timing } from '../../hardware/timing.ts';

/** What the promise comes to, or null when it takes longer than `limitMs`. Rejects as the promise does. */
export async function within<Value>(
  timing: Timing,
  limitMs: number,
  promise: Promise<Value>,
): Promise<Value | null> {
  const timeout = Promise.withResolvers<null>();
  const cancel = timing.after(limitMs, () => timeout.resolve(null));
  try {
    return await Promise.race([promise, timeout.promise]);
  } finally {
    cancel();
  }
}
