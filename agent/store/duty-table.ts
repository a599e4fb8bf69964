import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { finiteNumber, jsonRecord } from '../../config/json-value.ts';
import { type DutyBook, EMPTY_BOOK } from '../duty/duty-book.ts';
import { instantSchema } from './instant-schema.ts';
import type { StateAccess } from './state-failure.ts';

export type StoredDuties = {
  /** What was done before; nothing when it can't be read: then it is done again, which harms nobody. */
  load(): DutyBook;
  /** @throws when the disk refuses; then it counts until the process ends. */
  save(book: DutyBook): void;
  /** Writes within the caller's transaction, and counts nothing before `committed`. */
  write(book: DutyBook): void;
  /** The caller's transaction is durable. */
  committed(book: DutyBook): void;
};

const done = { at: instantSchema, againInMs: v.pipe(finiteNumber, v.minValue(0)) };

const dutyBook: v.GenericSchema<unknown, DutyBook> = v.strictObject({
  device: v.nullable(v.strictObject(done)),
  slots: jsonRecord(v.string(), v.strictObject({ ...done, levelPercent: finiteNumber })),
  used: v.optional(jsonRecord(v.string(), finiteNumber), {}),
  endedToken: v.nullable(v.string()),
});

/** The one row that remembers what DRS was told. */
export function openDutyTable(database: DatabaseSync, access: StateAccess): StoredDuties {
  const select = database.prepare('SELECT book FROM duty WHERE id = 1');
  const upsert = database.prepare(
    'INSERT INTO duty (id, book) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET book = excluded.book',
  );
  let known = parseBook(select.get()?.['book']) ?? EMPTY_BOOK;
  return {
    load: () => known,
    save: (book) => {
      // What was done is done, also when the disk will not have it: it must not be done again and again.
      known = book;
      access('written', () => upsert.run(JSON.stringify(book)));
    },
    write: (book) => {
      upsert.run(JSON.stringify(book));
    },
    committed: (book) => {
      known = book;
    },
  };
}

function parseBook(json: unknown): DutyBook | null {
  if (typeof json !== 'string') return null;
  try {
    const parsed = v.safeParse(dutyBook, JSON.parse(json));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
