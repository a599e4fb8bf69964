import { resolve } from 'node:path';
import type { LoadResult } from '../../config/load.ts';
import type { Agent, AgentDeps } from '../agent.ts';
import type { CommandResult } from '../command/command.ts';
import { composeAgent } from '../compose.ts';
import { openLocalDoor } from '../local/local-door.ts';
import type { SystemClock } from '../system/clock.ts';
import { CodedError } from '../system/coded-error.ts';
import { createLog, type Log } from '../system/log.ts';
import type { Recorder, RecorderDeps } from '../system/recorder.ts';
import type { Attendant } from './attendant.ts';
import { firstDirectory } from './directories.ts';
import type { RunRequest } from './run-request.ts';
import type { ServiceSignals } from './service-signals.ts';

/** What a start has come to by the time that the broker was greeted. */
export type Service = {
  readonly request: RunRequest;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signals: ServiceSignals;
  readonly load: () => Promise<LoadResult>;
  readonly loaded: Extract<LoadResult, { ok: true }>;
  readonly attendant: Attendant;
  readonly clock: SystemClock;
  readonly begun: NonNullable<AgentDeps['begun']>;
};

/** The rest of the service, until it is told to end. Returns the exit code. */
export async function serve(service: Service): Promise<number> {
  const { request, version, loaded, attendant, clock, begun } = service;
  const { stateDir } = begun.hold;
  const log = await createLog(request.logLevel, version);
  warn(log, loaded);
  const opened = await openRecording(request, { clock, log, version });
  if (!opened.ok) {
    process.stderr.write(`${opened.error}\n`);
    await begun.contact.link.stop();
    begun.hold.release();
    return 1;
  }
  const { recorder } = opened;
  let agent: Agent;
  try {
    const { life } = attendant;
    agent = composeAgent(loaded.config, { stateDir, version, clock, log, recorder, life, begun });
  } catch (error) {
    if (error instanceof CodedError) process.stderr.write(`${error.message}\n`);
    await begun.contact.link.stop();
    await recorder?.close();
    if (!(error instanceof CodedError)) throw error;
    return 1;
  }
  await agent.start();
  await attend(service, agent, log);
  await recorder?.close();
  log.info({}, 'The agent has stopped.');
  return 0;
}

/** From the moment that it runs until it is told to end, and has. */
async function attend(
  { request, env, signals, load, loaded, attendant, clock, begun }: Service,
  agent: Agent,
  log: Log,
): Promise<void> {
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
  const { stateDir } = begun.hold;
  const runtimeDir = firstDirectory(env, 'RUNTIME_DIRECTORY');
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

function warn(log: Log, { warnings }: LoadResult): void {
  for (const warning of warnings) log.warn({ setting: warning.path, line: warning.line }, warning.message);
}
