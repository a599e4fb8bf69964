import type { ReplenishOutcome } from '../policy/outcome.ts';
import { classifyReplenish } from './classify.ts';
import type { HttpDoor } from './http-door.ts';
import { basePathOf, replenishRequest } from './request.ts';

export type DashClient = {
  /** One Replenish attempt for a slot. Never rejects, never repeats, never logs. */
  replenish(slotId: string, accessToken: string): Promise<ReplenishOutcome>;
  close(): Promise<void>;
};

/** DRS as the pipeline sees it: request, exchange, meaning. */
export function createDashClient(url: string, door: HttpDoor, wallMs: () => number): DashClient {
  const basePath = basePathOf(url);
  return {
    replenish: async (slotId, accessToken) =>
      classifyReplenish(await door.exchange(replenishRequest(basePath, slotId, accessToken)), wallMs()),
    close: () => door.close(),
  };
}
