import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** A process that has a file open. */
export type Holder = {
  readonly pid: number;
  /** What it was started as, shortened. */
  readonly command: string;
  /** Every file that it has open. */
  readonly files: ReadonlySet<string>;
};

const COMMAND_LENGTH_MAX = 60;

/**
 * Who has this file open, as far as this user may look (proc(5)): other users' processes keep it to themselves.
 * @param procFolder `/proc`.
 */
export function holdersOf(path: string, procFolder: string): readonly Holder[] {
  const real = realpathSync(path);
  return entries(procFolder).flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const files = openFiles(join(procFolder, entry, 'fd'));
    return files.has(real) ? [{ pid, command: commandOf(join(procFolder, entry, 'cmdline')), files }] : [];
  });
}

function openFiles(folder: string): ReadonlySet<string> {
  return new Set(
    entries(folder).flatMap((entry) => {
      try {
        return [readlinkSync(join(folder, entry))];
      } catch {
        // Closed in the meantime.
        return [];
      }
    }),
  );
}

function commandOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', ' ').trim().slice(0, COMMAND_LENGTH_MAX);
  } catch {
    return 'a process that has just ended';
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
