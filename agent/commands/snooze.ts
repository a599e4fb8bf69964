import type { Whereabouts } from '../command-line/request.ts';
import { decideByHand } from './by-hand.ts';

/** `forMs` is null to end a snooze. */
type SnoozeRequest = Whereabouts & { readonly slot: string; readonly forMs: number | null };

/** `snooze`: nothing is ordered for the slot for a while. Returns the exit code. */
export function snooze(request: SnoozeRequest, env: NodeJS.ProcessEnv): Promise<number> {
  const { slot, forMs } = request;
  const span = forMs === null ? null : { forMs };
  return decideByHand(
    request,
    { slot, command: { kind: 'snooze', slot, span }, event: { kind: 'snooze', forMs } },
    env,
  );
}
