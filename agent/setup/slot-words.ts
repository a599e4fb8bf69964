/** What an option --slot says of a slot; what is left out is asked for. */
export type SlotWords = ReadonlyMap<string, string>;

export const SLOT_KEYS = ['name', 'id', 'label', 'channel', 'empty', 'full', 'reorderAt', 'rearmAt'] as const;

/**
 * PURE. `black`, or `name=black,id=4c8746c0,channel=1,empty=120,full=880`: the parts in any order. A string is a sentence
 * that says what is wrong.
 */
export function readSlotWords(text: string): SlotWords | string {
  const words = new Map<string, string>();
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const key = at < 0 ? 'name' : part.slice(0, at).trim();
    const value = part.slice(at + 1).trim();
    if (!SLOT_KEYS.some((known) => known === key)) {
      return `--slot takes ${SLOT_KEYS.map((known) => `${known}=`).join(', ')} with commas between, not ${JSON.stringify(part)}.`;
    }
    if (value === '') return `--slot needs a value after ${key}=.`;
    if (words.has(key)) return `--slot says ${key} twice: repeat --slot for another slot.`;
    words.set(key, value);
  }
  return words;
}
