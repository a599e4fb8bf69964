import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { FoundRecord } from '../policy/assign-records.ts';
import { MIGRATIONS } from './migrations.ts';
import { OUTBOX_DROPPED } from './outbox.ts';
import { parseRecord } from './record-schema.ts';
import { isDamage } from './state-failure.ts';
import { BORN_MARK, LOST_MARK, STATE_FILE } from './state-store.ts';

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
  const path = join(stateDir, STATE_FILE);
  let why = '';
  for (let look = 0; look < LOOKS_MAX; look++) {
    if (!existsSync(path)) return withoutFile(stateDir);
    const before = sightOf(path);
    try {
      const reading = readFrom(path, before.way, stateDir);
      // Without locks, what was read counts only if nobody wrote meanwhile.
      if (before.way !== 'immutable=1' || sightOf(path).mark === before.mark) return reading;
    } catch (error) {
      why = unreadableWhy(stateDir, error);
      if (existsSync(path) && sightOf(path).mark === before.mark) return { ok: false, why };
    }
  }
  return { ok: false, why: why || `The state in ${stateDir} changes all the time. Try again in a moment.` };
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

function readFrom(path: string, way: string, stateDir: string): StateReading {
  const database = new DatabaseSync(`${pathToFileURL(path).href}?${way}`, { readOnly: true });
  try {
    // One transaction, one moment: records and outbox belong together.
    database.exec('BEGIN');
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
  } finally {
    database.close();
  }
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
  if (isDamage(error))
    return `The state in ${stateDir} is damaged. Start the service: it sets the file aside and holds every slot until a refill, or "replenish-agent resolve", tells where it stands.`;
  const what = error instanceof Error ? error.message : String(error);
  return `The state in ${stateDir} can't be read (${what}). Use sudo, or the user of the service; ls -l ${stateDir} tells whose it is.`;
}
