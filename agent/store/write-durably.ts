import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../system/durable-file.ts';

/** Creates an empty file that is still there after a power cut. Mode 0600. */
export function writeDurably(path: string): void {
  const handle = openSync(path, 'a', 0o600);
  fsyncSync(handle);
  closeSync(handle);
  syncFolder(dirname(path));
}
