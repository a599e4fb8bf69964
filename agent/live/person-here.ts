import { createInterface, type Interface } from 'node:readline';
import { oneLine } from '../terminal/paint.ts';
import { canBeLive } from '../terminal/style.ts';
import type { Person } from './person.ts';

const COLUMNS_ASSUMED = 80;

export type PersonHere = Person & {
  /** Lets go of the keyboard. */
  leave(): void;
};

/** The person at this process's terminal. All is told on standard error: standard output is for results. */
export function personHere(env: NodeJS.ProcessEnv): PersonHere {
  const { stdin, stderr } = process;
  const isThere = stdin.isTTY === true && stderr.isTTY === true;
  const isLive = canBeLive(env, stderr);
  let lines: Interface | null = null;
  let isOnLine = false;
  const clear = (): string => (isOnLine ? '\r\x1b[K' : '');
  const say = (text: string): void => {
    stderr.write(`${clear()}${text}`);
    isOnLine = false;
  };
  return {
    isThere,
    tell: (line) => say(`${line}\n`),
    show: (line) => {
      if (!isLive) return;
      const room = (stderr.columns || COLUMNS_ASSUMED) - 1;
      stderr.write(`${clear()}${[...oneLine(line)].slice(0, room).join('')}`);
      isOnLine = true;
    },
    ask: async (question) => {
      if (!isThere) return null;
      say(question);
      // Lines and no keys: the terminal itself edits the line, and Ctrl-C stays what it is.
      lines ??= createInterface({ input: stdin, terminal: false });
      const from = lines;
      const answer = await new Promise<string | null>((resolve) => {
        const end = (line: string | null): void => {
          from.off('line', end);
          from.off('close', close);
          resolve(line);
        };
        const close = (): void => end(null);
        from.on('line', end);
        from.on('close', close);
      });
      isOnLine = false;
      return answer;
    },
    leave: () => {
      if (isOnLine) stderr.write('\n');
      isOnLine = false;
      lines?.close();
    },
  };
}
