import { statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { userName } from '../../hardware/user-name.ts';
import { checkState, readState } from '../store/read-state.ts';
import { STATE_FILE } from '../store/state-files.ts';
import { type Check, fail, ok, quoted, warn } from './check.ts';

/** The journal grows by some kilobytes for each order; a full disk stops all orders. */
const FREE_BYTES_MIN = 4 * 1024 * 1024;
const FREE_BYTES_LITTLE = 64 * 1024 * 1024;
/** SQLite writes its log back at 4 MB; far more means that something keeps it from doing so. */
const WAL_BYTES_MUCH = 32 * 1024 * 1024;

/** The state directory: writable, with room, and a sound database in it. Leaves no trace. */
export const diskCheck: Check = {
  name: 'disk',
  run: async ({ stateDir, may, service, command }) => {
    const folder = statSync(stateDir, { throwIfNoEntry: false });
    if (folder === undefined) {
      return may('write', existingAbove(stateDir))
        ? warn(`There is no ${stateDir} yet: the service makes it when it first starts.`, null)
        : fail(
            `There is no ${stateDir}, and user ${userName()} may not make it.`,
            `sudo mkdir -p ${quoted(stateDir)}`,
          );
    }
    if (!folder.isDirectory()) return fail(`${stateDir} is no folder.`, `ls -ld ${quoted(stateDir)}`);
    if (!may('read', stateDir) || !may('write', stateDir)) {
      // A state that the service can work with is as it should be, though it is closed to whoever looks.
      if ((await service()).kind === 'running')
        return warn(
          `${stateDir} is the service's own: user ${userName()} may not look into it.`,
          `sudo ${command('doctor')}`,
        );
      return fail(
        `User ${userName()} may not write in ${stateDir}.`,
        `sudo chown -R ${userName()} ${quoted(stateDir)}`,
      );
    }
    const { bavail, bsize } = statfsSync(stateDir);
    const free = bavail * bsize;
    if (free < FREE_BYTES_MIN)
      return fail(`The disk of ${stateDir} is full (${sized(free)} free).`, `df -h ${quoted(stateDir)}`);
    const file = join(stateDir, STATE_FILE);
    if (!may('read', file) && statSync(file, { throwIfNoEntry: false }) !== undefined)
      return fail(
        `User ${userName()} may not read ${file}.`,
        `sudo chown -R ${userName()} ${quoted(stateDir)}`,
      );
    return ofState(stateDir, free);
  },
};

function ofState(stateDir: string, free: number) {
  const room = `${sized(free)} free`;
  const sound = checkState(stateDir);
  if (sound.kind === 'failed') return fail(sound.why, `ls -l ${quoted(stateDir)}`);
  const reading = readState(stateDir);
  if (sound.kind === 'absent' && !reading.ok) return warn(`${stateDir} holds no state yet; ${room}.`, null);
  if (!reading.ok) return fail(reading.why, `ls -l ${quoted(stateDir)}`);
  if (reading.state.isHistoryLost)
    return warn(
      `A history was lost in ${stateDir} once: slots without one begin held; ${room}.`,
      'replenish-agent status',
    );
  const journal = statSync(join(stateDir, `${STATE_FILE}-wal`), { throwIfNoEntry: false })?.size ?? 0;
  const what = `${stateDir} is writable, its state is sound (${sized(journal)} of journal); ${room}.`;
  if (journal > WAL_BYTES_MUCH) return warn(what, 'sudo systemctl restart replenish-agent');
  return free < FREE_BYTES_LITTLE ? warn(what, `df -h ${quoted(stateDir)}`) : ok(what);
}

function existingAbove(path: string): string {
  const above = dirname(path);
  return above === path || statSync(above, { throwIfNoEntry: false }) !== undefined
    ? above
    : existingAbove(above);
}

function sized(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e3)} kB`;
}
