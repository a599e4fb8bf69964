import type { Attempt } from '../attempts.ts';
import type { Ledger, LedgerEntry } from '../ledger.ts';

/** Before a further attempt becomes possible, the one before is reported. */
export function everyAttemptIsReported(open: Attempt | null): string | null {
  return open === null
    ? null
    : `${open.orderId}/${open.attempt} has no report, and a further intent is stored.`;
}

/** A report belongs to the attempt whose intent is the open one: exactly one for each. */
export function aReportBelongsToItsAttempt(open: Attempt | null, key: string): string | null {
  if (open !== null && `${open.orderId}/${open.attempt}` === key) return null;
  return `${key} is reported, but no such attempt is open.`;
}

/** What people are told survives a power cut (rule 3). */
export function nothingIsReportedBeforeItIsDurable(entry: LedgerEntry | null, key: string): string | null {
  return entry === null ? `The broker heard of ${key}, which no disk knows.` : null;
}

/** First deliveries come in the order of the outcomes, without a gap but for counted drops. */
export function reportsArriveInOrder(ledger: Ledger, entry: LedgerEntry): string | null {
  if (entry.receivedAtMs !== null) return null;
  const missing = ledger.firstUnreceived();
  return missing === null || missing === entry ? null : `${entry.key} came before ${missing.key}.`;
}

/** Only what the broker acknowledged leaves the outbox. */
export function onlyWhatIsReceivedIsRemoved(entry: LedgerEntry | null): string | null {
  if (entry === null || entry.receivedAtMs !== null) return null;
  return `${entry.key} left the outbox, and the broker never had it.`;
}

/** After each restart: every report is with the broker, in the outbox, or counted as dropped. */
export function noReportIsLost(missing: LedgerEntry | null): string | null {
  return missing === null ? null : `${missing.key} is neither with the broker nor in the outbox.`;
}

/** A delivery that is repeated is the same to the letter: receivers tell it by orderId and attempt. */
export function repeatedReportsAreEqual(entry: LedgerEntry, payload: string): string | null {
  return entry.payload === payload ? null : `${entry.key} was reported with two contents.`;
}
