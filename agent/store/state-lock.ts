import { closeSync, openSync, statSync, truncateSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../system/coded-error.ts';
import { isBusy, isDamage } from './state-failure.ts';

/** Whoever only looks holds the lock for a moment: that long its owner-to-be is patient. */
const LOOK_MS_MAX = 500;

/**
 * Whether an agent holds this lock now. Leaves no trace, and keeps no agent from starting.
 * @throws what the file system says when the folder may not be looked into.
 */
export function isStateHeld(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return false;
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.prepare('PRAGMA schema_version').get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    if (isDamage(error)) return false;
    throw error;
  } finally {
    database.close();
  }
}

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
  const database = new DatabaseSync(path, { timeout: LOOK_MS_MAX });
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
