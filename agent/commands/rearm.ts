import type { Whereabouts } from '../command-line/request.ts';
import { whyNotAgreed } from './agree.ts';
import { decideByHand } from './by-hand.ts';

type RearmRequest = Whereabouts & { readonly slot: string; readonly isAgreed: boolean };

/** `rearm`: the order never came, and the slot starts anew. Returns the exit code. */
export async function rearm(request: RearmRequest, env: NodeJS.ProcessEnv): Promise<number> {
  const { slot, isAgreed } = request;
  if (!isAgreed) {
    const code = await whyNotAgreed({
      question: `Start ${slot} anew? If its order does come, a second one may be bought.`,
      unasked: 'A slot that starts anew may order a second time.',
      refused: `${slot} stays as it is.`,
    });
    if (code !== null) return code;
  }
  return decideByHand(request, { slot, command: { kind: 'rearm', slot }, event: { kind: 'rearm' } }, env);
}
