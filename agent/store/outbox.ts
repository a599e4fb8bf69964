import type { DatabaseSync } from 'node:sqlite';
import type { StateAccess } from './state-failure.ts';

/** More than this is a broker that has been away for long; the oldest reports go first, and are counted. */
const DEPTH_MAX = 10_000;
const BYTES_MAX = 8 * 1024 * 1024;

/** The counter of entries given up. */
export const OUTBOX_DROPPED = 'outbox-dropped';

/** What an entry tells of its slot: what came of a request, or a use. */
export type OutboxKind = 'order' | 'consumed';

export type OutboxEntry = {
  readonly sequence: number;
  readonly kind: OutboxKind;
  readonly slot: string;
  readonly payload: string;
};

/** The durable queue of events: first in, first out, bounded by count and bytes. */
export type StoredOutbox = {
  /** The oldest entry, or null. @throws when the disk refuses. */
  peek(): OutboxEntry | null;
  /** The broker has it. @throws when the disk refuses; then it is sent again later. */
  remove(sequence: number): void;
  depth(): number;
  /** Entries given up for lack of room since the state was created. */
  dropped(): number;
  /** Adds within the caller's transaction. */
  add(kind: OutboxKind, slot: string, payload: string): void;
  /** The caller's transaction is durable: what was added counts. */
  committed(): void;
};

export function openOutbox(database: DatabaseSync, access: StateAccess): StoredOutbox {
  const insert = database.prepare('INSERT INTO outbox (kind, slot, payload) VALUES (?, ?, ?)');
  const oldest = database.prepare(
    'SELECT sequence, kind, slot, payload FROM outbox ORDER BY sequence LIMIT 1',
  );
  const erase = database.prepare('DELETE FROM outbox WHERE sequence = ?');
  const size = database.prepare(
    'SELECT count(*) AS depth, coalesce(sum(length(CAST(payload AS BLOB))), 0) AS bytes FROM outbox',
  );
  const readDropped = database.prepare('SELECT value FROM counter WHERE name = ?');
  const countDropped = database.prepare(
    'INSERT INTO counter (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1',
  );
  const measure = (): { depth: number; bytes: number } => {
    const row = size.get();
    return { depth: Number(row?.['depth'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) };
  };
  const peek = (): OutboxEntry | null => {
    const row = oldest.get();
    if (row === undefined) return null;
    return {
      sequence: Number(row['sequence']),
      kind: row['kind'] === 'consumed' ? 'consumed' : 'order',
      slot: String(row['slot']),
      payload: String(row['payload']),
    };
  };
  let depth = measure().depth;
  return {
    peek: () => access('read', peek),
    remove: (sequence) => {
      access('written', () => erase.run(sequence));
      depth = measure().depth;
    },
    depth: () => depth,
    dropped: () => Number(readDropped.get(OUTBOX_DROPPED)?.['value'] ?? 0),
    add: (kind, slot, payload) => {
      insert.run(kind, slot, payload);
      let now = measure();
      while (now.depth > DEPTH_MAX || now.bytes > BYTES_MAX) {
        const entry = peek();
        if (entry === null) return;
        erase.run(entry.sequence);
        countDropped.run(OUTBOX_DROPPED);
        now = measure();
      }
    },
    committed: () => {
      depth = measure().depth;
    },
  };
}
