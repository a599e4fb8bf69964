import { resolve } from 'node:path';
import type { LoadResult } from '../../config/load.ts';
import { loadForService } from '../../config/load-for-service.ts';
import type { Agent } from '../agent.ts';
import type { CommandResult } from '../command/command.ts';
import type { LogLevel } from '../command-line/command-table.ts';
import { composeAgent } from '../compose.ts';
import { openLocalDoor } from '../local/local-door.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../system/clock.ts';
import { CodedError } from '../system/coded-error.ts';
import { createLog, type Log } from '../system/log.ts';
import type { Recorder, RecorderDeps } from '../system/recorder.ts';
import { createAttendant } from './attendant.ts';
import { firstDirectory, STATE_DIR_DEFAULT } from './surroundings.ts';

export type RunRequest = {
  readonly config: string;
  /** null for `$STATE_DIRECTORY`, else `./.replenish-agent`. */
  readonly stateDir: string | null;
  readonly logLevel: LogLevel;
  /** Where every reading is written to, and how large that file may become; null for nowhere. */
  readonly record: { readonly file: string; readonly maxBytes: number } | null;
};

/**
 * `run`: the service. Ends on SIGTERM and SIGINT with 0, on SIGHUP takes the configuration up anew.
 * Returns the exit code.
 */
export async function run(request: RunRequest, version: string, env: NodeJS.ProcessEnv): Promise<number> {
  const signals = listenForSignals();
  try {
    return await serve(request, version, env, signals);
  } finally {
    signals.release();
  }
}

async function serve(
  request: RunRequest,
  version: string,
  env: NodeJS.ProcessEnv,
  signals: Signals,
): Promise<number> {
  const load = (): Promise<LoadResult> =>
    loadForService(request.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  const loaded = await load();
  if (!loaded.ok) {
    const { printProblems } = await import('../../config/print-problems.ts');
    process.stderr.write(`${printProblems(loaded.problems, request.config, loaded.text).join('\n')}\n`);
    return 78;
  }
  const log = await createLog(request.logLevel, version);
  const stateDir = request.stateDir ?? firstDirectory(env, 'STATE_DIRECTORY') ?? STATE_DIR_DEFAULT;
  const clock = createClock(BELIEVABLE_FROM_MS);
  warn(log, loaded);
  const opened = await openRecording(request, { clock, log, version });
  if (!opened.ok) {
    process.stderr.write(`${opened.error}\n`);
    return 1;
  }
  const { recorder } = opened;

  const attendant = createAttendant(env, clock);
  let agent: Agent;
  try {
    const { life } = attendant;
    agent = composeAgent(loaded.config, { stateDir, version, clock, log, recorder, life });
  } catch (error) {
    await recorder?.close();
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  await agent.start();
  const runtimeDir = firstDirectory(env, 'RUNTIME_DIRECTORY');

  const reload = async (): Promise<CommandResult> => {
    attendant.reloading();
    const next = await load();
    if (!next.ok) {
      const { printProblems } = await import('../../config/print-problems.ts');
      const mistakes = printProblems(next.problems, request.config, null).join('; ');
      const message = `The new configuration is refused, the old one stays in force: ${mistakes}`;
      agent.setConfigError(mistakes);
      log.error({ config: request.config }, message);
      return { ok: false, message };
    }
    warn(log, next);
    await agent.apply(next.config, signals.stopped);
    log.info({ config: request.config }, 'The new configuration is in force.');
    return { ok: true, message: `${resolve(request.config)} is in force.` };
  };
  let reloading: Promise<unknown> = Promise.resolve();
  /** One after the other, whoever asks. */
  const reloadInTurn = (): Promise<CommandResult> => {
    const turn = reloading.then(reload).finally(attendant.reloaded);
    reloading = turn;
    return turn;
  };
  const service = { ...agent.local, reload: reloadInTurn };
  const door = openLocalDoor({ runtimeDir, stateDir, service, timing: clock, log });
  log.info(
    { config: request.config, stateDir, slots: Object.keys(loaded.config.slots) },
    'The agent has started.',
  );

  attendant.begin(agent);
  await signals.untilStopped(async () => {
    await reloadInTurn();
  });
  attendant.stopping();
  log.info({}, 'The agent is stopping.');
  await door.close();
  await reloading;
  await agent.stop();
  await recorder?.close();
  log.info({}, 'The agent has stopped.');
  return 0;
}

type Recording =
  | { readonly ok: true; readonly recorder: Recorder | null }
  | { readonly ok: false; readonly error: string };

/** Loaded only when somebody records. */
async function openRecording({ record }: RunRequest, deps: RecorderDeps): Promise<Recording> {
  if (record === null) return { ok: true, recorder: null };
  const { openRecorder } = await import('../system/recorder.ts');
  return openRecorder(record.file, record.maxBytes, deps);
}

type Signals = {
  /** Resolves when the process was told to end. */
  readonly stopped: Promise<void>;
  /** Waits for that, and calls `reload` for each SIGHUP until then, also for one that has come already. */
  untilStopped(reload: () => Promise<void>): Promise<void>;
  /** Gives the signals their usual effect back. */
  release(): void;
};

/** Listens from now on, so that a signal in the first moments is heard and not fatal. */
function listenForSignals(): Signals {
  const stop = Promise.withResolvers<void>();
  let hangups = 0;
  let onHangup = (): void => {
    hangups++;
  };
  const hear = {
    SIGHUP: () => onHangup(),
    SIGTERM: () => stop.resolve(),
    SIGINT: () => stop.resolve(),
  };
  for (const [signal, listener] of Object.entries(hear)) process.on(signal, listener);
  return {
    stopped: stop.promise,
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
    release: () => {
      for (const [signal, listener] of Object.entries(hear)) process.off(signal, listener);
    },
  };
}

function warn(log: Log, { warnings }: LoadResult): void {
  for (const warning of warnings) log.warn({ setting: warning.path, line: warning.line }, warning.message);
}
