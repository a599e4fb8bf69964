import type { LwaClient } from '../../agent/replenish/lwa-client.ts';
import type { RefreshTokenKeeper } from '../../agent/replenish/refresh-token-file.ts';

/** Keeps to the refresh token that was there at the start. */
export function readOnce(keeper: RefreshTokenKeeper): RefreshTokenKeeper {
  const first = keeper.read();
  return { ...keeper, read: () => first };
}

/** Takes a refusal that is for good for one that passes. */
export function neverGivingUp(client: Pick<LwaClient, 'refresh'>): Pick<LwaClient, 'refresh'> {
  return {
    refresh: async (refreshToken) => {
      const answer = await client.refresh(refreshToken);
      return answer.kind === 'invalid-grant'
        ? { kind: 'failed', message: answer.message, retryAfterMs: null, refreshToken: null }
        : answer;
    },
  };
}
