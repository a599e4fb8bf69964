import type { Cancel, Timing } from '../../hardware/timing.ts';
import {
  type AccessToken,
  isRejected,
  parseAccessToken,
  type TokenSource,
  type TokenStatus,
  withRejected,
} from './access-token.ts';
import { type PathWatch, watchPath } from './path-watch.ts';
import { readSecretFile, stampOf } from './secret-file.ts';

/**
 * How often the file is looked at even if no event came. Events are what brings a new token at once, but they don't tell
 * everything: a mount over the folder, a file system without inotify, the kernel's limit of watches, a folder further up
 * that was moved away. A token missed for good would hold every slot until a restart, so a look that costs a few calls
 * of stat and no write is worth it.
 */
const POLL_MS = 30_000;

export type FileTokenDeps = {
  readonly path: string;
  readonly timing: Timing;
  readonly onChange: () => void;
};

/**
 * The access token in a file that somebody else keeps fresh: replaced by a rename, behind links, in a folder that is
 * removed and made again. The first file may come long after us.
 */
export function createFileToken({ path, timing, onChange }: FileTokenDeps): TokenSource {
  let token: AccessToken | null = null;
  let error: string | null = null;
  let rejected: readonly string[] = [];
  /** Stamp of the file when its content was read; null when it could not be read. */
  let readStamp: string | null = null;
  let pathWatch: PathWatch | null = null;
  let cancelPoll: Cancel | null = null;

  const read = (): void => {
    const before = { text: token?.text, error };
    // Taken before the content is: a change between the two shows as a new stamp at the next look.
    const stamp = stampOf(path);
    const result = readToken(path);
    token = result.token;
    error = result.error;
    readStamp = result.isRead ? stamp : null;
    if (token?.text !== before.text || error !== before.error) onChange();
  };

  const poll = (): void => {
    cancelPoll = timing.after(POLL_MS, () => {
      poll();
      pathWatch?.rearm();
      if (readStamp === null || stampOf(path) !== readStamp) read();
    });
  };

  return {
    start: () => {
      pathWatch ??= watchPath(path, read);
      cancelPoll?.();
      poll();
      // Read after the watch stands, so that no change falls between the two.
      read();
    },
    current: () => token,
    status: (): TokenStatus => {
      if (token === null) return { state: 'missing', expiresAtMs: null, error };
      return { state: isRejected(token, rejected) ? 'rejected' : 'valid', expiresAtMs: null, error };
    },
    refresh: (rejectedFingerprint) => {
      rejected = withRejected(rejected, rejectedFingerprint);
      read();
      onChange();
    },
    stop: () => {
      pathWatch?.close();
      pathWatch = null;
      cancelPoll?.();
    },
  };
}

type TokenFile = {
  readonly token: AccessToken | null;
  readonly error: string | null;
  /** Whether its content is known; without it only another try helps. */
  readonly isRead: boolean;
};

function readToken(path: string): TokenFile {
  const unusable = (why: string, isRead: boolean): TokenFile => ({
    token: null,
    error: `Token file ${path}: ${why}.`,
    isRead,
  });
  const file = readSecretFile(path, 'access token');
  if (file.kind === 'unreadable') return unusable(file.why, false);
  const token = file.text === null ? null : parseAccessToken(file.text);
  if (token !== null) return { token, error: null, isRead: true };
  const what = file.text === '' ? 'it is empty' : 'its content is not an access token (one line, no spaces)';
  return unusable(`${what}; write the access token into it`, true);
}
