/** A character on the screen; `sgr` is what it was painted with, as in `1;32`, empty for nothing. */
export type Cell = { readonly character: string; readonly sgr: string };

const BLANK: Cell = { character: ' ', sgr: '' };

const ESCAPE = '\x1b';

/** One piece of what a program writes: a control sequence, a control character, or a character. */
const PIECE = new RegExp(
  `${ESCAPE}\\[(?<parameters>[?\\d;]*)(?<final>[A-Za-z])|(?<control>\\p{Cc})|(?<character>.)`,
  'gsu',
);
const UNFINISHED = new RegExp(`${ESCAPE}(?:\\[[?\\d;]*)?$`);

/**
 * What a terminal shows of what a program writes: as much of an ECMA-48 terminal as this project's programs use. An
 * unknown sequence is an error, so that no picture is wrong without a word.
 */
export class AnsiScreen {
  #columns: number;
  #rows: number;
  #lines: Cell[][] = [];
  #row = 0;
  #column = 0;
  #sgr = '';
  #unfinished = '';
  isCursorShown = true;
  /** Whether the other screen is shown, on which full-screen programs draw. */
  isAlternate = false;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
    this.#clear();
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#clear();
  }

  write(text: string): void {
    // A sequence may come in two pieces.
    const whole = this.#unfinished + text;
    const [rest = ''] = UNFINISHED.exec(whole) ?? [];
    this.#unfinished = rest;
    for (const { groups = {} } of whole.slice(0, whole.length - rest.length).matchAll(PIECE)) {
      if (groups['final'] !== undefined) this.#obey(groups['final'], groups['parameters'] ?? '');
      else if (groups['control'] !== undefined) this.#control(groups['control']);
      else this.#put(groups['character'] ?? '');
    }
  }

  /** The rows as text, without spaces at their ends. */
  get text(): readonly string[] {
    return this.#lines.map((line) =>
      line
        .map(({ character }) => character)
        .join('')
        .trimEnd(),
    );
  }

  get cells(): readonly (readonly Cell[])[] {
    return this.#lines;
  }

  #put(character: string): void {
    if (this.#column >= this.#columns) this.#newLine();
    const line = this.#lines[this.#row];
    if (line !== undefined) line[this.#column] = { character, sgr: this.#sgr };
    this.#column += 1;
  }

  #control(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#row = Math.min(this.#rows - 1, this.#row + 1);
    else throw new Error(`The screen does not know the control character ${JSON.stringify(character)}.`);
  }

  #newLine(): void {
    this.#column = 0;
    this.#control('\n');
  }

  #obey(final: string, parameters: string): void {
    switch (final) {
      case 'H':
        [this.#row, this.#column] = [0, 0];
        return;
      case 'K':
        this.#lines[this.#row]?.fill(BLANK, this.#column);
        return;
      case 'J':
        this.#lines[this.#row]?.fill(BLANK, this.#column);
        for (const line of this.#lines.slice(this.#row + 1)) line.fill(BLANK);
        return;
      case 'm':
        this.#sgr = parameters === '0' ? '' : parameters;
        return;
      case 'h':
      case 'l':
        this.#setMode(parameters, final === 'h');
        return;
      default:
        throw new Error(`The screen does not know the sequence ESC [ ${parameters} ${final}.`);
    }
  }

  #setMode(mode: string, isSet: boolean): void {
    if (mode === '?25') this.isCursorShown = isSet;
    else if (mode === '?1049') {
      this.isAlternate = isSet;
      this.#clear();
    } else if (mode !== '?2026') throw new Error(`The screen does not know the mode ${mode}.`);
  }

  #clear(): void {
    this.#lines = Array.from({ length: this.#rows }, () => Array<Cell>(this.#columns).fill(BLANK));
    [this.#row, this.#column] = [0, 0];
  }
}
