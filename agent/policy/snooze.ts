import { elapsedAtLeastMs, type Instant } from '../system/instant.ts';
import type { SlotRecord, Snooze } from './slot-state.ts';

/** A slot that nobody wants to see ordered for longer than this is one to take out of the configuration. */
export const SNOOZE_MS_MAX = 30 * 24 * 60 * 60 * 1000;

/**
 * How often the time that has surely passed becomes durable. Without a clock that is right, a reboot would otherwise
 * begin the snooze anew, again and again, and the slot would be forgotten.
 */
const KEPT_EVERY_MS = 6 * 60 * 60 * 1000;

/** How long the snooze lasts at the most from now on, milliseconds; 0 when there is none. */
export function snoozeRestMs(snooze: Snooze | null, now: Instant): number {
  return snooze === null ? 0 : Math.max(0, snooze.forMs - elapsedAtLeastMs(snooze.since, now));
}

/** Ends a snooze that is over, and keeps in mind what has passed of one that is not. */
export function letSnoozePass(record: SlotRecord, now: Instant): SlotRecord {
  const { snooze } = record;
  if (snooze === null) return record;
  const restMs = snoozeRestMs(snooze, now);
  if (restMs === 0) return { ...record, snooze: null };
  if (snooze.forMs - restMs < KEPT_EVERY_MS) return record;
  return { ...record, snooze: { since: now, forMs: restMs } };
}

/** When to look at the snooze again, monotonic milliseconds; null without one. */
export function snoozeWakeAtMs(snooze: Snooze | null, now: Instant): number | null {
  if (snooze === null) return null;
  const restMs = snoozeRestMs(snooze, now);
  const keptInMs = KEPT_EVERY_MS - (snooze.forMs - restMs);
  return now.monotonicMs + Math.max(0, Math.min(restMs, keptInMs));
}
