import { accessSync, constants, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type LoadResult, loadConfig } from '../../config/load.ts';
import { CONFIG_DEFAULT } from '../command-line/option.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { quoted, type Rounds, type ServiceSeen } from '../doctor/check.ts';
import { checksOf } from '../doctor/checks.ts';
import { knockAtDrs } from '../doctor/drs-check.ts';
import { summaryLine } from '../doctor/finding-text.ts';
import { openLiveReadings } from '../doctor/live-readings.ts';
import { createProgress, type Progress } from '../doctor/progress.ts';
import { type NamedFinding, runChecks } from '../doctor/run-checks.ts';
import { runtimeOf } from '../doctor/runtime-check.ts';
import { toolsOf } from '../doctor/tool.ts';
import { parseStatus } from '../local/answer-schema.ts';
import { openEntry } from '../open-entry.ts';
import { slotSettingsOf } from '../settings.ts';
import { BELIEVABLE_FROM_MS, type Clock, createClock } from '../system/clock.ts';
import { nameHint } from '../terminal/own-name.ts';
import { findService, stateDirOf } from './surroundings.ts';

export type DoctorRequest = Whereabouts & {
  readonly isJson: boolean;
  /** Where the archive for support goes; null for none. */
  readonly bundle: string | null;
};

/** Of a configuration that can't be used. */
const NO_WAY = { url: null, caFile: null } as const;

/** A service that does not answer within this is stuck. */
const ANSWER_MS_MAX = 5_000;

/** `doctor`: looks at the real parts. Orders nothing, publishes nothing. Returns the exit code. */
export async function doctor(
  request: DoctorRequest,
  version: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { bundle, isJson } = request;
  if (bundle !== null && existsSync(bundle)) {
    process.stderr.write(
      `${bundle} is there already and is not overwritten. Name another file with --bundle.\n`,
    );
    return 1;
  }
  const clock = createClock(BELIEVABLE_FROM_MS);
  const loaded = loadConfig(request.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  const runtime = runtimeOf(version);
  const rounds = roundsOf(request, loaded, clock, env);
  const checks = checksOf(request.config, loaded, runtime);
  const progress = isJson
    ? null
    : progressOf(
        checks.map(({ name }) => name),
        env,
      );
  const findings = await runChecks(checks, rounds, (finding, index) => progress?.done(finding, index));
  await rounds.live?.close();
  progress?.end();
  process.stdout.write(isJson ? `${JSON.stringify(findings, null, 2)}\n` : `${summaryLine(findings)}\n`);
  const hint = isJson ? null : nameHint(process.execPath, process.argv[1] ?? '');
  if (hint !== null && findings.some(({ remedy }) => remedy?.startsWith('replenish-agent ')))
    process.stderr.write(`${hint}\n`);
  if (bundle !== null) {
    const { writeBundle } = await import('../doctor/support-bundle.ts');
    try {
      await writeBundle(bundle, { loaded, findings, runtime, rounds });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      process.stderr.write(`${bundle} could not be written: ${why}. Name another file with --bundle.\n`);
      return 1;
    }
    process.stderr.write(
      `${bundle} is written, for you alone to read. Look through it before you send it.\n`,
    );
  }
  return exitCode(loaded, findings);
}

function exitCode(loaded: LoadResult, findings: readonly NamedFinding[]): number {
  if (!loaded.ok) return 78;
  return findings.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0;
}

function progressOf(names: readonly string[], env: NodeJS.ProcessEnv): Progress {
  const { stdout, stderr } = process;
  return createProgress({
    names,
    isColoured: stdout.isTTY && env['NO_COLOR'] === undefined,
    print: (text) => void stdout.write(text),
    draw:
      stdout.isTTY && stderr.isTTY
        ? (text) => void stderr.write(text.slice(0, Math.max(20, stdout.columns - 1)))
        : null,
  });
}

function roundsOf(request: DoctorRequest, loaded: LoadResult, clock: Clock, env: NodeJS.ProcessEnv): Rounds {
  const find = () => findService(request, env, clock);
  const files = [
    ...(request.config === CONFIG_DEFAULT ? [] : [`--config ${quoted(request.config)}`]),
    ...(request.stateDir === null ? [] : [`--state-dir ${quoted(request.stateDir)}`]),
  ];
  return {
    clock,
    stateDir: resolve(stateDirOf(request, env)),
    command: (words) => {
      // `check` has nothing to do with the state.
      const own = words === 'check' ? files.filter((each) => each.startsWith('--config')) : files;
      return ['replenish-agent', words, ...own].join(' ');
    },
    reach: async () => {
      const found = await find();
      return found.kind === 'connected' ? found.connection : null;
    },
    service: once(async (): Promise<ServiceSeen> => {
      const found = await find();
      if (found.kind === 'absent') return { kind: 'stopped' };
      if (found.kind === 'refused') return found;
      found.connection.ask({ status: true });
      const line = await found.connection.next(ANSWER_MS_MAX);
      found.connection.close();
      if (line === null)
        return { kind: 'refused', why: 'The service does not answer; its log may tell why.' };
      const answer = parseStatus(line);
      return answer.kind === 'answer' ? { kind: 'running', status: answer.value } : answer;
    }),
    knock: once(async () => {
      const { url, caFile } = loaded.ok ? loaded.config.replenish : NO_WAY;
      return url === null ? null : knockAtDrs(url, caFile, clock);
    }),
    live: loaded.ok
      ? openLiveReadings({
          config: loaded.config,
          levels: new Map(slotSettingsOf(loaded.config).map(({ name, level }) => [name, level])),
          open: (name, listener) => openEntry(loaded.config, name, listener, clock),
          timing: clock,
        })
      : null,
    tool: toolsOf(env),
    may: (access, path) => isAllowed(path, access === 'read' ? constants.R_OK : constants.W_OK),
  };
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** Asks the first time, and hands the same answer to all others. */
function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let answer: Promise<Value> | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}
