import { accessSync, constants } from 'node:fs';
import { faultlessConfig } from './faultless.ts';
import { type FileSurroundings, foldersOf } from './folders.ts';
import type { LoadResult } from './load.ts';
import { type NamedFile, namedFiles } from './named-files.ts';
import { readText } from './read-text.ts';

/**
 * The same as `loadConfig`, for the service: a file about which there is nothing to say is read in a fifth of the time
 * and of the memory. Whatever else is loaded only when there is something to say.
 */
export async function loadForService(path: string, env: FileSurroundings): Promise<LoadResult> {
  const text = readText(path);
  const config = typeof text === 'string' ? faultlessConfig(text, foldersOf(path, env)) : null;
  if (typeof text === 'string' && config !== null && namedFiles(config).every(isReadable))
    return { ok: true, config, warnings: [], text };
  return (await import('./load.ts')).judgeRead(text, path, env);
}

function isReadable({ file }: NamedFile): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
