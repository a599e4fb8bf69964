import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { planConnection } from '../../agent/report/connect-plan.ts';
import type { MqttSettings } from '../../agent/report/link.ts';

const folder = mkdtempSync(join(tmpdir(), 'connect-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function plan(settings: Partial<MqttSettings>) {
  const none = { username: null, passwordFile: null, caFile: null, certFile: null, keyFile: null };
  return planConnection({ url: 'mqtt://localhost', ...none, ...settings });
}

test.each([
  ['mqtt://broker.example', 'mqtt', 'broker.example', 1883, '/'],
  ['mqtts://broker.example', 'mqtts', 'broker.example', 8883, '/'],
  ['ws://broker.example', 'ws', 'broker.example', 80, '/'],
  ['wss://broker.example/mqtt?a=b', 'wss', 'broker.example', 443, '/mqtt?a=b'],
  ['mqtt://[::1]:1884', 'mqtt', '::1', 1884, '/'],
])('%s is understood', (url, scheme, host, port, path) => {
  expect(plan({ url })).toMatchObject({ ok: true, plan: { target: { scheme, host, port, path } } });
});

test.each(['http://broker', 'broker:1883', 'mqtt://', ''])('"%s" is no broker address', (url) => {
  expect(plan({ url })).toMatchObject({ ok: false, problem: expect.stringContaining('mqtt.url') });
});

test('a password is the file without the line break that ends it', () => {
  for (const [content, password] of [
    ['geheim', 'geheim'],
    ['geheim\n', 'geheim'],
    ['geheim\r\n', 'geheim'],
    [' ge heim \n\n', ' ge heim \n'],
  ] as const) {
    const passwordFile = file('password', content);
    expect(plan({ username: 'u', passwordFile })).toMatchObject({
      ok: true,
      plan: { username: 'u', password },
    });
  }
});

test('a password file that is not there is named, with what to do', () => {
  const result = plan({ username: 'u', passwordFile: join(folder, 'absent') });
  expect(result).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/passwordFile .*absent is not there yet: put/),
  });
});

test('an empty password file, and one without a user name, are refused', () => {
  expect(plan({ username: 'u', passwordFile: file('empty', '\n') })).toMatchObject({
    problem: expect.stringContaining('is empty'),
  });
  expect(plan({ passwordFile: file('password', 'x') })).toMatchObject({
    problem: expect.stringContaining('mqtt.username'),
  });
});

test('a file too long to be the right one is refused, and its content is not quoted', () => {
  const result = plan({ username: 'u', passwordFile: file('long', 'secret'.repeat(1000)) });
  expect(result).toMatchObject({ ok: false, problem: expect.stringContaining('longer than 4096 bytes') });
  expect(JSON.stringify(result)).not.toContain('secretsecret');
});

test('a pipe in place of a file does not block', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(plan({ caFile: pipe })).toMatchObject({ problem: expect.stringContaining('not a regular file') });
});

test('certificates are read anew each time', () => {
  const caFile = file('ca.pem', 'old');
  expect(plan({ caFile })).toMatchObject({ plan: { ca: 'old', cert: null, key: null } });
  file('ca.pem', 'new');
  expect(plan({ caFile })).toMatchObject({ plan: { ca: 'new' } });
});
