import { type LoadResult, loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import type { LogLevel } from '../command-line.ts';
import { type Agent, composeAgent } from '../compose.ts';
import { createClock } from '../system/clock.ts';
import { CodedError } from '../system/coded-error.ts';
import { createLog, type Log } from '../system/log.ts';

export type RunRequest = {
  readonly config: string;
  /** null for `$STATE_DIRECTORY`, else `./.replenish-agent`. */
  readonly stateDir: string | null;
  readonly logLevel: LogLevel;
};

/** No device can have run this program before it was written: an earlier wall clock is wrong. */
const BELIEVABLE_FROM_MS = Date.UTC(2026, 10, 1);

/**
 * `run`: the service. Ends on SIGTERM and SIGINT with 0, on SIGHUP takes the configuration up anew.
 * Returns the exit code.
 */
export async function run(request: RunRequest, version: string, env: NodeJS.ProcessEnv): Promise<number> {
  const load = (): LoadResult =>
    loadConfig(request.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  const loaded = load();
  if (!loaded.ok) {
    process.stderr.write(`${printProblems(loaded.problems, request.config, loaded.text).join('\n')}\n`);
    return 78;
  }
  const log = await createLog(request.logLevel, version);
  const stateDir = request.stateDir ?? env['STATE_DIRECTORY']?.split(':', 1)[0] ?? './.replenish-agent';
  const deps = { stateDir, version, clock: createClock(BELIEVABLE_FROM_MS), log };
  warn(log, loaded);

  const signals = listenForSignals();
  let agent: Agent;
  try {
    agent = composeAgent(loaded.config, deps);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  agent.start();
  log.info(
    { config: request.config, stateDir, slots: Object.keys(loaded.config.slots) },
    'The agent has started.',
  );

  const reload = async (): Promise<void> => {
    const next = load();
    if (!next.ok) {
      const mistakes = printProblems(next.problems, request.config, null).join('; ');
      agent.setConfigError(mistakes);
      log.error(
        { config: request.config },
        `The new configuration is refused, the old one stays in force: ${mistakes}`,
      );
      return;
    }
    warn(log, next);
    await agent.apply(next.config);
    log.info({ config: request.config }, 'The new configuration is in force.');
  };

  await signals.untilStopped(reload);
  log.info({}, 'The agent is stopping.');
  await agent.stop();
  log.info({}, 'The agent has stopped.');
  return 0;
}

/** Listens from now on, so that a signal in the first moments is heard and not fatal. */
function listenForSignals(): { untilStopped(reload: () => Promise<void>): Promise<void> } {
  const stop = Promise.withResolvers<void>();
  let hangups = 0;
  let onHangup = (): void => {
    hangups++;
  };
  process.on('SIGHUP', () => onHangup());
  process.once('SIGTERM', () => stop.resolve());
  process.once('SIGINT', () => stop.resolve());
  return {
    untilStopped: async (reload) => {
      let reloading: Promise<void> = Promise.resolve();
      onHangup = () => {
        reloading = reloading.then(reload).catch(stop.reject);
      };
      if (hangups > 0) onHangup();
      await stop.promise;
      onHangup = () => undefined;
      await reloading;
    },
  };
}

function warn(log: Log, { warnings }: LoadResult): void {
  for (const warning of warnings) log.warn({ setting: warning.path, line: warning.line }, warning.message);
}
