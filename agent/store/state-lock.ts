import { closeSync, openSync, truncateSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../system/coded-error.ts';
import { isBusy, isDamage } from './state-failure.ts';

/**
 * Two agents on one state would buy twice. The lock is SQLite's own file lock on an empty database, held by an open
 * exclusive transaction: the kernel releases it when the process dies, however it dies.
 *
 * @returns releases the lock.
 * @throws CodedError STATE_IN_USE when another agent holds it; else what SQLite or the file system says.
 */
export function lockState(path: string, stateDir: string): () => void {
  closeSync(openSync(path, 'a', 0o600));
  const database = holdEvenIfDamaged(path, stateDir);
  return () => database.close();
}

function holdEvenIfDamaged(path: string, stateDir: string): DatabaseSync {
  try {
    return hold(path, stateDir);
  } catch (error) {
    if (!isDamage(error)) throw error;
    // It holds nothing that could be lost. Emptied and not removed: a new file beside the one that another agent has
    // locked in the meantime would be a second lock.
    truncateSync(path, 0);
    return hold(path, stateDir);
  }
}

function hold(path: string, stateDir: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new CodedError(
      'STATE_IN_USE',
      `Another replenish-agent is running on ${stateDir}. Stop it first (systemctl stop replenish-agent), or give this one its own --state-dir.`,
      error,
    );
  }
}
