import { readFileSync, statSync } from 'node:fs';

/** A secret's file larger than this is a wrong file. Bytes. */
const FILE_BYTES_MAX = 8192;

export type SecretFile =
  /** Trimmed; null when the file is far too large to be a secret. */
  | { readonly kind: 'text'; readonly text: string | null }
  /** `why` begins with `it`, and names the remedy if `what` is to be written into the file. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** Reads the small file that a secret is in. `what` says for people what belongs into it. */
export function readSecretFile(path: string, what: string): SecretFile {
  try {
    const file = statSync(path);
    // Reading a pipe would stop the whole agent until somebody writes into it.
    if (!file.isFile()) {
      return { kind: 'unreadable', why: `it is not a regular file; put a file with the ${what} there` };
    }
    return { kind: 'text', text: file.size <= FILE_BYTES_MAX ? readFileSync(path, 'utf8').trim() : null };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const why =
      code === 'ENOENT'
        ? `it is not there yet; write the ${what} into it`
        : `it can't be read (${code}); check its owner and mode`;
    return { kind: 'unreadable', why };
  }
}

/** Changes whenever the file that the path leads to may have changed; null when there is none. */
export function stampOf(path: string): string | null {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch {
    return null;
  }
}
