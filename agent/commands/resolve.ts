import type { Whereabouts } from '../command-line/request.ts';
import { decideByHand } from './by-hand.ts';

type ResolveRequest = Whereabouts & { readonly slot: string; readonly verdict: 'placed' | 'not-placed' };

/** `resolve`: settles an order in doubt. Returns the exit code. */
export function resolve(request: ResolveRequest, env: NodeJS.ProcessEnv): Promise<number> {
  const { slot, verdict } = request;
  const event = { kind: 'resolve', verdict } as const;
  return decideByHand(request, { slot, command: { ...event, slot }, event }, env);
}
