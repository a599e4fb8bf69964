import { forecastEmpty, isEmptyWithin } from '../forecast/forecast-empty.ts';
import type { Context, SlotState } from './decision.ts';
import type { SlotLimits } from './limits.ts';
import { isConfirmed } from './watch.ts';

/**
 * Whether to order ahead of the threshold: the forecast says, surely enough, that the slot is empty before a pack that
 * is ordered later could be there. Only well below `rearmAt`: near it a wavering level would end the depletion that has
 * just begun, and buy again.
 */
export function isEmptySoon({ watch, usage }: SlotState, limits: SlotLimits, context: Context): boolean {
  if (limits.leadTimeMs === null || watch.levelPercent === null) return false;
  if (!isConfirmed(watch.wellBelowFull, limits, context.now.monotonicMs)) return false;
  const forecast = forecastEmpty(usage, watch.levelPercent, context.now);
  return forecast !== null && isEmptyWithin(forecast, limits.leadTimeMs);
}
