import { connect, type Socket } from 'node:net';
import type { Timing } from '../../hardware/timing.ts';
import type { LocalCommand } from '../command/command.ts';
import { createLineCutter } from './line-cutter.ts';
import { socketAddress } from './socket-address.ts';

export type LocalConnection = {
  ask(
    request:
      | { readonly command: LocalCommand }
      | { readonly status: true }
      | { readonly watch: true }
      | { readonly reload: true },
  ): void;
  /** The next line; null when the service hung up, or says nothing for `withinMs`. */
  next(withinMs: number): Promise<string | null>;
  /** Whether the service hung up. */
  isOver(): boolean;
  close(): void;
};

/** `absent`: no service listens there. `refused`: one does, or may; `why` is a sentence with the remedy. */
export type Connecting =
  | { readonly kind: 'connected'; readonly connection: LocalConnection }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly why: string };

/** A view of 256 slots has a quarter of it. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** No socket there, a folder that is no folder, or one that a crash left behind. */
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'ENOTSOCK']);

/** Connects to the socket of a running service. Never rejects. */
export function connectLocal(path: string, timing: Timing): Promise<Connecting> {
  return new Promise((resolve) => {
    const fail = (error: unknown): void => resolve(failure(path, error));
    try {
      const address = socketAddress(path);
      const socket = connect(address.path);
      socket.once('error', fail);
      socket.once('close', address.release);
      socket.once('connect', () => {
        socket.off('error', fail);
        resolve({ kind: 'connected', connection: converse(socket, timing) });
      });
    } catch (error) {
      fail(error);
    }
  });
}

function failure(path: string, error: unknown): Connecting {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (ABSENT.has(code)) return { kind: 'absent' };
  const why =
    code === 'EACCES' || code === 'EPERM'
      ? `This user may not talk to the service through ${path}. Use sudo, or join the group that ls -l ${path} shows.`
      : `The service can't be reached through ${path} (${code}). Look whether it runs: systemctl status replenish-agent.`;
  return { kind: 'refused', why };
}

function converse(socket: Socket, timing: Timing): LocalConnection {
  const cutter = createLineCutter(ANSWER_BYTES_MAX);
  const lines: string[] = [];
  let isOver = false;
  let wake = (): void => undefined;
  socket.on('data', (chunk: Buffer) => {
    const more = cutter.take(chunk);
    if (more === null) socket.destroy();
    else lines.push(...more);
    wake();
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    isOver = true;
    wake();
  });
  return {
    ask: (request) => {
      socket.write(`${JSON.stringify(request)}\n`);
    },
    next: async (withinMs) => {
      if (lines.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          const cancel = timing.after(withinMs, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
      }
      return lines.shift() ?? null;
    },
    isOver: () => isOver,
    close: () => socket.destroy(),
  };
}
