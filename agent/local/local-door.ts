import { chmodSync, lstatSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import type { Timing } from '../../hardware/timing.ts';
import type { Log } from '../system/log.ts';
import { createConversation } from './conversation.ts';
import type { RunningService } from './local-service.ts';
import { SOCKET_NAME, socketAddress } from './socket-address.ts';

export type LocalDoorOptions = {
  /** systemd's runtime directory, or null. */
  readonly runtimeDir: string | null;
  readonly stateDir: string;
  readonly service: RunningService;
  readonly timing: Timing;
  readonly log: Log;
};

export type LocalDoor = { close(): Promise<void> };

/** A person, a dashboard, a watcher or two; whoever opens more has a defect. */
const CONNECTIONS_MAX = 8;

/** How long the other side may take to read why it is sent away. */
const FAREWELL_MS_MAX = 1_000;

/** Who may talk to the service: its own user and group. */
const SOCKET_MODE = 0o660;

/**
 * Opens the socket by which other programs on this machine reach the service: one JSON object in a line, answered by
 * one in a line. Whoever may connect may order; the file's mode says who may. A socket that can't be made is a warning:
 * the service does without.
 */
export function openLocalDoor(options: LocalDoorOptions): LocalDoor {
  const { runtimeDir, stateDir, log } = options;
  const folder = resolve(runtimeDir ?? stateDir);
  const path = join(folder, SOCKET_NAME);
  /** Where a person who knows only the state directory finds the socket. */
  const link = folder === resolve(stateDir) ? null : join(resolve(stateDir), SOCKET_NAME);
  const warn = (error: unknown): void =>
    log.warn(
      { socket: path, error: error instanceof Error ? error.message : String(error) },
      'The local socket could not be made: the commands status, order and resolve work only while the service is stopped.',
    );

  const sockets = new Set<Socket>();
  const server = createServer((socket) => admit(socket, sockets, options));
  server.on('error', warn);
  let release = (): void => undefined;
  try {
    // The state's lock says that no other agent lives here: whatever bears the name is left over from a crash.
    const fresh = `${path}.new`;
    removeSocket(fresh);
    const address = socketAddress(fresh);
    release = address.release;
    server.listen(address.path, () => {
      try {
        chmodSync(fresh, SOCKET_MODE);
        renameSync(fresh, path);
        if (link !== null) pointLink(link, path);
      } catch (error) {
        warn(error);
      }
    });
  } catch (error) {
    warn(error);
  }
  return { close: () => shut(server, sockets, [path, ...(link === null ? [] : [link])], release) };
}

function admit(socket: Socket, sockets: Set<Socket>, { service, timing }: LocalDoorOptions): void {
  socket.on('error', () => socket.destroy());
  if (sockets.size >= CONNECTIONS_MAX) {
    socket.end(`${JSON.stringify({ error: 'Too many programs are connected. Try again later.' })}\n`, () =>
      socket.destroy(),
    );
    return;
  }
  sockets.add(socket);
  let cancelFarewell = (): void => undefined;
  const conversation = createConversation({
    service,
    timing,
    say: (text) => socket.write(text),
    waiting: () => socket.writableLength,
    hangUp: () => {
      socket.end();
      cancelFarewell = timing.after(FAREWELL_MS_MAX, () => socket.destroy());
    },
  });
  socket.on('data', (chunk: Buffer) => conversation.hear(chunk));
  socket.on('close', () => {
    sockets.delete(socket);
    cancelFarewell();
    conversation.end();
  });
}

function removeSocket(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSocket() === true || stat?.isSymbolicLink() === true) rmSync(path, { force: true });
}

function pointLink(link: string, path: string): void {
  removeSocket(link);
  symlinkSync(path, link);
}

async function shut(
  server: Server,
  sockets: ReadonlySet<Socket>,
  paths: readonly string[],
  release: () => void,
): Promise<void> {
  if (server.listening) {
    for (const path of paths) removeSocket(path);
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  release();
}
