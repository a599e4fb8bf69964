import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../system/durable-file.ts';

/** Damaged files are evidence, but a card that dies slowly must not fill itself with them. */
const KEPT_MAX = 3;

/** What SQLite keeps beside the database and what must go where it goes. */
const COMPANIONS = ['', '-wal', '-shm'];

/**
 * Moves a damaged database out of the way, under a name that tells when.
 *
 * @returns the path that the damaged file has now.
 */
export function quarantine(path: string, wallMs: number): string {
  const folder = dirname(path);
  const stamp = new Date(wallMs).toISOString().replaceAll(/[:.]/g, '-');
  const away = `${path}.damaged-${stamp}`;
  for (const companion of COMPANIONS) {
    if (existsSync(path + companion)) renameSync(path + companion, away + companion);
  }
  const prefix = `${basename(path)}.damaged-`;
  const old = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && !name.endsWith('-wal') && !name.endsWith('-shm'))
    .sort()
    .slice(0, -KEPT_MAX);
  for (const name of old) {
    for (const companion of COMPANIONS) rmSync(join(folder, name + companion), { force: true });
  }
  syncFolder(folder);
  return away;
}
