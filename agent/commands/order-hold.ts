import type { CommandResult } from '../command/command.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { askService } from './ask-service.ts';
import type { LiveDeps } from './find-live.ts';
import { findService } from './surroundings.ts';

/** Keeps the running service from ordering for a slot whose container is emptied on purpose. */
export type OrderHold = {
  /** @returns why orders can't be held; null when they are. */
  take(): Promise<string | null>;
  /** Lets the service order again. Harmless when nothing is held. */
  release(): Promise<void>;
};

/** Ends by itself, whatever becomes of this process. */
const HOLD_MS = 60 * 60 * 1000;

export function createOrderHold(
  where: Whereabouts & { readonly slot: string },
  { env, clock }: LiveDeps,
): OrderHold {
  let isHeld = false;
  const snooze = async (forMs: number | null): Promise<CommandResult> => {
    const found = await findService(where, env, clock);
    if (found.kind !== 'connected') return { ok: false, message: 'The service is not there any more.' };
    const span = forMs === null ? null : { forMs };
    return askService(found.connection, { kind: 'snooze', slot: where.slot, span });
  };
  return {
    take: async () => {
      const { ok, message } = await snooze(HOLD_MS);
      isHeld = ok;
      return ok ? null : message;
    },
    release: async () => {
      if (!isHeld) return;
      isHeld = false;
      await snooze(null);
    },
  };
}
