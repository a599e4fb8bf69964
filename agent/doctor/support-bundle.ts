import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { release, type as systemName } from 'node:os';
import { gzipSync } from 'node:zlib';
import type { LoadResult } from '../../config/load.ts';
import { parseFrame } from '../local/answer-schema.ts';
import { stoppedStatus } from '../local/service-view.ts';
import { readState } from '../store/read-state.ts';
import type { Rounds } from './check.ts';
import { knownSecrets } from './known-secrets.ts';
import { maskConfig, redactor } from './redact.ts';
import type { NamedFinding } from './run-checks.ts';
import type { Runtime } from './runtime-check.ts';
import { type ArchivedText, tarOf } from './tar.ts';

export type BundleParts = {
  readonly loaded: LoadResult;
  readonly findings: readonly NamedFinding[];
  readonly runtime: Runtime;
  readonly rounds: Rounds;
};

const READINGS_MS = 3_000;
const FRAMES_MAX = 100;
const LOG_LINES = '500';

const ABOUT = `What replenish-agent doctor --bundle put together for support.

config.yaml     the configuration; what is named like a secret is hidden
findings.json   what doctor found
status.json     slots, orders and the outbox
readings.jsonl  what the sensors said for some seconds, when the service ran
journal.txt     the last ${LOG_LINES} lines of the service's log
system.json     versions of the program, Node and the system

No token, password or key is in here. It does name your slots, hosts and files: look through it before you send it.
`;

/**
 * Writes the archive, mode 0600, and never over a file that is there.
 * @throws what the file system says.
 */
export async function writeBundle(file: string, parts: BundleParts): Promise<void> {
  const handle = openSync(file, 'wx', 0o600);
  try {
    const { loaded, rounds } = parts;
    const redact = redactor(loaded.ok ? knownSecrets(loaded.config, rounds.stateDir) : []);
    const texts = (await gather(parts)).map(({ name, text }) => ({ name, text: redact(text) }));
    writeFileSync(handle, gzipSync(tarOf(texts, rounds.clock.wallMs())));
  } finally {
    closeSync(handle);
  }
}

async function gather({ loaded, findings, runtime, rounds }: BundleParts): Promise<readonly ArchivedText[]> {
  const [status, readings, journal] = await Promise.all([
    statusOf(loaded, rounds),
    readingsOf(rounds),
    journalOf(rounds),
  ]);
  const text = (name: string, content: string): ArchivedText => ({
    name: `replenish-agent-support/${name}`,
    text: content,
  });
  return [
    text('ABOUT.txt', ABOUT),
    text(
      'config.yaml',
      loaded.text === null ? 'The configuration could not be read.\n' : maskConfig(loaded.text),
    ),
    text('findings.json', json(findings)),
    text('status.json', json(status)),
    text('readings.jsonl', readings),
    text('journal.txt', journal),
    text('system.json', json(systemOf(runtime))),
  ];
}

async function statusOf(loaded: LoadResult, { service, stateDir, clock }: Rounds): Promise<unknown> {
  const seen = await service();
  if (seen.kind === 'running') return seen.status;
  const reading = readState(stateDir);
  if (!reading.ok) return { error: reading.why };
  return stoppedStatus(
    stateDir,
    reading.state,
    loaded.ok ? Object.keys(loaded.config.slots) : [],
    clock.wallMs(),
  );
}

/** The live view for some seconds: who looks at it sees whether a value stands still, jumps or drifts. */
async function readingsOf({ reach, clock }: Rounds): Promise<string> {
  const connection = await reach();
  if (connection === null) return '';
  const untilMs = clock.nowMs() + READINGS_MS;
  const lines: string[] = [];
  connection.ask({ watch: true });
  for (let frames = 0; frames < FRAMES_MAX && clock.nowMs() < untilMs; frames++) {
    const line = await connection.next(untilMs - clock.nowMs());
    const answer = line === null ? null : parseFrame(line);
    if (answer?.kind !== 'answer') break;
    const at = new Date(clock.wallMs()).toISOString();
    for (const [slot, { raw, level, sensor, phase }] of Object.entries(answer.value.slots))
      lines.push(`${JSON.stringify({ at, slot, raw, level, sensor, phase })}\n`);
  }
  connection.close();
  return lines.join('');
}

async function journalOf({ tool }: Rounds): Promise<string> {
  const words = ['-u', 'replenish-agent', '-n', LOG_LINES, '--no-pager', '-o', 'short-iso'];
  const said = await tool('journalctl', words);
  switch (said.kind) {
    case 'said':
      return maskConfig(said.text);
    case 'absent':
      return 'There is no journalctl on this machine.\n';
    case 'failed':
      return `The journal could not be read: ${said.text}\n`;
  }
}

function systemOf(runtime: Runtime): unknown {
  return { program: runtime, kernel: `${systemName()} ${release()}`, system: osRelease() };
}

/** os-release(5). */
function osRelease(): readonly string[] {
  try {
    return readFileSync('/etc/os-release', 'utf8')
      .split('\n')
      .filter((line) => /^(?:PRETTY_NAME|ID|VERSION_ID)=/.test(line));
  } catch {
    return [];
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
