import type { ReplenishOutcome } from '../policy/outcome.ts';
import type { CallAnswer } from './call-answer.ts';
import type { SlotStatus } from './request.ts';

/** Who takes orders for a slot. A provider that decides by itself when to send something is none. */
export type OrderTaker = {
  replenish(slotId: string, accessToken: string): Promise<ReplenishOutcome>;
};

/** Who wants to know how full a slot is: DRS, which is told beside the orders, or one that orders by it alone. */
export type LevelListener = {
  slotStatus(slotId: string, status: SlotStatus, accessToken: string): Promise<CallAnswer<null>>;
};
