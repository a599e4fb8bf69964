import type { SlotSettings } from '../../../agent/settings.ts';
import type { Belief } from '../belief.ts';

/** Rule 4: an order rests on fresh, confirmed samples of this very run of the process, all below the refill mark. */
export function noOrderFromAnUnbelievedLevel(
  belief: Belief,
  settings: SlotSettings,
  nowMs: number,
): string | null {
  const { confirm } = settings.limits;
  const { staleAfterMs } = settings.level;
  if (belief.lastUsableAtMs === null) return 'No usable reading has come since the start.';
  const ageMs = nowMs - belief.lastUsableAtMs;
  if (ageMs >= staleAfterMs)
    return `The last usable reading is ${ageMs} ms old, and ${staleAfterMs} ms is stale.`;
  if (belief.isBroken) return 'The last readings were unusable.';
  const { notFull } = belief;
  if (notFull === null || notFull.samples < confirm.samples)
    return `Only ${notFull?.samples ?? 0} of ${confirm.samples} samples below the refill mark have come.`;
  const lastedMs = nowMs - notFull.sinceMs;
  return lastedMs >= confirm.forMs
    ? null
    : `The samples lasted ${lastedMs} ms, and ${confirm.forMs} ms confirm.`;
}

/** A depletion begins with a confirmed low level; with a lead time, with one that is confirmed not to be full. */
export function depletionsBeginWithALowLevel(belief: Belief, { limits }: SlotSettings): string | null {
  if (belief.wasLowConfirmed) return null;
  const isAhead = limits.leadTimeMs !== null && (belief.notFull?.samples ?? 0) >= limits.confirm.samples;
  return isAhead ? null : 'A depletion begins, and no low level was confirmed since the last one.';
}

/** A depletion ends with a confirmed refill: one odd reading must not open the way to a second purchase. */
export function depletionsEndWithARefill(belief: Belief): string | null {
  return belief.isFullConfirmed ? null : 'The depletion ends, and no refill was confirmed.';
}
