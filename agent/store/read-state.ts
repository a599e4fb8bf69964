import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { FoundRecord } from '../policy/assign-records.ts';
import { MIGRATIONS } from './migrations.ts';
import { OUTBOX_DROPPED } from './outbox.ts';
import { parseRecord } from './record-schema.ts';
import { isDamage } from './state-failure.ts';
import { BORN_MARK, STATE_FILE } from './state-files.ts';
import { LOST_MARK } from './state-store.ts';

/** What the state holds, as somebody sees it who only looks. */
export type StoredState = {
  /** By the name of the slot; `lost` where a history can't be read. */
  readonly records: ReadonlyMap<string, FoundRecord>;
  /** Whether a history was lost here once. */
  readonly isHistoryLost: boolean;
  /** Order events that wait for the broker, and those given up for lack of room. */
  readonly outbox: { readonly depth: number; readonly dropped: number };
};

/** `why` is a sentence that names the remedy. */
export type StateReading =
  | { readonly ok: true; readonly state: StoredState }
  | { readonly ok: false; readonly why: string };

/** Somebody who starts or stops while we look changes how to look; again and again is a service that falls over. */
const LOOKS_MAX = 5;

/**
 * Reads the state without a trace: no lock is taken, nothing is written, made, checkpointed or set aside, and the folder
 * need not be writable. Safe while a service writes. (The one exception: after a crash that left a journal without its
 * index, SQLite has to make the index, `state.db-shm`, anew.)
 */
export function readState(stateDir: string): StateReading {
  const looked = lookAt(stateDir, (database) => readFrom(database, stateDir));
  return looked.kind === 'failed' ? { ok: false, why: looked.why } : (looked.value ?? withoutFile(stateDir));
}

/**
 * Lets SQLite look through the whole file for damage, as quietly as `readState` reads it. Takes as long as the file is
 * large. `absent`: no state has been written there.
 */
export function checkState(
  stateDir: string,
): { readonly kind: 'sound' | 'absent' } | { readonly kind: 'failed'; readonly why: string } {
  const looked = lookAt(stateDir, (database) => {
    // sqlite.org/pragma.html#pragma_quick_check: one row `ok`, or a row for each fault.
    const faults = database.prepare('PRAGMA quick_check(1)').all();
    return faults.every((row) => row['quick_check'] === 'ok') ? 'sound' : 'damaged';
  });
  if (looked.kind === 'failed') return looked;
  if (looked.value === null) return { kind: 'absent' };
  return looked.value === 'sound' ? { kind: 'sound' } : { kind: 'failed', why: damagedWhy(stateDir) };
}

type Looked<Value> =
  /** null: there is no file. */
  { readonly kind: 'seen'; readonly value: Value | null } | { readonly kind: 'failed'; readonly why: string };

function lookAt<Value>(stateDir: string, look: (database: DatabaseSync) => Value): Looked<Value> {
  const path = join(stateDir, STATE_FILE);
  let why = '';
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    if (!existsSync(path)) return { kind: 'seen', value: null };
    const before = sightOf(path);
    try {
      const value = openAndLook(path, before.way, look);
      // Without locks, what was read counts only if nobody wrote meanwhile.
      if (before.way !== 'immutable=1' || sightOf(path).mark === before.mark) return { kind: 'seen', value };
    } catch (error) {
      why = unreadableWhy(stateDir, error);
      if (existsSync(path) && sightOf(path).mark === before.mark) return { kind: 'failed', why };
    }
  }
  return {
    kind: 'failed',
    why: why || `The state in ${stateDir} changes all the time. Try again in a moment.`,
  };
}

/**
 * How to open the database (sqlite.org/wal.html#read_only_databases, sqlite.org/c3ref/open.html). With a journal beside
 * it, as a reader that never touches the shared index; without one it is at rest, and may be taken as it lies there.
 */
function sightOf(path: string): { readonly way: string; readonly mark: string } {
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  const hasIndex = existsSync(`${path}-shm`);
  const file = statSync(path, { throwIfNoEntry: false });
  const mark = [wal !== undefined, hasIndex, file?.ino, file?.size, file?.mtimeMs].join();
  if (wal !== undefined && hasIndex) return { way: 'readonly_shm=1', mark };
  return { way: wal === undefined || wal.size === 0 ? 'immutable=1' : 'mode=ro', mark };
}

function openAndLook<Value>(path: string, way: string, look: (database: DatabaseSync) => Value): Value {
  const database = new DatabaseSync(`${pathToFileURL(path).href}?${way}`, { readOnly: true });
  try {
    // One transaction, one moment: records and outbox belong together.
    database.exec('BEGIN');
    return look(database);
  } finally {
    database.close();
  }
}

function readFrom(database: DatabaseSync, stateDir: string): StateReading {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > MIGRATIONS.length)
    return {
      ok: false,
      why: `The state in ${stateDir} was written by a newer replenish-agent. Use that version to look at it.`,
    };
  // A file without tables is one that lost them, or one whose first start was cut short.
  if (version === 0) return withoutFile(stateDir);
  const records = database.prepare('SELECT name, record FROM slot').all();
  const counters = new Map(
    database
      .prepare('SELECT name, value FROM counter')
      .all()
      .map((row) => [String(row['name']), Number(row['value'])]),
  );
  const depth = Number(database.prepare('SELECT count(*) AS depth FROM outbox').get()?.['depth'] ?? 0);
  return {
    ok: true,
    state: {
      records: new Map(
        records.map((row) => [String(row['name']), parseRecord(String(row['record'])) ?? 'lost']),
      ),
      isHistoryLost: (counters.get(LOST_MARK) ?? 0) !== 0,
      outbox: { depth, dropped: counters.get(OUTBOX_DROPPED) ?? 0 },
    },
  };
}

function withoutFile(stateDir: string): StateReading {
  if (existsSync(join(stateDir, BORN_MARK)))
    return { ok: true, state: { records: new Map(), isHistoryLost: true, outbox: { depth: 0, dropped: 0 } } };
  return {
    ok: false,
    why: `There is no state in ${stateDir}: no service has run there yet, or this user may not look into it. Name its directory with --state-dir (the log of the service tells it), or use sudo.`,
  };
}

function unreadableWhy(stateDir: string, error: unknown): string {
  if (isDamage(error)) return damagedWhy(stateDir);
  const what = error instanceof Error ? error.message : String(error);
  return `The state in ${stateDir} can't be read (${what}). Use sudo, or the user of the service; ls -l ${stateDir} tells whose it is.`;
}

function damagedWhy(stateDir: string): string {
  return `The state in ${stateDir} is damaged. Start the service: it sets the file aside and holds every slot until a refill, or "replenish-agent resolve", tells where it stands.`;
}
