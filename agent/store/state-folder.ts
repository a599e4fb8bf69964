import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { unusable } from './state-failure.ts';

const OWNER_ONLY = 0o700;

/** What the agent itself puts into the folder. */
const OUR_FILE = /^(?:state\.|agent\.(?:lock|sock)|refresh-token\.|registration\.)/;

/**
 * Makes the state directory and the folders above it (0700), and takes one that is there away from other users.
 * @throws CodedError STATE_UNWRITABLE, or what the file system says.
 */
export function prepareFolder(stateDir: string): void {
  const folder = resolve(stateDir);
  makeFolder(stateDir, folder);
  tighten(folder);
}

/** One step at a time: Node's own recursive mkdir never returns where the kernel makes no folders (/proc). */
function makeFolder(stateDir: string, folder: string): void {
  try {
    mkdirSync(folder, { mode: OWNER_ONLY });
    return;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') {
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
      throw unusable(stateDir, `${folder} is no folder`, undefined, error);
    }
    if (code === 'ENOTDIR') throw unusable(stateDir, `a part of ${folder} is a file`, undefined, error);
    if (code !== 'ENOENT') throw error;
    const parent = dirname(folder);
    if (existsSync(parent)) throw unusable(stateDir, `${parent} takes no folders`, undefined, error);
    makeFolder(stateDir, parent);
  }
  mkdirSync(folder, { mode: OWNER_ONLY });
}

/** A folder of somebody else, or one that others use too (a home, /tmp), keeps its mode: the files are 0600 anyway. */
function tighten(folder: string): void {
  const { uid, mode } = statSync(folder);
  if (uid !== process.geteuid?.() || (mode & 0o077) === 0) return;
  if (!readdirSync(folder).every((name) => OUR_FILE.test(name))) return;
  try {
    chmodSync(folder, OWNER_ONLY);
  } catch {
    // A file system without modes (FAT), or a read-only one: the lock file will tell whether it can be used.
  }
}
