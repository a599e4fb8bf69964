import { join } from 'node:path';
import { stateFailure } from './state-failure.ts';
import { LOCK_FILE } from './state-files.ts';
import { prepareFolder } from './state-folder.ts';
import { lockState } from './state-lock.ts';

/** The state directory is there, and ours alone until the release. */
export type StateHold = { readonly stateDir: string; release(): void };

/**
 * Makes the state directory if need be (0700, files 0600), and locks it.
 * @throws CodedError STATE_IN_USE, STATE_UNWRITABLE
 */
export function holdState(stateDir: string): StateHold {
  try {
    prepareFolder(stateDir);
    return { stateDir, release: lockState(join(stateDir, LOCK_FILE), stateDir) };
  } catch (error) {
    throw stateFailure(stateDir, error);
  }
}
