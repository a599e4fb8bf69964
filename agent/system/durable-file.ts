import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A new or renamed entry is durable only when its folder is. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/**
 * Puts a text in place of a file: after a crash or power cut at any instant the file holds the old text or the new one,
 * whole, and after the return the new one. Written by root, it belongs to whom the old file, else the folder,
 * belongs to: the service has to be able to read it.
 *
 * @param mode who may read it; a secret is for its owner alone.
 * @throws what the file system says; the file is as it was then.
 */
export function replaceDurably(path: string, text: string, mode = 0o600): void {
  const next = `${path}.new`;
  // What a crash left behind. The new one is made exclusively, so that no planted link is followed.
  rmSync(next, { force: true });
  const handle = openSync(next, 'wx', mode);
  try {
    if (process.geteuid?.() === 0) {
      const { uid, gid } = statSync(path, { throwIfNoEntry: false }) ?? statSync(dirname(path));
      fchownSync(handle, uid, gid);
    }
    // Whatever the mask of the process.
    fchmodSync(handle, mode);
    writeFileSync(handle, text);
    fsyncSync(handle);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  renameSync(next, path);
  syncFolder(dirname(path));
}
