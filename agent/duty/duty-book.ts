import type { Instant } from '../system/instant.ts';

/** A daily duty that was done. */
export type Done = {
  /** Here the wall clock counts as trusted when nothing speaks against it: no money hangs on a duty. */
  readonly at: Instant;
  /** When it is to be done again at the latest, milliseconds after `at`. */
  readonly againInMs: number;
};

export type LevelTold = Done & {
  /** The level that DRS was told, percent. */
  readonly levelPercent: number;
};

/** What was done, for the time after a restart. Written when a duty was done and never else. */
export type DutyBook = {
  readonly device: Done | null;
  /** By the id under which the level was told; only slots that are configured. */
  readonly slots: Readonly<Record<string, LevelTold>>;
  /** Up to which level the use of a slot was told, percent, by the same id; only where uses are told. */
  readonly used: Readonly<Record<string, number>>;
  /** Fingerprint of the token whose registration ended; null while none did. */
  readonly endedToken: string | null;
};

export const EMPTY_BOOK: DutyBook = { device: null, slots: {}, used: {}, endedToken: null };

/** The book with a level told; slots that are configured no more are forgotten, so that it stays small. */
export function withLevelTold(
  book: DutyBook,
  slotId: string,
  told: LevelTold,
  configured: ReadonlySet<string>,
): DutyBook {
  const kept = Object.entries(book.slots).filter(([id]) => configured.has(id) && id !== slotId);
  // fromEntries and not assignment: a slot may be called `__proto__`.
  return { ...book, slots: Object.fromEntries([...kept, [slotId, told]]) };
}

/** The book with the use of a slot told down, or refilled up, to a level. */
export function withUseTold(
  book: DutyBook,
  slotId: string,
  levelPercent: number,
  configured: ReadonlySet<string>,
): DutyBook {
  const kept = Object.entries(book.used).filter(([id]) => configured.has(id) && id !== slotId);
  return { ...book, used: Object.fromEntries([...kept, [slotId, levelPercent]]) };
}
