import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, onTestFinished, test } from 'vitest';
import type { Finding } from '../../agent/doctor/check.ts';
import { Stage, type StageOptions } from '../end-to-end/stage.ts';
import { type Finished, runAgent, startAgent } from '../support/agent-process.ts';
import { freePort } from '../support/mosquitto.ts';

const FINDINGS = v.array(
  v.strictObject({
    check: v.pipe(v.string(), v.minLength(1)),
    verdict: v.picklist(['ok', 'warn', 'FAIL']),
    found: v.pipe(v.string(), v.minLength(1)),
    remedy: v.nullable(v.pipe(v.string(), v.minLength(1))),
  }),
);

async function prepare(options: StageOptions = {}): Promise<Stage> {
  const stage = new Stage(options);
  onTestFinished(() => stage.clear());
  await stage.prepare();
  return stage;
}

/** `doctor` as a person types it, and what it prints as JSON. */
function doctor(stage: Stage, ...words: readonly string[]): Promise<Finished> {
  const where = ['--config', stage.configPath, '--state-dir', stage.stateDir];
  return runAgent({ words: ['doctor', ...where, ...words], cwd: stage.folder });
}

function byCheck(text: string): ReadonlyMap<string, Finding> {
  return new Map(v.parse(FINDINGS, JSON.parse(text)).map(({ check, ...finding }) => [check, finding]));
}

/** What `--json` prints; nothing else may be said. */
async function findings(
  stage: Stage,
): Promise<{ readonly code: number | null; readonly of: ReadonlyMap<string, Finding> }> {
  const { code, stdout, stderr } = await doctor(stage, '--json');
  expect(stderr).toBe('');
  return { code, of: byCheck(stdout) };
}

const failed = (of: ReadonlyMap<string, Finding>) => [...of].filter(([, { verdict }]) => verdict === 'FAIL');

const NAMES = [
  'config',
  'device board0',
  'reading black',
  'reading witness0',
  'broker dns',
  'broker tcp',
  'broker tls',
  'broker auth',
  'token',
  'drs',
  'clock',
  'disk',
  'service',
  'runtime',
];

test('a good rig has no FAIL while the service is stopped', async () => {
  const stage = await prepare();
  stage.show('black', 64);
  stage.show('witness0', 100);
  const { code, of } = await findings(stage);
  expect([...of.keys()]).toEqual(NAMES);
  expect(of.get('reading black')).toEqual({ verdict: 'ok', found: 'Raw 640, 64 % full.', remedy: null });
  expect(failed(of)).toEqual([]);
  expect(code).toBe(0);
  for (const check of ['config', 'device board0', 'broker auth', 'token', 'drs', 'runtime'])
    expect([check, of.get(check)?.verdict]).toEqual([check, 'ok']);
});

test('a broken rig is told part by part, with what to type, and exit code 1', async () => {
  const port = await freePort();
  const stage = await prepare({ way: { brokerPort: port, drsUrl: 'http://127.0.0.1:9' } });
  stage.boards[0]?.unplug();
  rmSync(stage.tokenPath);
  const { code, of } = await findings(stage);
  expect(code).toBe(1);
  const told = (check: string) => [of.get(check)?.verdict, of.get(check)?.found, of.get(check)?.remedy];
  expect(told('device board0')).toEqual([
    'FAIL',
    expect.stringContaining(`There is no device ${stage.boards[0]?.path}: is it plugged in?`),
    'ls -l /dev/serial/by-id',
  ]);
  expect(told('reading black')).toEqual([
    'warn',
    'Not looked at, because "device board0" has to be right first.',
    null,
  ]);
  expect(told('broker tcp')).toEqual([
    'FAIL',
    expect.stringContaining('connection refused'),
    `nc -vz 127.0.0.1 ${port}`,
  ]);
  expect(told('broker auth')[0]).toBe('warn');
  expect(told('token')).toEqual([
    'FAIL',
    expect.stringContaining('it is not there yet'),
    `ls -l ${stage.tokenPath}`,
  ]);
  expect(told('drs')).toEqual([
    'FAIL',
    expect.stringContaining('nothing listens there'),
    'curl -v http://127.0.0.1:9/',
  ]);

  const text = await doctor(stage);
  expect(text.code).toBe(1);
  const lines = text.stdout.trimEnd().split('\n');
  expect(lines.slice(0, -1).map((line) => line.slice(6, 6 + 16).trimEnd())).toEqual(NAMES);
  expect(lines.at(-1)).toMatch(/^14 checks: \d+ ok, \d+ to know of \(warn\), 4 to mend \(FAIL\)\.$/);
  expect(lines.every((line) => /^(?:ok {2}|warn|FAIL|14 c)/.test(line))).toBe(true);
});

