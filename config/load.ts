import { accessSync, constants } from 'node:fs';
import { checkConfig } from './check.ts';
import type { Config } from './config.ts';
import { type FileSurroundings, foldersOf } from './folders.ts';
import type { NamedFile } from './named-files.ts';
import type { Problem } from './problem.ts';
import { errorCode, readText } from './read-text.ts';

/** `text` is what was read, for showing the lines that problems are in; null when nothing could be read. */
export type LoadResult = { readonly text: string | null; readonly warnings: readonly Problem[] } & (
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] }
);

/**
 * Reads and judges a configuration file. Every mistake is a value, with line, column and remedy; a file that cannot
 * be read at all is one mistake in line 0. Secrets and certificates that are absent are warnings.
 */
export function loadConfig(path: string, env: FileSurroundings): LoadResult {
  return judgeRead(readText(path), path, env);
}

/** The same for what `readText` gave: a configuration that comes out of a pipe can be read only once. */
export function judgeRead(text: string | Problem, path: string, env: FileSurroundings): LoadResult {
  if (typeof text !== 'string') return { ok: false, problems: [text], warnings: [], text: null };
  const checked = checkConfig(text, foldersOf(path, env));
  if (!checked.ok) return { ...checked, text };
  const absent = checked.files.flatMap((named) => {
    const message = unreadableMessage(named);
    return message === null ? [] : [checked.warn(named.path, message)];
  });
  return { ok: true, config: checked.config, warnings: [...checked.warnings, ...absent], text };
}

function unreadableMessage({ file, isSecret }: NamedFile): string | null {
  try {
    accessSync(file, constants.R_OK);
    return null;
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOENT')
      return `the file ${file} cannot be read by this user (${code}): correct its permissions`;
    return isSecret
      ? `there is no file ${file} yet: it is taken up when it appears`
      : `there is no file ${file}: put it there, or correct the path`;
  }
}
