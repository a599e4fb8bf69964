import type { SlotView } from './payload.ts';

/** A level that only drifts is reported at most this often. */
const LEVEL_PAUSE_MS = 1000;

/**
 * When the next retained state of a slot should go out, monotonic milliseconds; null when nothing has changed that is
 * worth a message. A new phase, reason, sensor state, snooze or order is worth one at once; a level when it has moved by the
 * deadband.
 *
 * @param sent what was reported last and when; null before the first time.
 */
export function reportDueAtMs(
  sent: { readonly view: SlotView; readonly atMs: number } | null,
  view: SlotView,
  deadbandPercent: number,
  nowMs: number,
): number | null {
  if (sent === null) return nowMs;
  const last = sent.view;
  if (
    last.phase !== view.phase ||
    last.reason !== view.reason ||
    last.sensor !== view.sensor ||
    last.warning !== view.warning ||
    isOtherSnooze(last.snoozedUntilMs, view.snoozedUntilMs) ||
    last.subscribed !== view.subscribed ||
    last.lastOrder !== view.lastOrder
  ) {
    return nowMs;
  }
  return hasMoved(last.level, view.level, deadbandPercent)
    ? Math.max(nowMs, sent.atMs + LEVEL_PAUSE_MS)
    : null;
}

/** The end of a snooze is reckoned from clocks that waver. */
const SAME_SNOOZE_MS = 60_000;

function isOtherSnooze(from: number | null, to: number | null): boolean {
  if (from === null || to === null) return from !== to;
  return Math.abs(from - to) > SAME_SNOOZE_MS;
}

function hasMoved(from: number | null, to: number | null, deadbandPercent: number): boolean {
  if (from === null || to === null) return from !== to;
  return from !== to && Math.abs(from - to) >= deadbandPercent;
}
