import { closeSync, openSync, readSync } from 'node:fs';
import type { Problem } from './problem.ts';

/** A configuration with 256 slots takes about 100 KiB. */
const LARGEST_FILE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 32 * 1024;

/** The text of a configuration file, or why there is none: one mistake, in line 0. */
export function readText(path: string): string | Problem {
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

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
