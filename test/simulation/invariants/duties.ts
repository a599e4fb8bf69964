import type { Belief } from '../belief.ts';

/** A call to DRS that is no order. A simulated container holds 100 units. */
export type DutyCall =
  | { readonly kind: 'subscriptions' | 'device' }
  | { readonly kind: 'level'; readonly slotId: string; readonly toldPercent: number };

/** What is told of a slot is a level that is believed at that moment, and is this one (rule 4). */
export function onlyBelievedLevelsAreTold(
  toldPercent: number,
  belief: Belief,
  staleAfterMs: number,
  nowMs: number,
): string | null {
  const { lastUsableAtMs, percent } = belief;
  if (lastUsableAtMs === null || nowMs - lastUsableAtMs >= staleAfterMs || belief.isBroken)
    return `${toldPercent} % was told, and the last readings are no level.`;
  return percent !== null && Math.abs(percent - toldPercent) <= 0.01
    ? null
    : `${toldPercent} % was told, and the readings say ${percent?.toFixed(2) ?? 'nothing'}.`;
}

/** Nothing that bears a date leaves while the clock is surely wrong. */
export function datesComeFromATrustedClock(isTrusted: boolean): string | null {
  return isTrusted ? null : 'A duty with a date left while the clock was surely wrong.';
}

/** In one run of the process. A little less than the settings say: the answer takes its time. */
export function dutiesAreNotRepeated(
  what: string,
  lastDoneAtMs: number | null,
  pauseMs: number,
  nowMs: number,
): string | null {
  if (lastDoneAtMs === null || nowMs - lastDoneAtMs >= pauseMs) return null;
  return `${what} was done ${((nowMs - lastDoneAtMs) / 60_000).toFixed(1)} min ago already.`;
}

/** Whatever goes wrong, DRS is left alone between tries. */
export function dutiesDoNotHammer(callsInTheHour: number, most: number): string | null {
  return callsInTheHour <= most ? null : `${callsInTheHour} duties within an hour, and ${most} are the most.`;
}

/** Daily duties are done daily while their way is open (contract, section 3): a day, and the longest pause. */
export function dailyDutiesAreDone(
  what: string,
  sinceMs: number,
  boundMs: number,
  nowMs: number,
): string | null {
  if (nowMs - sinceMs <= boundMs) return null;
  return `${what} is owed for ${((nowMs - sinceMs) / 3_600_000).toFixed(1)} h with its way open.`;
}

/** That a customer chose a product again is found out, also where the news of it is lost: else the slot is forgotten. */
export function noSlotWaitsForAnOldSubscription(
  believed: boolean | null,
  sinceMs: number,
  boundMs: number,
  nowMs: number,
): string | null {
  if (believed !== false || nowMs - sinceMs <= boundMs) return null;
  return `The slot is taken for unsubscribed, and is not, for ${((nowMs - sinceMs) / 3_600_000).toFixed(1)} h.`;
}
