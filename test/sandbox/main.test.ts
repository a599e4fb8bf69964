import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { readDashboardWords } from '../../agent/dashboard/dashboard-words.ts';
import { readCommandLine } from './command-line.ts';
import { drsRequest, type Incoming, send } from './send.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const started: ChildProcess[] = [];

afterEach(async () => {
  const alive = started.splice(0).filter((child) => child.exitCode === null && child.signalCode === null);
  await Promise.all(alive.map(stop));
});

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

type Running = { readonly child: ChildProcess; readonly output: () => string };

async function start(...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--admin-port', '0', ...args]);
  started.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await vi.waitFor(() => expect(text).toContain('Everything else:\n'), 30_000);
  return { child, output: () => text };
}

function find(output: string, pattern: RegExp): string {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new Error(`${pattern} is not in:\n${output}`);
  return found;
}

/** Lets a shell split the line, as a person's would, and does what curl does with the words. */
async function runCurl(line: string): Promise<Incoming> {
  const words = (await shell(`curl() { printf '%s\\n' "$@"; }\n${line}`)).trimEnd().split('\n');
  const values = (flag: string): string[] => words.filter((_, index) => words[index - 1] === flag);
  const data = [
    ...values('-d'),
    ...values('--data-urlencode').map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
      return `${name}=${encodeURIComponent(value)}`;
    }),
  ];
  const url = new URL(words.find((word) => /^https?:/.test(word)) ?? '');
  const headers = values('-H').map((header): [string, string] => {
    const [name = '', value = ''] = header.split(': ', 2);
    return [name, value];
  });
  if (data.length > 0) headers.push(['Content-Type', 'application/x-www-form-urlencoded']);
  const method = values('-X')[0] ?? (data.length > 0 ? 'POST' : 'GET');
  const [caFile] = values('--cacert');
  const outgoing = {
    method,
    path: url.pathname,
    headers,
    ...(data.length > 0 ? { body: data.join('&') } : {}),
  };
  return send(url.origin, outgoing, caFile === undefined ? undefined : readFileSync(caFile, 'utf8'));
}

function shell(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
}

test('serves what it prints, tells of each request, and ends cleanly on Ctrl-C', async () => {
  const { child, output } = await start('--slot', "Tom's ink/1", '--slot', 'b', '--test-device');
  const url = find(output(), /DRS sandbox {6}(\S+)/);
  const controls = find(output(), /Controls {9}(\S+)/);
  const token = find(output(), /Access token {5}(\S+)/);
  const answer = await send(url, drsRequest('replenish', "/replenish/Tom's%20ink%2F1", token));
  expect(answer.json).toMatchObject({ detailCode: 'TEST_ORDER_PLACED' });
  await send(url, drsRequest('replenish', '/Replenish/b', token));
  expect((await send(controls, { method: 'GET', path: '/sandbox', headers: [] })).body).toContain(url);
  await vi.waitFor(() => expect(output()).toContain('not by the letter: '), 10_000);
  expect(output()).toMatch(/POST \/replenish\/Tom's%20ink%2F1 -> 200 TEST_ORDER_PLACED {2}ORDER RECORDED\n/);
  expect(output()).toMatch(/OrderPlacedNotification for slot Tom's ink\/1\n/);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the printed curl lines work as they are', async () => {
  const { output } = await start('--tls', '--slot', "Tom's ink");
  const text = output();
  const order = await runCurl(find(text, /Order:\n([\s\S]*?)\nRefresh/));
  expect(order.json).toMatchObject({ detailCode: 'STANDARD_ORDER_PLACED' });
  const refresh = await runCurl(find(text, /Refresh the token:\n([\s\S]*?)\nLose/));
  expect(refresh.json).toMatchObject({ token_type: 'bearer' });
  expect((await runCurl(find(text, /Deliver the order:\n(.*)/))).json).toEqual({ ok: true });
  expect((await runCurl(find(text, /was recorded:\n(.*)/))).json).toEqual({ ok: true });
  await expect(runCurl(find(text, /Order:\n([\s\S]*?)\nRefresh/))).rejects.toThrow('socket hang up');
  expect((await runCurl(find(text, /Everything else:\n(.*)/))).body).toContain('POST /sandbox/faults');
  expect(output()).not.toContain('not by the letter');
});

test('writes its CA to a file and takes it away at the end', async () => {
  const { child, output } = await start('--tls');
  const caFile = find(output(), /CA certificate {3}(\S+)/);
  const url = find(output(), /DRS sandbox {6}(\S+)/);
  const token = find(output(), /Access token {5}(\S+)/);
  const ca = readFileSync(caFile, 'utf8');
  expect((await send(url, drsRequest('deviceStatus', '/deviceStatus', token), ca)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(existsSync(caFile)).toBe(false);
});

test.each([
  ['--help', 0, /^Usage: npm run sandbox/],
  ['--wrong', 2, /Unknown option '--wrong'[\s\S]*--help/],
])('%s exits with %i and says what to do', async (flag, code, message) => {
  const child = spawn(process.execPath, [MAIN, flag]);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  expect((await once(child, 'close'))[0]).toBe(code);
  expect(text).toMatch(message);
});

test('a port that is taken is said in a sentence', async () => {
  const { output } = await start();
  const port = find(output(), /DRS sandbox {6}\S+:(\d+)/);
  const child = spawn(process.execPath, [MAIN, '--port', port, '--admin-port', '0']);
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  expect((await once(child, 'close'))[0]).toBe(1);
  expect(text).toBe(
    `Another program listens on 127.0.0.1:${port}: choose other ports with --port N and --admin-port N; 0 is any free one.\n`,
  );
});

test('the dashboard has a port of its own beside the sandbox', () => {
  const page = readDashboardWords(new Map());
  const sandbox = readCommandLine([]);
  if (typeof page === 'string' || sandbox.kind !== 'serve') throw new Error('The defaults are refused.');
  expect([sandbox.options.port, sandbox.adminPort]).not.toContain(page.listen.port);
});

test('the command line becomes options', () => {
  const args =
    '--port 1 --slot a --unsubscribed b --deliver-after 30s --token-lifetime 2m --rotate-refresh-tokens';
  expect(readCommandLine(args.split(' '))).toMatchObject({
    kind: 'serve',
    tls: false,
    options: {
      port: 1,
      slots: ['a', { slotId: 'b', subscribed: false }],
      deliverAfterMs: 30_000,
      expiresInS: 120,
      refreshAnswer: 'rotate',
    },
  });
  expect(readCommandLine(['--unsubscribed', 'b'])).toMatchObject({
    options: { slots: [{ slotId: 'b', subscribed: false }] },
  });
});

test.each([
  ['--port', '65536'],
  ['--admin-port', 'x'],
  ['--deliver-after', '30'],
  ['--token-lifetime', '1w'],
  ['stray'],
])('%s %s is wrong usage', (...args) => {
  expect(readCommandLine(args)).toMatchObject({ kind: 'problem' });
});
