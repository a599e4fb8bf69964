import type { SlotEvent } from './decision.ts';

/** Events that come once: when the disk refuses what follows from them, they are told to the policy again. */
const MUST_BE_HEARD: ReadonlySet<SlotEvent['kind']> = new Set([
  'outcome',
  'started',
  'notification',
  'subscription',
  'test-order-cancelled',
]);

/** More news than this for one slot, while the disk is out of order, is noise. */
const UNHEARD_MAX = 16;

/**
 * The events that are still to be heard, with another one that could not be. The answer to a request is never given up
 * for news, which Amazon's lock and people can stand in for.
 */
export function keepUnheard(unheard: readonly SlotEvent[], event: SlotEvent): readonly SlotEvent[] {
  if (!MUST_BE_HEARD.has(event.kind) || unheard.includes(event)) return unheard;
  return unheard.length < UNHEARD_MAX || event.kind === 'outcome' ? [...unheard, event] : unheard;
}
