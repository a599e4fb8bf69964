/**
 * The schema's history: `user_version` of the database counts how many of these have run. Only ever append.
 * JSON columns hold the types of `agent/policy/slot-state.ts`; a change there that an old row can't satisfy needs a
 * migration here.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE slot (
     name TEXT PRIMARY KEY,
     record TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE outbox (
     sequence INTEGER PRIMARY KEY AUTOINCREMENT,
     slot TEXT NOT NULL,
     payload TEXT NOT NULL
   ) STRICT;
   CREATE TABLE counter (
     name TEXT PRIMARY KEY,
     value INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  `UPDATE slot SET record = json_set(record, '$.snooze', json('null')) WHERE json_valid(record);
   CREATE TABLE command (
     sequence INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     command TEXT NOT NULL,
     ok INTEGER,
     message TEXT
   ) STRICT;`,
  `CREATE TABLE duty (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     book TEXT NOT NULL
   ) STRICT;`,
  `ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'order';`,
];
