import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../system/coded-error.ts';

/**
 * Two agents on one state would buy twice. The lock is SQLite's own file lock on an empty database, held by an open
 * exclusive transaction: the kernel releases it when the process dies, however it dies.
 *
 * @returns releases the lock.
 * @throws CodedError STATE_IN_USE
 */
export function lockState(path: string, stateDir: string): () => void {
  const database = new DatabaseSync(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new CodedError(
      'STATE_IN_USE',
      `Another replenish-agent is running on ${stateDir}. Stop it first (systemctl stop replenish-agent), or give this one its own --state-dir.`,
      cause,
    );
  }
  return () => database.close();
}
