import { accessSync, constants, statfsSync } from 'node:fs';
import { CodedError } from '../system/coded-error.ts';

/** SQLite's result codes that are told apart here (sqlite.org/rescode.html). */
const BUSY = 5;
const IOERR = 10;
const CORRUPT = 11;
const NOTADB = 26;

type Trouble = { readonly why: string; readonly remedy: string };

const DENIED: Trouble = {
  why: 'this user may not write there',
  remedy:
    'Give it and its files to this user (chown -R), or give a directory that this user may write with --state-dir.',
};
const READ_ONLY: Trouble = {
  why: 'it can only be read',
  remedy: 'Look whether its file system is mounted read-only (findmnt), and make it writable.',
};
const FULL: Trouble = { why: 'the disk is full', remedy: 'Free some space (df -h).' };
const FAILING: Trouble = {
  why: 'the disk fails',
  remedy: 'Look at the kernel log (dmesg), and replace the disk or card if it is dying.',
};
const FOLDER: Trouble = {
  why: 'there is a folder where a file has to be',
  remedy: 'Move that folder away, then start again.',
};
const NO_FILE: Trouble = {
  why: 'one of its files cannot be opened',
  remedy: 'Look at them (ls -l): each has to be a plain file that this user may write.',
};
const NOT_UNDERSTOOD: Trouble = {
  why: 'this version cannot work with the state in it',
  remedy: 'The state was left as it was: install the version that wrote it, and please report this.',
};
const IN_USE: Trouble = {
  why: 'another program is at it (a sqlite3 shell, a backup?)',
  remedy: 'End that program: fuser tells which it is.',
};
const DAMAGED: Trouble = {
  why: 'its file is damaged',
  remedy:
    'Restart the agent: it sets the file aside and holds every slot until a refill tells where it stands.',
};
const OTHER: Trouble = {
  why: 'it cannot be worked with',
  remedy: 'Give a directory that this user may write with --state-dir.',
};

const TROUBLES: Readonly<Record<string, Trouble>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: READ_ONLY,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EIO: FAILING,
  EISDIR: FOLDER,
  'SQLite 1': NOT_UNDERSTOOD,
  'SQLite 3': DENIED,
  'SQLite 5': IN_USE,
  'SQLite 8': READ_ONLY,
  'SQLite 11': DAMAGED,
  'SQLite 13': FULL,
  'SQLite 14': NO_FILE,
  'SQLite 26': DAMAGED,
};

/** Whether SQLite found the file not to be a sound database. Any other failure says nothing about what is in it. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === CORRUPT || code === NOTADB;
}

/** Whether SQLite found somebody else at the file. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === BUSY;
}

/**
 * What a failure of the state directory is to a person: STATE_IN_USE when another program is at it, STATE_UNWRITABLE
 * for every other failure of SQLite or the file system. Anything else is a defect, and comes back as it is.
 */
export function stateFailure(stateDir: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CodedError) return error;
  if (isBusy(error)) {
    return new CodedError(
      'STATE_IN_USE',
      `Another program is at the state in ${stateDir} (a sqlite3 shell, a backup?). End it, then start again: fuser ${stateDir}/state.db tells which it is.`,
      error,
    );
  }
  const trouble = troubleOf(stateDir, error);
  if (trouble === null) return error;
  const { why, remedy } = trouble;
  return unusable(stateDir, `${why} (${error.message})`, remedy, error);
}

/** Does work on the state while the agent runs. @throws what `accessFailure` makes of a failure. */
export type StateAccess = <T>(deed: 'read' | 'written', work: () => T) => T;

export function accessTo(stateDir: string): StateAccess {
  return (deed, work) => {
    try {
      return work();
    } catch (error) {
      throw accessFailure(stateDir, deed, error);
    }
  };
}

/**
 * What a refused read or write is to a person while the agent runs: STATE_UNWRITABLE, with a sentence that can be
 * reported. A defect comes back as it is.
 */
export function accessFailure(stateDir: string, deed: 'read' | 'written', error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CodedError) return error;
  const trouble = troubleOf(stateDir, error);
  if (trouble === null) return error;
  const { why, remedy } =
    trouble === OTHER ? { why: `SQLite says "${error.message}"`, remedy: 'Please report this.' } : trouble;
  return new CodedError(
    'STATE_UNWRITABLE',
    `The state in ${stateDir} can't be ${deed}: ${why}. ${remedy} Nothing is ordered meanwhile; the agent tries again by itself.`,
    error,
  );
}

function troubleOf(stateDir: string, error: Error): Trouble | null {
  const code = sqliteCode(error);
  if (code === IOERR) return causeOfIoError(stateDir);
  const name = code === null ? systemCode(error) : `SQLite ${code}`;
  return name === null ? null : (TROUBLES[name] ?? OTHER);
}

/** SQLite calls most of what the system refuses an I/O error, and keeps the reason to itself: the folder tells. */
function causeOfIoError(stateDir: string): Trouble {
  try {
    accessSync(stateDir, constants.W_OK);
    // What is left for root alone is no room for the agent.
    return statfsSync(stateDir).bavail === 0 ? FULL : FAILING;
  } catch (error) {
    const code = error instanceof Error ? systemCode(error) : null;
    return TROUBLES[code ?? ''] ?? FAILING;
  }
}

/** @param why what is wrong, a clause. @param remedy what to do, a sentence. */
export function unusable(
  stateDir: string,
  why: string,
  remedy: string = OTHER.remedy,
  cause?: unknown,
): CodedError {
  return new CodedError(
    'STATE_UNWRITABLE',
    `The state directory ${stateDir} can't be used: ${why}. ${remedy}`,
    cause,
  );
}

/** The primary result code; the extended one only adds where it happened. */
function sqliteCode(error: unknown): number | null {
  const isSqlite = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
  return isSqlite ? Number(error.errcode) & 0xff : null;
}

function systemCode(error: Error): string | null {
  return 'syscall' in error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
