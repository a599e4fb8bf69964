import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
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

const done = { at: instantSchema, againInMs: z.number().check(z.nonnegative()) };

const dutyBook: z.ZodMiniType<DutyBook> = z.strictObject({
  device: z.nullable(z.strictObject(done)),
  slots: z.record(z.string(), z.strictObject({ ...done, levelPercent: z.number() })),
  used: z._default(z.record(z.string(), z.number()), {}),
  endedToken: z.nullable(z.string()),
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
    const parsed = dutyBook.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
