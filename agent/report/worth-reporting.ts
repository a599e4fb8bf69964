import type { SlotView } from './payload.ts';

/** A level that only drifts is reported at most this often, and so is a slot that wavers for long. */
const LEVEL_PAUSE_MS = 1000;
/** So many waverings are told at once, one more for each pause. A sensor at a threshold may waver with every reading, for weeks. */
const WAVERINGS_MAX = 10;
/** What a slot without an open depletion may change to and fro between. */
const WAVERING_PHASES: ReadonlySet<SlotView['phase']> = new Set(['unknown', 'stocked', 'low']);

/** What was reported last of a slot, and when. */
export type Reported = {
  readonly view: SlotView;
  /** Monotonic milliseconds. */
  readonly atMs: number;
  /** How much of `WAVERINGS_MAX` is used up; 0 for the first report. */
  readonly waverings: number;
};

/** The report that follows one: `view` leaves now. */
export function nextReported(sent: Reported | null, view: SlotView, nowMs: number): Reported {
  if (sent === null) return { view, atMs: nowMs, waverings: 0 };
  const left = Math.max(0, sent.waverings - (nowMs - sent.atMs) / LEVEL_PAUSE_MS);
  return { view, atMs: nowMs, waverings: isWavering(sent.view, view) ? left + 1 : left };
}

/**
 * When the next retained state of a slot should go out, monotonic milliseconds; null when nothing has changed that is
 * worth a message. A new phase, reason, sensor state, snooze or order is worth one at once, unless the slot has long been
 * wavering; a level when it has moved by the deadband.
 *
 * @param sent null before the first time.
 */
export function reportDueAtMs(
  sent: Reported | null,
  view: SlotView,
  deadbandPercent: number,
  nowMs: number,
): number | null {
  if (sent === null) return nowMs;
  const last = sent.view;
  if (last.phase !== view.phase || last.sensor !== view.sensor || isOtherwiseNew(last, view)) {
    const hasToWait = sent.waverings >= WAVERINGS_MAX && isWavering(last, view);
    return hasToWait ? Math.max(nowMs, sent.atMs + LEVEL_PAUSE_MS) : nowMs;
  }
  return hasMoved(last.level, view.level, deadbandPercent)
    ? Math.max(nowMs, sent.atMs + LEVEL_PAUSE_MS)
    : null;
}

/** Only what the readings say has changed: nothing is ordered for it, and nobody has to act on it. */
function isWavering(from: SlotView, to: SlotView): boolean {
  if (from.phase === to.phase && from.sensor === to.sensor) return false;
  const isAmongReadings = WAVERING_PHASES.has(from.phase) && WAVERING_PHASES.has(to.phase);
  return (from.phase === to.phase || isAmongReadings) && !isOtherwiseNew(from, to);
}

function isOtherwiseNew(from: SlotView, to: SlotView): boolean {
  return (
    from.reason !== to.reason ||
    from.warning !== to.warning ||
    isOtherSnooze(from.snoozedUntilMs, to.snoozedUntilMs) ||
    from.subscribed !== to.subscribed ||
    from.lastOrder !== to.lastOrder
  );
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
