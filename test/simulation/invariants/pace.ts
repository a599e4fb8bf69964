import type { SlotLimits } from '../../../agent/policy/limits.ts';
import type { Attempt } from '../attempts.ts';
import { clockFace } from '../timeline.ts';

/** Rounding of waits to whole milliseconds. */
const SLACK_MS = 2;
const RETRY_AFTER_MS_MAX = 86_400_000;

/**
 * Requests of one order are never closer than half of their backoff step, or than DRS asked for (rule 6). The one
 * repeat after an invalid token is free.
 *
 * @param earlier the order's attempts since somebody last said to go on, oldest first.
 */
export function requestsKeepTheBackoff(
  earlier: readonly Attempt[],
  { retry }: SlotLimits,
  nowMs: number,
): string | null {
  const last = earlier.at(-1);
  if (last === undefined || last.endedAtMs === null) return null;
  const firstRefusal = earlier.findIndex(({ answer }) => answer?.kind === 'invalid-token');
  if (firstRefusal === earlier.length - 1 && last.isFirstRefusal) return null;
  const failures = earlier.filter(({ isFirstRefusal }) => !isFirstRefusal).length;
  const stepMs = Math.min(retry.maxMs, retry.firstMs * 2 ** (failures - 1));
  const askedMs = Math.min(last.answer?.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
  const waitMs = Math.max(stepMs / 2, askedMs) - SLACK_MS;
  if (nowMs - last.endedAtMs >= waitMs) return null;
  return `A request left ${nowMs - last.endedAtMs} ms after the outcome of ${clockFace(last.endedAtMs)}; after ${failures} failures ${waitMs} ms are the least.`;
}
