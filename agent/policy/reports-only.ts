import type { Context, SlotState } from './decision.ts';
import { closeDepletion } from './hear.ts';

/** Why nobody orders here, and who does. */
export const AMAZON_ORDERS = 'Amazon orders by the inventory that it is told; this device orders nothing.';

/**
 * For a slot that only reports: no order is due, and none that was due before the provider changed leaves any more.
 * What was bought, or may have been, stays open until a refill, Amazon or a person settles it, as ever.
 */
export function letOrdersGo(state: SlotState, context: Context): SlotState {
  const { depletion } = state.record;
  if (depletion === null) return state;
  const { stage, doubtSince } = depletion;
  if (stage.kind === 'sending' || stage.kind === 'on-order') return state;
  if (stage.kind === 'held' && (stage.reason === 'in-doubt' || stage.reason === 'state-lost')) return state;
  if (doubtSince === null) return { ...state, record: closeDepletion(state.record) };
  const inDoubt = { kind: 'held', since: context.now, reason: 'in-doubt' } as const;
  return { ...state, record: { ...state.record, depletion: { ...depletion, stage: inDoubt } } };
}
