import type { ReplenishConfig } from '../../config/config.ts';
import type { ReplenishOutcome } from '../policy/outcome.ts';
import type { CallAnswer } from './call-answer.ts';
import type { SlotStatus } from './request.ts';

/** Whether the device only reports, and orders nothing: what the choice of a provider means for the policy. */
export const REPORTS_ONLY: Readonly<Record<ReplenishConfig['provider'], boolean>> = {
  drs: false,
  alexa: true,
};

/** Who takes orders for a slot. A provider that decides by itself when to send something is none. */
export type OrderTaker = {
  replenish(slotId: string, accessToken: string): Promise<ReplenishOutcome>;
};

/** Who is told how full a slot is beside the orders. */
export type LevelListener = {
  slotStatus(slotId: string, status: SlotStatus, accessToken: string): Promise<CallAnswer<null>>;
};
