import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export type DaemonStart = {
  readonly program: string;
  readonly words: readonly string[];
  /** The whole environment but for PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it prints when it is ready. */
  readonly ready: RegExp;
};

/** A server as a process group of its own: whatever it starts ends with it, and it ends with the test. */
export class Daemon {
  readonly #child: ChildProcess;
  #log = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when the server says that it is ready; rejects with what it said when it ended before. */
  static async start({ program, words, env = {}, ready }: DaemonStart): Promise<Daemon> {
    const child = spawn(findProgram(program), words, {
      detached: true,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const daemon = new Daemon(child);
    // A test that is cut short must not leave its server behind.
    const killWithUs = () => daemon.#signal('SIGKILL');
    process.once('exit', killWithUs);
    child.once('exit', () => process.off('exit', killWithUs));
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${daemon.#log}`)));
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => {
          daemon.#log += text;
          if (ready.test(daemon.#log)) resolve();
        });
    });
    return daemon;
  }

  /** What it printed so far. */
  get log(): string {
    return this.#log;
  }

  /** Ends it at this instant, as a power cut does; calling it again is harmless. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#signal('SIGKILL');
    await exited;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has gone by itself.
    }
  }
}

/** Debian puts servers where an ordinary user's PATH does not look. */
function findProgram(program: string): string {
  const found = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin']
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
  return found ?? program;
}
