/** A question that is answered with a text. */
export type TextQuestion = {
  /** The option that answers it on the command line, without dashes. */
  readonly option: string;
  readonly message: string;
  /** The answer of an empty line, and of `--yes`; null when a person has to know it. */
  readonly standard: string | null;
  /** What is wrong with an answer, and what to type; null when it will do. */
  readonly complaint: (answer: string) => string | null;
};

export type Choice<T> = { readonly value: T; readonly name: string };

/** Somebody who answers. Each call rejects with `Stopped` when the person has had enough. */
export type Asker = {
  text(question: Omit<TextQuestion, 'option'>): Promise<string>;
  choose<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
  agrees(message: string, standard: boolean): Promise<boolean>;
};

/** The person ended the questions: Ctrl-C, or the end of the input. */
export class Stopped extends Error {}

/** An option is wrong, or missing where nobody can be asked. The message is a sentence that names it. */
export class WrongWords extends Error {}

/** Takes answers from the command line first, from defaults where that was agreed on, and else from the person. */
export class Questions {
  readonly #given: ReadonlyMap<string, string>;
  readonly #asker: Asker | null;
  readonly #takesDefaults: boolean;
  /** How an option is written, given its name. */
  readonly #spelling: (option: string) => string;

  /**
   * @param given answers by option.
   * @param asker null without a terminal.
   * @param takesDefaults whether whatever has a default is not asked.
   */
  constructor(
    given: ReadonlyMap<string, string>,
    asker: Asker | null,
    takesDefaults: boolean,
    spelling = (option: string): string => `--${option}`,
  ) {
    this.#given = given;
    this.#asker = asker;
    this.#takesDefaults = takesDefaults;
    this.#spelling = spelling;
  }

  /** The same person, with the answers that one option gave as `key=value`. */
  about(option: string, given: ReadonlyMap<string, string>): Questions {
    return new Questions(given, this.#asker, this.#takesDefaults, (key) => `--${option} ...,${key}=`);
  }

  /** The same, but for an answer that will not do. */
  without(option: string): Questions {
    const given = new Map(this.#given);
    given.delete(option);
    return new Questions(given, this.#asker, this.#takesDefaults, this.#spelling);
  }

  /** The person at the terminal, where one may be asked. */
  get person(): Asker | null {
    return this.#takesDefaults ? null : this.#asker;
  }

  given(option: string): string | null {
    return this.#given.get(option) ?? null;
  }

  /** @throws WrongWords, Stopped */
  async text({ option, message, standard, complaint }: TextQuestion): Promise<string> {
    const given = this.given(option);
    const taken = given ?? (this.#takesDefaults ? standard : null);
    const wrong = taken === null ? null : complaint(taken);
    if (taken !== null && wrong === null) return taken;
    const why = wrong === null ? '' : `${this.#spelling(option)} ${JSON.stringify(taken)}: ${wrong}.`;
    // Who can be asked has not answered all the questions before in vain.
    const asker = wrong === null ? this.#asker : this.person;
    if (asker === null)
      throw wrong === null ? this.#missing(option, message, standard !== null) : new WrongWords(why);
    return (await asker.text({ message: `${why} ${message}`.trim(), standard, complaint })).trim();
  }

  /** A text that may be left out. @throws WrongWords, Stopped */
  async maybeText(question: Omit<TextQuestion, 'standard'>): Promise<string | null> {
    const complaint = (answer: string): string | null => (answer === '' ? null : question.complaint(answer));
    const answer = await this.text({ ...question, standard: '', complaint });
    return answer === '' ? null : answer;
  }

  /** One of a few words; the first is the default. @throws WrongWords, Stopped */
  async word<W extends string>(option: string, message: string, choices: readonly Choice<W>[]): Promise<W> {
    const given = this.given(option);
    const [first] = choices;
    if (given !== null) {
      const chosen = choices.find(({ value }) => value === given);
      if (chosen !== undefined) return chosen.value;
      const why = `${this.#spelling(option)} is one of ${choices.map(({ value }) => value).join(', ')}.`;
      if (this.person === null) throw new WrongWords(why);
      return this.person.choose(`${why} ${message}`, choices);
    }
    if (this.#takesDefaults && first !== undefined) return first.value;
    if (this.#asker === null) throw this.#missing(option, message, true);
    return this.#asker.choose(message, choices);
  }

  #missing(option: string, message: string, hasStandard: boolean): WrongWords {
    const add = `add ${this.#spelling(option)}`;
    const way = hasStandard ? `${add}, or --yes to take the default` : add;
    return new WrongWords(`${message}: without a terminal there is nobody to ask; ${way}.`);
  }
}
