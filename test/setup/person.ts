import type { Asker } from '../../agent/setup/ask.ts';

/** A person who answers with these words, and takes the choice that holds the word. */
export class Person implements Asker {
  readonly #answers: string[];
  readonly asked: string[] = [];
  /** What was wrong with each answer that was not taken. */
  readonly complaints: string[] = [];

  constructor(...answers: readonly string[]) {
    this.#answers = [...answers];
  }

  async text({ message, complaint }: Parameters<Asker['text']>[0]): Promise<string> {
    this.asked.push(message);
    for (;;) {
      const answer = this.#next(message);
      const wrong = complaint(answer);
      if (wrong === null) return answer;
      this.complaints.push(wrong);
    }
  }

  choose: Asker['choose'] = async (message, choices) => {
    this.asked.push([message, ...choices.map(({ name }) => name)].join('\n'));
    const word = this.#next(message);
    const chosen = choices.find(({ name }) => name.includes(word));
    if (chosen === undefined) throw new Error(`There is no ${word} in ${this.asked.at(-1)}`);
    return chosen.value;
  };

  agrees: Asker['agrees'] = async (message) => {
    this.asked.push(message);
    return this.#next(message) === 'yes';
  };

  #next(message: string): string {
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error(`Nobody knows the answer to ${message}`);
    return answer;
  }
}
