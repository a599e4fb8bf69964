import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a process ended. */
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** What a finished command left behind. */
export type Finished = Exit & { readonly stdout: string; readonly stderr: string };

export type AgentStart = {
  /** Words after the program's name. */
  readonly words: readonly string[];
  /** Words that start the runtime; default none. */
  readonly launcher?: readonly string[];
  /** The file to run; default the agent's source. */
  readonly program?: string;
  readonly cwd?: string;
  /** Added to an environment that holds nothing but PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** File mode mask of the process, octal; default that of the test. */
  readonly umask?: string;
};

/** The folder of the checkout. */
export const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

const SOURCE = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));

/** The agent as a process of its own, seen only from outside: what it prints, and how it ends. */
export class AgentProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    // `close` and not `exit`: only then has everything been read that it printed.
    this.exited = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Reads no more of what it prints, as a pipe does whose other end is gone. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }

  isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends a signal without waiting for what it does. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal that ends the process, and waits until it has. */
  async end(signal: NodeJS.Signals): Promise<Exit> {
    this.signal(signal);
    return this.exited;
  }
}

/** Starts the agent, or another program, and returns at once. */
export function startAgent(start: AgentStart): AgentProcess {
  const words = [start.program ?? SOURCE, ...start.words];
  const options = {
    cwd: start.cwd ?? CHECKOUT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...start.env },
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
  };
  const [launch = process.execPath, ...more] = [...(start.launcher ?? []), process.execPath, ...words];
  if (start.umask === undefined) return new AgentProcess(spawn(launch, more, options));
  // `exec` keeps the process id, so that signals reach the agent and not the shell.
  const line = ['-c', `umask ${start.umask}; exec "$@"`, 'sh', process.execPath, ...words];
  return new AgentProcess(spawn('sh', line, options));
}

/** Runs a command of the agent to its end. */
export function runAgent(start: AgentStart): Promise<Finished> {
  return finished(startAgent(start));
}

/** Runs an npm script as a person does whose shell knows nothing of this project's own packages. */
export function runNpm(words: readonly string[]): Promise<Finished> {
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter);
  const env = { PATH: path, HOME: process.env['HOME'] };
  const child = spawn('npm', words, { cwd: CHECKOUT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return finished(new AgentProcess(child));
}

async function finished(agent: AgentProcess): Promise<Finished> {
  const exit = await agent.exited;
  return { ...exit, stdout: agent.stdout, stderr: agent.stderr };
}
