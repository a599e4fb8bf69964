import { resolve } from 'node:path';
import { loadConfig } from '../../config/load.ts';
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
    case 'absent':
      seen = lookAt(request, env, clock.wallMs());
      break;
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

function lookAt(request: StatusRequest, env: NodeJS.ProcessEnv, wallMs: number): StatusDocument | string {
  const stateDir = resolve(stateDirOf(request, env));
  const reading = readState(stateDir);
  if (!reading.ok) return reading.why;
  const loaded = loadConfig(request.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  const configured = loaded.ok ? Object.keys(loaded.config.slots) : [];
  return stoppedStatus(stateDir, reading.state, configured, wallMs);
}
