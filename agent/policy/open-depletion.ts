import type { Context } from './decision.ts';
import type { SlotLimits } from './limits.ts';
import type { Depletion } from './slot-state.ts';

/** A depletion that begins now; its order is due. */
export function openDepletion(limits: SlotLimits, context: Context): Depletion {
  return {
    orderId: context.spareOrderId,
    slotId: limits.slotId,
    openedAt: context.now,
    attempts: 0,
    failures: 0,
    doubtSince: null,
    rejectedToken: null,
    tokenRefreshed: false,
    eventInstanceId: null,
    stage: { kind: 'due', since: context.now, waitMs: 0 },
  };
}
