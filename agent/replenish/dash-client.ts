import type { ReplenishOutcome } from '../policy/outcome.ts';
import { classifyReplenish } from './classify.ts';
import type { HttpDoor } from './http-door.ts';
import { basePathOf, replenishRequest } from './request.ts';

export type DashClient = {
  /** One Replenish attempt for a slot. Never rejects, never repeats, never logs. */
  replenish(slotId: string, accessToken: string): Promise<ReplenishOutcome>;
  close(): Promise<void>;
};

export type WallClock = {
  wallMs(): number;
  hearWallMs(toldMs: number): void;
};

/** DRS as the pipeline sees it: request, exchange, meaning. */
export function createDashClient(url: string, door: HttpDoor, wall: WallClock): DashClient {
  const basePath = basePathOf(url);
  // Only a server that has proved who it is may say what time it is.
  const isProven = url.startsWith('https:');
  return {
    replenish: async (slotId, accessToken) => {
      const exchange = await door.exchange(replenishRequest(basePath, slotId, accessToken));
      const toldMs = exchange.kind === 'answer' ? Date.parse(exchange.headers.date ?? '') : Number.NaN;
      if (isProven && !Number.isNaN(toldMs)) wall.hearWallMs(toldMs);
      return classifyReplenish(exchange, wall.wallMs());
    },
    close: () => door.close(),
  };
}
