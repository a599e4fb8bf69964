import { resolve } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import { CONFIG_DEFAULT } from '../command-line/option.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { parseStatus } from '../local/answer-schema.ts';
import type { LocalConnection } from '../local/local-client.ts';
import { type StatusDocument, stoppedStatus } from '../local/service-view.ts';
import { statusText } from '../local/status-text.ts';
import { readState } from '../store/read-state.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../system/clock.ts';
import { findService, stateDirOf } from './surroundings.ts';

type StatusRequest = Whereabouts & { readonly isJson: boolean };

/** A service that does not answer within this is stuck. */
const ANSWER_MS_MAX = 10_000;

/** `status`: from the running service, or from the state file of a stopped one. Writes nothing. Returns the exit code. */
export async function status(request: StatusRequest, env: NodeJS.ProcessEnv): Promise<number> {
  const clock = createClock(BELIEVABLE_FROM_MS);
  const found = await findService(request, env, clock);
  let seen: StatusDocument | string;
  switch (found.kind) {
    case 'connected':
      seen = await askFor(found.connection);
      break;
    case 'refused':
      seen = found.why;
      break;
    case 'absent': {
      const loaded = loadConfig(request.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
      // Without one at the usual place the state is shown all the same; a name that was typed has to be right.
      if (!loaded.ok && loaded.text === null && request.config !== CONFIG_DEFAULT) {
        process.stderr.write(`${printProblems(loaded.problems, request.config, null).join('\n')}\n`);
        return 78;
      }
      if (!loaded.ok && loaded.text !== null)
        process.stderr.write(
          `${request.config} has mistakes, and no service starts with it. Type: replenish-agent check --config ${request.config}\n`,
        );
      seen = lookAt(request, env, loaded.ok ? Object.keys(loaded.config.slots) : [], clock.wallMs());
      break;
    }
  }
  if (typeof seen === 'string') {
    process.stderr.write(`${seen}\n`);
    return 1;
  }
  const isColoured = process.stdout.isTTY && env['NO_COLOR'] === undefined;
  process.stdout.write(request.isJson ? `${JSON.stringify(seen, null, 2)}\n` : statusText(seen, isColoured));
  return 0;
}

async function askFor(connection: LocalConnection): Promise<StatusDocument | string> {
  connection.ask({ status: true });
  const line = await connection.next(ANSWER_MS_MAX);
  connection.close();
  if (line === null) return 'The service does not answer. Look at its log: journalctl -u replenish-agent.';
  const answer = parseStatus(line);
  return answer.kind === 'answer' ? answer.value : answer.why;
}

function lookAt(
  request: StatusRequest,
  env: NodeJS.ProcessEnv,
  configured: readonly string[],
  wallMs: number,
): StatusDocument | string {
  const stateDir = resolve(stateDirOf(request, env));
  const reading = readState(stateDir);
  return reading.ok ? stoppedStatus(stateDir, reading.state, configured, wallMs) : reading.why;
}
