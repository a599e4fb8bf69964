import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKOUT } from './agent-process.ts';
import { AnsiScreen } from './ansi-screen.ts';
import { openPty, type Pty } from './pty.ts';

export type WindowOptions = {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
};

const LOOK_EVERY_MS = 15;
const DEADLINE_MS = 40_000;

/** The agent in a terminal window of a certain size: what stands on the screen, and keys to press. */
export class Window {
  readonly screen: AnsiScreen;
  readonly exited: Promise<number | null>;
  readonly pid: number;
  /** All that was written, with every control sequence. */
  written = '';
  readonly #pty: Pty;
  readonly #timer: NodeJS.Timeout;
  readonly #decoder = new TextDecoder();

  constructor(words: readonly string[], cwd: string, options: WindowOptions = {}) {
    const { columns = 80, rows = 24, env = {} } = options;
    this.screen = new AnsiScreen(columns, rows);
    this.#pty = openPty();
    this.#pty.resize(columns, rows);
    const terminal = openSync(this.#pty.device, constants.O_RDWR | constants.O_NOCTTY);
    // setsid makes it the terminal that the program is controlled by: only then does the kernel tell of a new size.
    const child = spawn('setsid', ['--ctty', process.execPath, `${CHECKOUT}agent/main.ts`, ...words], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: cwd,
        TERM: 'xterm-256color',
        LC_ALL: 'C.UTF-8',
        TZ: 'UTC',
        ...env,
      },
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

  get text(): string {
    return this.screen.text.join('\n');
  }

  async until(pattern: RegExp): Promise<void> {
    const endMs = performance.now() + DEADLINE_MS;
    while (!pattern.test(this.text)) {
      if (performance.now() > endMs) throw new Error(`${pattern} was never seen; but:\n${this.text}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  press(keys: string): void {
    if (this.#pty.write(keys) !== keys.length) throw new Error(`The terminal did not take ${keys}`);
  }

  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Takes the window away. */
  close(): void {
    clearInterval(this.#timer);
    this.#pty.unplug();
  }

  #look(): void {
    for (let bytes = this.#pty.read(); bytes.length > 0; bytes = this.#pty.read()) {
      const text = this.#decoder.decode(bytes, { stream: true });
      this.written += text;
      this.screen.write(text);
    }
  }
}
