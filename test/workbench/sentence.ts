import type { Show } from './show.ts';

/** How a sentence is coloured: `note` is background, `event` is the thread, the others speak for themselves. */
export type Tone = 'note' | 'event' | 'good' | 'warn' | 'bad';

/** One line of the story: who, and what happened and why. */
export type Sentence = { readonly who: string; readonly text: string; readonly tone: Tone };

/** @param who a name, or what stands for one. */
export function say(who: string, text: string, tone: Tone = 'event'): Sentence {
  return { who, text, tone };
}

/** A slot's name for people. */
export function nameOf(show: Show, key: string): string {
  return show.slots.find((slot) => slot.key === key)?.name ?? key;
}
