import { userInfo } from 'node:os';

/** Who the process runs as, for sentences about permissions. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the user database, as in many containers.
    return String(process.getuid?.() ?? 'unknown');
  }
}
