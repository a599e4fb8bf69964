import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How the agent's process ended. */
export type AgentEnd = {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last of what it wrote on stderr. */
  readonly lastWords: string;
};

/** The agent as a process of its own; it can be ended and started again. */
export type AgentProcess = {
  /** Starts it, unless it runs. Returns its process id. */
  start(): number | null;
  pid(): number | null;
  /** SIGTERM, and after a generous wait SIGKILL. Null when it was not running. */
  stop(): Promise<AgentEnd | null>;
  /** kill -9, without waiting for the end; that end is not reported. */
  kill(): void;
};

export type AgentProcessOptions = {
  readonly config: string;
  readonly stateDir: string;
  /** Its standard output is added to this file. */
  readonly logFile: string;
  /** It ended without having been told to. */
  readonly onEnd: (end: AgentEnd) => void;
};

const AGENT = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));
const LAST_WORDS_MAX = 4_000;
/** The agent promises 5 s. */
const STOP_MS_MAX = 8_000;

export function createAgentProcess({ config, stateDir, logFile, onEnd }: AgentProcessOptions): AgentProcess {
  let child: ChildProcess | null = null;
  let lastWords = '';
  let isToldToEnd = false;

  const start = (): number | null => {
    if (child !== null) return child.pid ?? null;
    const log = openSync(logFile, 'a');
    // In a process group of its own, because Ctrl-C on a terminal reaches the whole group: the workbench ends it.
    const next = spawn(process.execPath, [AGENT, 'run', '--config', config, '--state-dir', stateDir], {
      stdio: ['ignore', log, 'pipe'],
      detached: true,
    });
    closeSync(log);
    child = next;
    lastWords = '';
    isToldToEnd = false;
    next.stderr?.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS_MAX);
    });
    next.on('error', (error) => {
      child = null;
      onEnd({ code: null, signal: null, lastWords: error.message });
    });
    // `close` and not `exit`: only then its last words have arrived.
    next.on('close', (code, signal) => {
      if (child !== next) return;
      child = null;
      if (!isToldToEnd) onEnd({ code, signal, lastWords });
    });
    return next.pid ?? null;
  };

  const stop = async (): Promise<AgentEnd | null> => {
    const ending = child;
    if (ending === null) return null;
    isToldToEnd = true;
    const closed = once(ending, 'close');
    ending.kill('SIGTERM');
    const giveUp = setTimeout(() => ending.kill('SIGKILL'), STOP_MS_MAX);
    await closed;
    clearTimeout(giveUp);
    return { code: ending.exitCode, signal: ending.signalCode, lastWords };
  };

  return {
    start,
    pid: () => child?.pid ?? null,
    stop,
    kill: () => {
      isToldToEnd = true;
      child?.kill('SIGKILL');
    },
  };
}
