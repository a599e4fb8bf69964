import type { DatabaseSync } from 'node:sqlite';
import type { Reply } from '../policy/decision.ts';
import type { StateAccess } from './state-failure.ts';

/** Commands that are remembered; a broker repeats what was not acknowledged, and that is never as old. */
const KEPT_MAX = 64;

/** Ids of commands that may change something, with their answers: durable before anything is done. */
export type StoredCommands = {
  find(id: string): { readonly command: string; readonly answer: Reply | null } | null;
  /** @throws when the disk refuses, or when the id is there already. */
  begin(id: string, command: string): void;
  /** @throws when the disk refuses. */
  finish(id: string, answer: Reply): void;
};

export function openCommandLedger(database: DatabaseSync, access: StateAccess): StoredCommands {
  const select = database.prepare('SELECT command, ok, message FROM command WHERE id = ?');
  const insert = database.prepare('INSERT INTO command (id, command) VALUES (?, ?)');
  const prune = database.prepare(
    'DELETE FROM command WHERE sequence <= (SELECT max(sequence) FROM command) - ?',
  );
  const update = database.prepare('UPDATE command SET ok = ?, message = ? WHERE id = ?');
  return {
    find: (id) => {
      const row = access('read', () => select.get(id));
      if (row === undefined) return null;
      const { ok, message } = row;
      const answer = typeof message === 'string' ? { ok: ok === 1, message } : null;
      return { command: String(row['command']), answer };
    },
    begin: (id, command) => {
      access('written', () => {
        insert.run(id, command);
        prune.run(KEPT_MAX);
      });
    },
    finish: (id, { ok, message }) => {
      access('written', () => update.run(ok ? 1 : 0, message, id));
    },
  };
}
