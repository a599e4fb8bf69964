import type { LoadResult } from '../../config/load.ts';
import { loadForService } from '../../config/load-for-service.ts';
import { makeFirstContact } from '../report/first-contact.ts';
import { holdState, type StateHold } from '../store/hold-state.ts';
import { looksOpenable } from '../store/state-glance.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../system/clock.ts';
import { CodedError } from '../system/coded-error.ts';
import { createAttendant } from './attendant.ts';
import { firstDirectory, STATE_DIR_DEFAULT } from './directories.ts';
import type { RunRequest } from './run-request.ts';
import { listenForSignals, type ServiceSignals } from './service-signals.ts';

/**
 * `run`: the service. Ends on SIGTERM and SIGINT with 0, on SIGHUP takes the configuration up anew.
 * Returns the exit code.
 */
export async function run(request: RunRequest, version: string, env: NodeJS.ProcessEnv): Promise<number> {
  const signals = listenForSignals();
  try {
    return await begin(request, version, env, signals);
  } finally {
    signals.release();
  }
}

/**
 * In the order in which a subscriber learns soonest that the device is there: a faultless configuration and a state that
 * is ours alone, then the broker, and only then all the rest.
 */
async function begin(
  request: RunRequest,
  version: string,
  env: NodeJS.ProcessEnv,
  signals: ServiceSignals,
): Promise<number> {
  const load = (): Promise<LoadResult> =>
    loadForService(request.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  const loaded = await load();
  if (!loaded.ok) {
    const { printProblems } = await import('../../config/print-problems.ts');
    process.stderr.write(`${printProblems(loaded.problems, request.config, loaded.text).join('\n')}\n`);
    return 78;
  }
  let hold: StateHold;
  try {
    hold = holdState(request.stateDir ?? firstDirectory(env, 'STATE_DIRECTORY') ?? STATE_DIR_DEFAULT);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  const clock = createClock(BELIEVABLE_FROM_MS);
  const attendant = createAttendant(env, clock);
  const contact = makeFirstContact(loaded.config, {
    timing: attendant.life.attend(clock),
    random: Math.random,
    onHeard: attendant.life.show,
  });
  // A start that is likely to fail says nothing: `online` and `offline` by turns would look like a bad connection.
  if (looksOpenable(hold.stateDir) && request.record === null) {
    contact.begin();
    await contact.made();
  }
  const { serve } = await import('./serve.ts');
  return serve({ request, version, env, signals, load, loaded, attendant, clock, begun: { hold, contact } });
}
