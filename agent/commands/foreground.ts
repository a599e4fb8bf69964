import { loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import type { Agent } from '../agent.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { composeAgent } from '../compose.ts';
import type { SystemClock } from '../system/clock.ts';
import { CodedError } from '../system/coded-error.ts';
import { UNWATCHED } from '../system/life-signs.ts';
import type { Log } from '../system/log.ts';
import { type Counterpart, counterpartHere } from './counterpart.ts';
import { listenForEnd } from './signals.ts';
import { stateDirOf } from './surroundings.ts';

export type ForegroundDeps = {
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: SystemClock;
};

/**
 * Runs the whole agent, state lock and all, for as long as `work` takes, and stops it cleanly whatever happens: Ctrl-C
 * ends the work, and a request that is out by then is in the journal. Returns the exit code.
 */
export async function inForeground(
  where: Whereabouts,
  { version, env, clock }: ForegroundDeps,
  work: (counterpart: Counterpart) => Promise<number>,
): Promise<number> {
  const loaded = loadConfig(where.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  if (!loaded.ok) {
    process.stderr.write(`${printProblems(loaded.problems, where.config, loaded.text).join('\n')}\n`);
    return 78;
  }
  let agent: Agent;
  try {
    const stateDir = stateDirOf(where, env);
    agent = composeAgent(loaded.config, {
      stateDir,
      version,
      clock,
      log: troubleLog(),
      recorder: null,
      life: UNWATCHED,
    });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  const signal = listenForEnd();
  try {
    await agent.start();
    return await Promise.race([
      work(counterpartHere(agent.local, clock)),
      signal.told.then(() => {
        process.stderr.write(
          'Stopped. What was sent by now is in the journal: see replenish-agent status.\n',
        );
        return 1;
      }),
    ]);
  } finally {
    await agent.stop();
    signal.release();
  }
}

/** A person reads along: sentences about trouble, and nothing else. */
function troubleLog(): Log {
  const say = (_facts: object, sentence: string): void => {
    process.stderr.write(`${sentence}\n`);
  };
  const silent = (): void => undefined;
  return { debug: silent, info: silent, warn: say, error: say };
}
