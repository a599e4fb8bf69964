import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { checkConfig, type NamedFile } from './check.ts';
import type { Config } from './config.ts';
import type { Problem } from './problem.ts';

/** A configuration with 256 slots takes about 100 KiB. */
const LARGEST_FILE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 32 * 1024;

/** `text` is what was read, for showing the lines that problems are in; null when nothing could be read. */
export type LoadResult = { readonly text: string | null; readonly warnings: readonly Problem[] } & (
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] }
);

/**
 * Reads and judges a configuration file. Every mistake is a value, with line, column and remedy; a file that cannot
 * be read at all is one mistake in line 0. Secrets and certificates that are absent are warnings.
 *
 * @param env `credentialsDirectory` is $CREDENTIALS_DIRECTORY, as systemd sets it.
 */
export function loadConfig(
  path: string,
  env: { readonly credentialsDirectory?: string | undefined },
): LoadResult {
  const text = readText(path);
  if (typeof text !== 'string') return { ok: false, problems: [text], warnings: [], text: null };
  const credentials = env.credentialsDirectory;
  const checked = checkConfig(text, {
    config: dirname(resolve(path)),
    credentials: credentials === undefined || credentials === '' ? null : resolve(credentials),
  });
  if (!checked.ok) return { ...checked, text };
  const absent = checked.files.flatMap((named) => {
    const message = unreadableMessage(named);
    return message === null ? [] : [checked.warn(named.path, message)];
  });
  return { ok: true, config: checked.config, warnings: [...checked.warnings, ...absent], text };
}

/** The text, or why there is none. */
function readText(path: string): string | Problem {
  let bytes: Buffer;
  try {
    bytes = readBounded(path);
  } catch (error) {
    return wholeFile(openMessage(path, errorCode(error)));
  }
  if (bytes.length > LARGEST_FILE_BYTES)
    return wholeFile(`${path} is larger than 1 MiB: this is not a configuration`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return wholeFile(`${path} is not UTF-8 text: save it as UTF-8`);
  }
}

/** At most a little more than the bound, whatever kind of file it is. */
function readBounded(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    while (length <= LARGEST_FILE_BYTES) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const count = readSync(descriptor, chunk, 0, CHUNK_BYTES, null);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      length += count;
    }
    return Buffer.concat(chunks, length);
  } finally {
    closeSync(descriptor);
  }
}

function wholeFile(message: string): Problem {
  return { line: 0, column: 0, path: '', found: null, message };
}

function openMessage(path: string, code: string): string {
  switch (code) {
    case 'ENOENT':
      return `there is no file ${path}: name one with --config, or type replenish-agent init to make it`;
    case 'EACCES':
      return `${path} may not be read by this user: run "chmod o+r ${path}", or give the file to the user of the service`;
    case 'EISDIR':
      return `${path} is a folder: name the file in it, as in --config ${path.replace(/\/+$/, '')}/agent.yaml`;
    default:
      return `${path} cannot be read (${code}): check the path and the disk`;
  }
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

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
