import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { DEVICE_CLIENT } from '../sandbox/sandbox-options.ts';
import { CHECKOUT, type Finished, runAgent } from '../support/agent-process.ts';
import { makeCertificate } from '../support/certificate.ts';

const REDIRECT_URI = 'https://maker.example/registered';

/** A device that is not registered, and Amazon. */
async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'register-'));
  const { caPem, certPem, keyPem } = makeCertificate({ hosts: ['127.0.0.1'] });
  const sandbox = await startSandbox({ tls: { key: keyPem, cert: certPem } });
  onTestFinished(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });
  const answers: string[] = [];
  sandbox.onRequest(({ answer }) => answers.push(answer?.body ?? ''));
  writeFileSync(join(folder, 'ca.pem'), caPem);
  const config = join(folder, 'agent.yaml');
  writeFileSync(config, JSON.stringify(settings(sandbox)));
  const stateDir = join(folder, 'state');
  const words = (more: readonly string[]): string[] => [
    'register',
    ...more,
    '--config',
    config,
    '--state-dir',
    stateDir,
  ];
  return {
    folder,
    sandbox,
    answers,
    stateDir,
    config,
    words,
    refreshPath: join(folder, 'refresh-token'),
    register: (...more: string[]): Promise<Finished> => runAgent({ words: words(more) }),
  };
}

function settings({ url }: Sandbox): object {
  return {
    device: { id: 'rig' },
    mqtt: { url: 'mqtt://127.0.0.1:1' },
    replenish: {
      url,
      token: {
        source: 'lwa',
        url: `${url}/auth/o2/token`,
        clientId: DEVICE_CLIENT.clientId,
        refreshTokenFile: 'refresh-token',
        caFile: 'ca.pem',
      },
      registration: { model: 'SandboxModel1', serial: 'SN0001', redirectUri: REDIRECT_URI },
    },
    hardware: { board: { driver: 'lines', port: '/dev/null', pattern: '(?<value>\\d+)' } },
    slots: { black: { slotId: 's', sensor: { from: 'board' }, calibration: { empty: 0, full: 9 } } },
  };
}

/** The page that was printed. */
function pageIn(stdout: string): URL {
  return new URL(/^https:\S+$/m.exec(stdout)?.[0] ?? 'nothing:');
}

/** What Amazon does when the customer agrees: the address that the browser comes back to. */
function agree(sandbox: Sandbox, page: URL): string {
  const asked = page.searchParams;
  const code = sandbox.issueCode({
    redirectUri: asked.get('redirect_uri') ?? '',
    clientId: asked.get('client_id') ?? '',
    challenge: { value: asked.get('code_challenge') ?? '', method: 'S256' },
  });
  const back = new URL(REDIRECT_URI);
  back.search = new URLSearchParams({
    code,
    scope: 'dash:replenish',
    state: asked.get('state') ?? '',
  }).toString();
  return back.href;
}

test('a device is registered in two steps: the page to the letter, the token in its file, the verifier nowhere', async () => {
  const { sandbox, stateDir, refreshPath, register, answers } = await setUp();
  const begun = await register('--begin');
  expect(begun.code).toBe(0);
  const page = pageIn(begun.stdout);
  expect(page.origin + page.pathname).toBe('https://www.amazon.com/ap/oa');
  expect(Object.fromEntries(page.searchParams)).toEqual({
    client_id: DEVICE_CLIENT.clientId,
    scope: 'dash:replenish',
    scope_data: JSON.stringify({
      'dash:replenish': { device_model: 'SandboxModel1', serial: 'SN0001', is_test_device: false },
    }),
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    state: expect.stringMatching(/^[\w-]{32}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  const pending = join(stateDir, 'registration.json');
  expect(statSync(pending).mode & 0o777).toBe(0o600);
  const { codeVerifier } = JSON.parse(readFileSync(pending, 'utf8'));
  const address = agree(sandbox, page);
  const finished = await register('--finish', '--code', address);
  expect([finished.code, finished.stderr]).toEqual([0, '']);
  expect(finished.stdout).toContain('The device is registered');
  const tokens = JSON.parse(answers[0] ?? '{}');
  expect(readFileSync(refreshPath, 'utf8')).toBe(`${tokens.refresh_token}\n`);
  expect(statSync(refreshPath).mode & 0o777).toBe(0o600);
  expect(readdirSync(stateDir)).toEqual([]);
  const printed = begun.stdout + begun.stderr + finished.stdout + finished.stderr;
  const code = new URL(address).searchParams.get('code');
  for (const secret of [codeVerifier, code, tokens.refresh_token, tokens.access_token])
    expect(printed).not.toContain(secret);
  expect(sandbox.violations).toEqual([]);
  // Once: neither the verifier nor the code is good for a second time.
  const again = await register('--finish', '--code', address);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('register --begin')]);
});

test('in one go, the address is asked for, and the bare code will do', async () => {
  const { sandbox, words, refreshPath } = await setUp();
  const child = spawn(process.execPath, [join(CHECKOUT, 'agent/main.ts'), ...words([])]);
  const exited = new Promise((resolve) => child.on('exit', resolve));
  let stdout = '';
  const invited = new Promise<void>((resolve) => {
    child.stdout.on('data', (bytes) => {
      stdout += bytes;
      if (stdout.endsWith('> ')) resolve();
    });
  });
  await invited;
  const code = new URL(agree(sandbox, pageIn(stdout))).searchParams.get('code');
  child.stdin.write(`${code}\n`);
  expect(await exited).toBe(0);
  expect(readFileSync(refreshPath, 'utf8')).toMatch(/^Atzr\|/);
});

test('a code that Amazon does not take registers nothing, uses the verifier up, and is not printed', async () => {
  const { register, refreshPath, stateDir } = await setUp();
  await register('--begin');
  const finished = await register('--finish', '--code', 'ANdNAVhyhqirUelHGEHA');
  expect([finished.code, finished.stdout]).toEqual([1, '']);
  expect(finished.stderr).toMatch(/answered 400 invalid_grant.*begin again/);
  expect(finished.stderr).not.toContain('ANdNAVhyhqirUelHGEHA');
  expect([existsSync(refreshPath), readdirSync(stateDir)]).toEqual([false, []]);
});
