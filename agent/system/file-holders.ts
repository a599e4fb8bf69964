import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A process that has a file open. */
export type Holder = {
  readonly pid: number;
  /** The program's short name, `agetty`; null when it has just ended. */
  readonly name: string | null;
  /** What it was started as, shortened; null when it has just ended. */
  readonly command: string | null;
  /** Every file that it has open. */
  readonly files: ReadonlySet<string>;
};

const TEXT_LENGTH_MAX = 60;

/**
 * Who else has one of these files open, as far as this user may look (proc(5)): other users' processes keep it to
 * themselves. Never throws: what can't be read is left out.
 *
 * @param files their real paths. @param procFolder `/proc`.
 */
export function holdersOf(files: ReadonlySet<string>, procFolder: string): readonly Holder[] {
  return entries(procFolder).flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const open = openFiles(join(procFolder, entry, 'fd'));
    if (![...files].some((file) => open.has(file))) return [];
    return [
      {
        pid,
        name: shortText(join(procFolder, entry, 'comm')),
        command: shortText(join(procFolder, entry, 'cmdline')),
        files: open,
      },
    ];
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

/** What programs call themselves goes to a terminal: one short line without control characters. */
function shortText(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8')
      .replaceAll(/[\p{Cc}\s]+/gu, ' ')
      .trim();
    return text === '' ? null : text.slice(0, TEXT_LENGTH_MAX);
  } catch {
    return null;
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
