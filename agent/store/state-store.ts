import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DutyBook } from '../duty/duty-book.ts';
import type { FoundRecord } from '../policy/assign-records.ts';
import type { SlotRecord } from '../policy/slot-state.ts';
import { CodedError } from '../system/coded-error.ts';
import { openCommandLedger, type StoredCommands } from './command-ledger.ts';
import { openDutyTable, type StoredDuties } from './duty-table.ts';
import { holdState, type StateHold } from './hold-state.ts';
import { MIGRATIONS } from './migrations.ts';
import { openOutbox, type StoredOutbox } from './outbox.ts';
import { quarantine } from './quarantine.ts';
import { parseRecord } from './record-schema.ts';
import { accessTo, isDamage, stateFailure, unusable } from './state-failure.ts';
import { BORN_MARK, STATE_FILE } from './state-files.ts';
import { writeDurably } from './write-durably.ts';

/** Set once a state was lost here. */
export const LOST_MARK = 'history-lost';

/** What a decision about one slot leaves: its record, and the reports that belong to it. */
export type SlotCommit = {
  readonly slot: string;
  readonly record: SlotRecord;
  readonly reports: readonly string[];
};

export type StateStore = {
  /** Every history there is, by the name of its slot; `lost` where it can't be read. */
  found(): ReadonlyMap<string, FoundRecord>;
  /**
   * Whether a state was lost here once: then a slot without a history is not a new one. It stays so: nobody knows which
   * slots had a history, and a new one is free with its first filling.
   */
  isHistoryLost(): boolean;
  /**
   * Makes records, and the reports that belong to them, durable in one transaction before it returns.
   * @throws when the disk refuses; then nothing of it is stored.
   */
  commitAll(commits: readonly SlotCommit[]): void;
  /** The same for one slot. */
  commit(slot: string, record: SlotRecord, reports: readonly string[]): void;
  /**
   * Makes the news of a use and what it leaves in the book durable, in one transaction, before it returns.
   * @param report null when there is nothing to tell.
   * @throws when the disk refuses; then nothing of it is stored.
   */
  commitUse(slot: string, report: string | null, book: DutyBook): void;
  /**
   * Puts histories under other names, all of them or none.
   * @param gone names whose history has gone to another name.
   * @throws when the disk refuses.
   */
  reassign(records: ReadonlyMap<string, SlotRecord>, gone: readonly string[]): void;
  readonly outbox: StoredOutbox;
  readonly commands: StoredCommands;
  readonly duties: StoredDuties;
  close(): void;
};

export type StoreOpening = {
  readonly store: StateStore;
  /** Where a damaged state was put, or null. */
  readonly quarantined: string | null;
};

/**
 * Opens the state in a directory that is held; it is let go when the store is closed, or can't be opened.
 * WAL with synchronous FULL: a commit that returned survives a power cut (sqlite.org/pragma.html#pragma_synchronous).
 *
 * @throws CodedError STATE_UNWRITABLE, STATE_TOO_NEW
 */
export function openHeldState({ stateDir, release }: StateHold, wallMs: number): StoreOpening {
  try {
    return openLocked(stateDir, wallMs, release);
  } catch (error) {
    release();
    throw stateFailure(stateDir, error);
  }
}

/**
 * Both in one.
 * @throws CodedError STATE_IN_USE, STATE_UNWRITABLE, STATE_TOO_NEW
 */
export function openStateStore(stateDir: string, wallMs: number): StoreOpening {
  return openHeldState(holdState(stateDir), wallMs);
}

function openLocked(stateDir: string, wallMs: number, release: () => void): StoreOpening {
  const path = join(stateDir, STATE_FILE);
  const born = join(stateDir, BORN_MARK);
  // A state that was there once and is gone, or empty, is not a new device: its orders are forgotten, not unmade.
  const hasVanished = existsSync(born) && (!existsSync(path) || statSync(path).size === 0);
  const opened = openSound(path);
  if (opened !== null) {
    const store = wrap(stateDir, opened, hasVanished, release);
    if (!existsSync(born)) writeDurably(born);
    return { store, quarantined: null };
  }
  const movedTo = quarantine(path, wallMs);
  const fresh = openSound(path);
  if (fresh === null)
    throw unusable(stateDir, 'a new state file was damaged at once; the disk may be failing');
  return { store: wrap(stateDir, fresh, true, release), quarantined: movedTo };
}

/** The database with its schema up to date; null when the file is damaged. */
function openSound(path: string): DatabaseSync | null {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path);
  try {
    database.exec(
      // Small pages: an order changes a few hundred bytes, and each page that it touches is written whole, twice.
      'PRAGMA page_size = 512; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 1048576;',
    );
    const check = database.prepare('PRAGMA quick_check(1)').get();
    if (check?.['quick_check'] === 'ok') {
      migrate(database);
      return database;
    }
  } catch (error) {
    database.close();
    if (isDamage(error)) return null;
    throw error;
  }
  database.close();
  return null;
}

function migrate(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA user_version').get();
  const version = Number(row?.['user_version'] ?? 0);
  if (version > MIGRATIONS.length) {
    throw new CodedError(
      'STATE_TOO_NEW',
      `The state was written by a newer replenish-agent (state version ${version}, this one knows ${MIGRATIONS.length}). Install that version again; the state was left as it is.`,
    );
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version)
      database.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

function wrap(
  stateDir: string,
  database: DatabaseSync,
  isHistoryLost: boolean,
  release: () => void,
): StateStore {
  if (isHistoryLost) setCounter(database, LOST_MARK, 1);
  const selectRecords = database.prepare('SELECT name, record FROM slot');
  const deleteRecord = database.prepare('DELETE FROM slot WHERE name = ?');
  const upsertRecord = database.prepare(
    'INSERT INTO slot (name, record) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET record = excluded.record',
  );
  const access = accessTo(stateDir);
  const outbox = openOutbox(database, access);
  const duties = openDutyTable(database, access);
  const write = (work: () => void): void => access('written', () => inTransaction(database, work));
  const commitAll = (commits: readonly SlotCommit[]): void => {
    write(() => {
      for (const { slot, record, reports } of commits) {
        upsertRecord.run(slot, JSON.stringify(record));
        for (const report of reports) outbox.add('order', slot, report);
      }
    });
    outbox.committed();
  };
  return {
    found: () =>
      new Map(
        selectRecords.all().map((row) => [String(row['name']), parseRecord(String(row['record'])) ?? 'lost']),
      ),
    isHistoryLost: () => getCounter(database, LOST_MARK) !== 0,
    commitAll,
    commit: (slot, record, reports) => commitAll([{ slot, record, reports }]),
    commitUse: (slot, report, book) => {
      write(() => {
        duties.write(book);
        if (report !== null) outbox.add('consumed', slot, report);
      });
      duties.committed(book);
      outbox.committed();
    },
    reassign: (records, gone) =>
      write(() => {
        for (const slot of gone) deleteRecord.run(slot);
        for (const [slot, record] of records) upsertRecord.run(slot, JSON.stringify(record));
      }),
    outbox,
    commands: openCommandLedger(database, access),
    duties,
    close: () => {
      database.close();
      release();
    },
  };
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // A failed COMMIT may have rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function getCounter(database: DatabaseSync, name: string): number {
  return Number(database.prepare('SELECT value FROM counter WHERE name = ?').get(name)?.['value'] ?? 0);
}

function setCounter(database: DatabaseSync, name: string, value: number): void {
  database
    .prepare(
      'INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
    .run(name, value);
}
