import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { replaceDurably, syncFolder } from '../system/durable-file.ts';
import { parseRefreshToken } from './lwa-answer.ts';
import { readSecretFile } from './secret-file.ts';

/** The refresh token that counts now, or why there is none. */
export type RefreshTokenReading =
  | {
      readonly token: string;
      /** Tells what was provisioned apart from what is provisioned later. */
      readonly provisioned: string;
    }
  | { readonly token: null; readonly error: string };

export type RefreshTokenKeeper = {
  read(): RefreshTokenReading;
  /**
   * Makes durable that Login with Amazon gave another refresh token in place of one that was read. When something else
   * has been provisioned since, that counts, and nothing is written.
   *
   * @param provisioned of the reading that it descends from.
   * @throws what the file system says of the last place that was tried.
   */
  replace(provisioned: string, token: string): void;
};

/** Where rotated refresh tokens are kept when the file's folder can't be written to. In the state directory. */
const KEPT_FILE = 'refresh-token.json';

const kept = v.object({ descendsFrom: v.string(), refreshToken: v.string() });

/**
 * The refresh token in its file. Amazon may replace it with each use, and the old one may be dead then, so the new one
 * goes into the file at once. Where that can't be ($CREDENTIALS_DIRECTORY is read-only, and shows the old file again at
 * every start), it is kept in the state directory, with the fingerprint of the file's token that it descends from: as
 * long as the file shows that one the kept token counts, and any other file is newer.
 */
export function refreshTokenFile(path: string, stateDir: string): RefreshTokenKeeper {
  const keptPath = join(stateDir, KEPT_FILE);

  const readFile = (): RefreshTokenReading => {
    const unusable = (why: string) => ({ token: null, error: `Refresh token file ${path}: ${why}.` });
    const file = readSecretFile(path, 'refresh token (replenish-agent register)');
    if (file.kind === 'unreadable') return unusable(file.why);
    const token = file.text === null ? null : parseRefreshToken(file.text);
    if (token !== null) return { token, provisioned: fingerprintOf(token) };
    const what =
      file.text === '' ? 'it is empty' : 'its content is not a refresh token (one line, no spaces)';
    return unusable(`${what}; register the device (replenish-agent register)`);
  };

  return {
    read: () => {
      const file = readFile();
      if (file.token === null) return file;
      const later = readKept(keptPath);
      return later?.descendsFrom === file.provisioned ? { ...file, token: later.refreshToken } : file;
    },
    replace: (provisioned, token) => {
      const file = readFile();
      if (file.token === null || file.provisioned !== provisioned) return;
      try {
        // Behind links: the link stays, and what it leads to is replaced.
        replaceDurably(realpathSync(path), `${token}\n`);
      } catch {
        replaceDurably(keptPath, JSON.stringify({ descendsFrom: provisioned, refreshToken: token }));
        return;
      }
      forget(keptPath, stateDir);
    },
  };
}

/** What is kept descends from no file any more: it is harmless, but a secret that nobody needs should not lie about. */
function forget(keptPath: string, stateDir: string): void {
  try {
    rmSync(keptPath);
    syncFolder(stateDir);
  } catch {
    // Usually there is none.
  }
}

function readKept(path: string): v.InferOutput<typeof kept> | null {
  const file = readSecretFile(path, 'refresh token');
  if (file.kind === 'unreadable' || file.text === null) return null;
  try {
    const read = v.safeParse(kept, JSON.parse(file.text));
    return read.success && parseRefreshToken(read.output.refreshToken) !== null ? read.output : null;
  } catch {
    return null;
  }
}

function fingerprintOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}
