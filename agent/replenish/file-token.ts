import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Cancel, Timing } from '../../hardware/timing.ts';
import { type AccessToken, parseAccessToken, type TokenSource, type TokenStatus } from './access-token.ts';

/** How long to wait before looking again when the folder itself is not there to be watched. */
const FOLDER_RETRY_MS = 30_000;

/** A token file larger than this is a wrong file. Bytes. */
const FILE_BYTES_MAX = 8192;

export type FileTokenDeps = {
  readonly path: string;
  readonly timing: Timing;
  readonly onChange: () => void;
};

/**
 * The access token in a file that somebody else keeps fresh. The folder is watched, not the file: a careful writer
 * replaces the file by a rename, and the first file may come long after us.
 */
export function createFileToken({ path, timing, onChange }: FileTokenDeps): TokenSource {
  let token: AccessToken | null = null;
  let error: string | null = null;
  let rejected: string | null = null;
  let watcher: FSWatcher | null = null;
  let cancelRetry: Cancel | null = null;
  let isStopped = false;

  const read = (): void => {
    const before = `${token?.fingerprint} ${error}`;
    const result = readToken(path);
    token = result.token;
    error = result.error;
    if (`${token?.fingerprint} ${error}` !== before) onChange();
  };

  const watchFolder = (): void => {
    if (isStopped) return;
    try {
      watcher = watch(dirname(path), read);
      watcher.on('error', watchLater);
    } catch {
      watchLater();
    }
    // Read after the watch stands, so that no change falls between the two.
    read();
  };

  const watchLater = (): void => {
    watcher?.close();
    watcher = null;
    cancelRetry?.();
    cancelRetry = timing.after(FOLDER_RETRY_MS, watchFolder);
  };

  return {
    start: watchFolder,
    current: () => token,
    status: (): TokenStatus => {
      if (token === null) return { state: 'missing', expiresAtMs: null, error };
      return { state: token.fingerprint === rejected ? 'rejected' : 'valid', expiresAtMs: null, error };
    },
    refresh: (rejectedFingerprint) => {
      rejected = rejectedFingerprint;
      read();
      onChange();
    },
    stop: () => {
      isStopped = true;
      watcher?.close();
      cancelRetry?.();
    },
  };
}

function readToken(path: string): { token: AccessToken | null; error: string | null } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const remedy =
      code === 'ENOENT'
        ? 'it is not there yet; write the access token into it'
        : `it can't be read (${code}); check its owner and mode`;
    return { token: null, error: `Token file ${path}: ${remedy}.` };
  }
  const token = text.length <= FILE_BYTES_MAX ? parseAccessToken(text.trim()) : null;
  if (token !== null) return { token, error: null };
  const what =
    text.trim() === '' ? 'it is empty' : 'its content is not an access token (one line, no spaces)';
  return { token: null, error: `Token file ${path}: ${what}; write the access token into it.` };
}
