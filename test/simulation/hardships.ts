/**
 * Trouble beyond what the agent promises to stand, or stands so far. Not part of a usual run; each can be added to
 * one, to see what it does. What the agent has learned to stand belongs into every run: move it.
 */
export const HARDSHIPS = {
  'wild-noise': 'a restless sensor jumps over the whole range, past reorderAt and rearmAt',
  'error-after-recording': 'DRS, or a gateway before it, answers 5xx although the order was recorded',
  'busy-hands': 'people order by hand at any time, snooze slots and change their mind',
  'cancel-of-a-shared-order':
    'after a refill by hand, ORDER_INPROGRESS tells a later depletion of the order before; that one is then cancelled',
} as const;

export type Hardship = keyof typeof HARDSHIPS;

export function isHardship(word: string): word is Hardship {
  return Object.hasOwn(HARDSHIPS, word);
}