test('a configuration with mistakes is exit code 78, and what needs none is looked at all the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = join(folder, 'agent.yaml');
  writeFileSync(config, 'device: { id: a b }\n');
  const { code, stdout } = await runAgent({
    words: ['doctor', '--config', config, '--state-dir', join(folder, 'state')],
    cwd: folder,
  });
  expect(code).toBe(78);
  expect(stdout).toMatch(
    /^FAIL {2}config {3}.*has \d mistakes, the first: .* Type: replenish-agent check --config /,
  );
  expect(stdout.split('\n').map((line) => line.slice(6, 13).trimEnd())).toEqual(
    expect.arrayContaining(['config', 'clock', 'disk', 'service', 'runtime']),
  );
});

const SECRETS = {
  password: 'gRoss "geheim" 4711',
  inConfig: 'hunter2hunter2',
  refreshToken: 'Atzr|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSR',
};

/** What the journal has, with secrets that it should never have had. */
function journal(tools: string, text: string): void {
  mkdirSync(tools);
  writeFileSync(join(tools, 'journalctl'), `#!/bin/sh\ncat <<'END'\n${text}END\n`, { mode: 0o755 });
}

test('a running service is asked and not disturbed, and the archive for support holds no secret', async () => {
  const stage = await prepare();
  stage.show('black', 64);
  stage.show('witness0', 100);
  const passwordFile = join(stage.folder, 'mqtt-password');
  writeFileSync(passwordFile, SECRETS.password, { mode: 0o600 });
  stage.writeConfig({ mqtt: { username: 'rig', passwordFile } });
  const tools = join(stage.folder, 'tools');
  const token = stage.tokens[0] ?? '';
  journal(
    tools,
    [
      `now agent: password: ${SECRETS.password} with Bearer ${token} and ${SECRETS.refreshToken}`,
      `the broker was shown ${SECRETS.password}, and Amazon ${token}`,
      '',
    ].join('\n'),
  );
  const where = ['--config', stage.configPath, '--state-dir', stage.stateDir];
  const agent = startAgent({ words: ['run', ...where], cwd: stage.folder });
  onTestFinished(async () => void (await agent.end('SIGKILL')));
  await expect.poll(() => stage.told.slot('black')?.level, { timeout: 30_000 }).toBe(64);
  // What somebody typed into the file after the service had read it.
  const typed = readFileSync(stage.configPath, 'utf8');
  writeFileSync(stage.configPath, `# apiKey: ${SECRETS.inConfig}\n${typed}`);

  const before = stage.topics.messages.length;
  const file = join(stage.folder, 'support.tar.gz');
  const env = { PATH: `${tools}:${process.env['PATH']}` };
  const run = () =>
    runAgent({ words: ['doctor', '--json', ...where, '--bundle', file], cwd: stage.folder, env });
  const { code, stdout, stderr } = await run();
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is written, for you alone') });
  const of = byCheck(stdout);
  expect(failed(of)).toEqual([]);
  expect(of.get('reading black')?.found).toBe('Raw 640, 64 % full, as the running service reads it.');
  expect(of.get('device board0')?.found).toMatch(/; the service has it open \(process \d+\)\.$/);
  expect(of.get('token')?.found).toBe('The service has a token from its file; Amazon has not refused it.');
  expect(of.get('broker auth')?.verdict).toBe('ok');
  expect(of.get('disk')?.verdict).toBe('ok');
  const said = stage.topics.messages.slice(before).map(({ topic }) => topic);
  expect(said.filter((topic) => topic.endsWith('/status'))).toEqual([]);
  expect(stage.posts()).toEqual([]);

  expect(statSync(file).mode & 0o777).toBe(0o600);
  execFileSync('tar', ['-xzf', file, '-C', stage.folder]);
  const packed = join(stage.folder, 'replenish-agent-support');
  const read = (name: string) => readFileSync(join(packed, name), 'utf8');
  expect(new Set(readdirSync(packed))).toEqual(
    new Set([
      'ABOUT.txt',
      'config.yaml',
      'findings.json',
      'status.json',
      'readings.jsonl',
      'journal.txt',
      'system.json',
    ]),
  );
  const all = readdirSync(packed).map(read).join('\n');
  for (const secret of [...Object.values(SECRETS), token, 'geheim']) expect(all).not.toContain(secret);
  expect(read('journal.txt')).toMatch(/^now agent: password: \*\*\*/);
  expect(read('config.yaml')).toContain('"slotId": "black"');
  expect(read('findings.json')).toBe(stdout);
  expect(JSON.parse(read('status.json'))).toMatchObject({
    service: 'running',
    slots: { black: { raw: 640 } },
  });
  expect(read('readings.jsonl')).toMatch(/"slot":"black","raw":640,"level":64,"sensor":"ok"/);

  expect(await run()).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('is not overwritten'),
  });
  expect((await agent.end('SIGTERM')).code).toBe(0);
});
