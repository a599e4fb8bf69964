import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { openPty, type Pty } from './pty.ts';

const SOURCE = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));
const LOOK_EVERY_MS = 20;
const DEADLINE_MS = 40_000;

/** The agent at a real terminal, as a person uses it: what it shows, without colours and movements, and keys to press. */
export class TerminalSession {
  readonly exited: Promise<number | null>;
  readonly pid: number;
  readonly #pty: Pty;
  readonly #timer: NodeJS.Timeout;
  #shown = '';
  #seenTo = 0;

  constructor(words: readonly string[], cwd: string) {
    this.#pty = openPty();
    const terminal = openSync(this.#pty.device, constants.O_RDWR | constants.O_NOCTTY);
    const env = { PATH: process.env['PATH'], HOME: cwd, TERM: 'xterm' };
    const child = spawn(process.execPath, [SOURCE, ...words], {
      cwd,
      env,
      stdio: [terminal, terminal, terminal],
    });
    closeSync(terminal);
    this.pid = child.pid ?? -1;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.exited = once(child, 'exit').then(() => {
      this.#look();
      return child.exitCode;
    });
  }

  /** Everything that was shown so far. */
  get shown(): string {
    return stripVTControlCharacters(this.#shown);
  }

  /** Waits until a text is shown that was not there when a key was last pressed. */
  async until(text: string): Promise<void> {
    const endMs = performance.now() + DEADLINE_MS;
    while (!this.shown.slice(this.#seenTo).includes(text)) {
      if (performance.now() > endMs) throw new Error(`"${text}" was never shown; but:\n${this.shown}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Presses keys. */
  press(keys: string): void {
    this.#seenTo = this.shown.length;
    if (this.#pty.write(keys) !== keys.length) throw new Error(`The terminal did not take ${keys}`);
  }

  /** Waits for a question and answers it with a line. */
  async answer(question: string, line: string): Promise<void> {
    await this.until(question);
    this.press(`${line}\r`);
  }

  /** Takes the terminal away. */
  close(): void {
    clearInterval(this.#timer);
    this.#pty.unplug();
  }

  #look(): void {
    for (let bytes = this.#pty.read(); bytes.length > 0; bytes = this.#pty.read()) {
      this.#shown += bytes.toString('utf8');
    }
  }
}
