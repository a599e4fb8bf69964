import { closeSync, constants, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** The name of the service's socket, in its runtime directory or, without one, in its state directory. */
export const SOCKET_NAME = 'agent.sock';

/** unix(7): sun_path has 108 bytes, the last of them zero. Beyond that Node cuts the path off without a word. */
const PATH_BYTES_MAX = 107;

export type SocketAddress = {
  /** What to bind or connect to. */
  readonly path: string;
  /** To be called when nobody uses `path` any more. */
  release(): void;
};

/**
 * A way to a socket that the kernel takes however long its path is: a long one is led through an open folder.
 * @throws what the file system says when the folder can't be opened.
 */
export function socketAddress(path: string): SocketAddress {
  if (Buffer.byteLength(path) <= PATH_BYTES_MAX) return { path, release: () => undefined };
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  let isOpen = true;
  return {
    path: `/proc/self/fd/${folder}/${basename(path)}`,
    release: () => {
      if (isOpen) closeSync(folder);
      isOpen = false;
    },
  };
}
