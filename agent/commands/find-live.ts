import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { openAlone } from '../live/alone.ts';
import { aloneSource, type LiveSource, serviceSource } from '../live/live-source.ts';
import { readState, type StoredState } from '../store/read-state.ts';
import { LOCK_FILE, STATE_FILE } from '../store/state-files.ts';
import { isStateHeld } from '../store/state-lock.ts';
import type { SystemClock } from '../system/clock.ts';
import { findService, stateDirOf } from './surroundings.ts';

/** `busy`: another command has the sensors, or a service that is about to answer. */
export type FoundLive =
  | { readonly kind: 'live'; readonly source: LiveSource }
  | { readonly kind: 'busy'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly code: 1 | 78 };

export type LiveDeps = {
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: SystemClock;
};

/** The live view of the running service; without one the sensors are read here. */
export async function findLive(where: Whereabouts, { version, env, clock }: LiveDeps): Promise<FoundLive> {
  const found = await findService(where, env, clock);
  if (found.kind === 'connected') return { kind: 'live', source: serviceSource(found.connection) };
  if (found.kind === 'refused') return { kind: 'failed', why: found.why, code: 1 };
  const loaded = loadConfig(where.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  if (!loaded.ok) {
    const why = printProblems(loaded.problems, where.config, loaded.text).join('\n');
    return { kind: 'failed', why, code: 78 };
  }
  const stateDir = stateDirOf(where, env);
  const isHeld = (): boolean => isStateHeld(join(stateDir, LOCK_FILE));
  try {
    if (isHeld())
      return { kind: 'busy', why: `Another replenish-agent has the sensors (${stateDir}). Waiting for it.` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why = `Whether a service runs on ${stateDir} can't be seen (${code}). Use sudo, or the user of the service.`;
    return { kind: 'failed', why, code: 1 };
  }
  const alone = openAlone(loaded.config, stateOnDisk(stateDir), { version, clock });
  return { kind: 'live', source: aloneSource(alone, isHeld, clock) };
}

/** What can't be read is no reason not to look at the sensors: its slots are shown as held. */
function stateOnDisk(stateDir: string): StoredState {
  const reading = readState(stateDir);
  if (reading.ok) return reading.state;
  const isHistoryLost = existsSync(join(stateDir, STATE_FILE));
  return { records: new Map(), isHistoryLost, outbox: { depth: 0, dropped: 0 } };
}
