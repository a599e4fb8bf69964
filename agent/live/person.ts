/** Whoever stands at the device, and reads along. */
export type Person = {
  /** Whether there is somebody to ask. */
  readonly isThere: boolean;
  /** A line that stays. */
  tell(line: string): void;
  /** A line that the next one takes the place of; nothing without a terminal. */
  show(line: string): void;
  /** Asks, and waits for a line; null when none will come any more. */
  ask(question: string): Promise<string | null>;
};

/** @param standard the answer of an empty line. */
export async function agrees(person: Person, question: string, standard: boolean): Promise<boolean> {
  const answer = await person.ask(`${question} [${standard ? 'Y/n' : 'y/N'}] `);
  if (answer === null) return false;
  if (answer.trim() === '') return standard;
  return /^y(?:es)?$/i.test(answer.trim());
}
