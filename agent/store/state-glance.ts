import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS } from './migrations.ts';
import { STATE_FILE } from './state-files.ts';

/** sqlite.org/fileformat2.html, section 1.3: what a database begins with, and where `user_version` stands. */
const MAGIC = 'SQLite format 3\0';
const USER_VERSION_AT = 60;
const HEADER_BYTES = 100;

/**
 * Whether the state is likely to open: there is none yet, or it may be written, is a database, and of no newer version.
 * A glance for what is no decision; nothing is changed, and whoever opens the state finds out for himself.
 */
export function looksOpenable(stateDir: string): boolean {
  const path = join(stateDir, STATE_FILE);
  let file: number;
  try {
    accessSync(path, constants.W_OK);
    file = openSync(path, 'r');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const length = readSync(file, header, 0, HEADER_BYTES, 0);
    if (length === 0) return true;
    return (
      header.toString('latin1', 0, MAGIC.length) === MAGIC &&
      header.readUInt32BE(USER_VERSION_AT) <= MIGRATIONS.length
    );
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}
