import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Creates an empty file that is still there after a power cut. Mode 0600. */
export function writeDurably(path: string): void {
  const handle = openSync(path, 'a', 0o600);
  fsyncSync(handle);
  closeSync(handle);
  syncFolder(dirname(path));
}

/** A new or renamed entry is durable only when its folder is. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
