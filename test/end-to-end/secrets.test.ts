import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { CLOUD_CLIENT } from '../sandbox/sandbox-options.ts';
import { type Finished, runAgent } from '../support/agent-process.ts';
import { makeCertificate } from '../support/certificate.ts';
import { freePort } from '../support/mosquitto.ts';
import { leaksIn } from './leaks.ts';
import { type LwaRig, startLwaRig, untilState } from './lwa-rig.ts';

const PASSWORD = 'planted-mqtt-password-7Qx2';
const WRONG_PASSWORD = 'planted-wrong-password-9Kf4';
const INLINE = 'planted-inline-password-3Zt8';
const CODE = 'planted.authorization-code_5Hn6';
const STRAY_TOKEN = `Atza|planted-stray-token-${'2Bv8'.repeat(80)}`;
const REDIRECT_URI = 'https://maker.example/registered';

/** A device with every secret that there is, before a broker that asks it for certificate and password. */
async function startSecretive(): Promise<LwaRig & { readonly passwordPath: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const server = makeCertificate({ hosts: ['127.0.0.1'] });
  const client = makeCertificate({ hosts: ['rig'] });
  const port = await freePort();
  const passwordPath = file('password', WRONG_PASSWORD);
  const strictListener = [
    'allow_anonymous true',
    `listener ${port} 127.0.0.1`,
    `certfile ${file('server.pem', server.certPem)}`,
    `keyfile ${file('server-key.pem', server.keyPem)}`,
    `cafile ${file('client-ca.pem', client.caPem)}`,
    'require_certificate true',
  ];
  const lwa = await startLwaRig(
    { refreshAnswer: 'rotate' },
    { broker: { user: { username: 'rig', password: PASSWORD }, lines: strictListener } },
    { clientSecretFile: file('client-secret', CLOUD_CLIENT.clientSecret) },
    {
      mqtt: {
        url: `mqtts://127.0.0.1:${port}`,
        username: 'rig',
        passwordFile: passwordPath,
        caFile: file('ca.pem', server.caPem),
        certFile: file('client.pem', client.certPem),
        keyFile: file('client-key.pem', client.keyPem),
        registration: true,
      },
      replenish: { registration: { model: 'SandboxModel1', serial: 'SN0001', redirectUri: REDIRECT_URI } },
    },
  );
  const planted = [
    PASSWORD,
    WRONG_PASSWORD,
    INLINE,
    CODE,
    STRAY_TOKEN,
    client.keyPem,
    CLOUD_CLIENT.clientSecret,
  ];
  lwa.rig.tokens.push(...planted);
  return { ...lwa, passwordPath };
}

test('no secret is seen in any log, topic, file of the state or command, whatever goes wrong around it', async () => {
  const lwa = await startSecretive();
  const { rig } = lwa;
  const own = ['--config', rig.configPath, '--state-dir', rig.stateDir];
  const printed: Finished[] = [];
  const run = async (...words: string[]): Promise<void> => {
    printed.push(await runAgent({ words, cwd: rig.folder }));
  };
  const refreshToken = lwa.provision();

  // Refused by the broker, misunderstood by Login with Amazon, and answered with its own secrets.
  const echo = `refresh_token=${refreshToken} client_secret=${CLOUD_CLIENT.clientSecret}`;
  const body = JSON.stringify({ error: 'server_error', error_description: echo, message: echo });
  rig.sandbox.fault({ kind: 'verbatim', call: 'token', status: 500, body });
  rig.sandbox.fault({ kind: 'verbatim', call: 'token', status: 502, body: echo });
  rig.startAgent({ words: ['run', '--log-level', 'debug', ...own] });
  await rig.until('the broker refuses it', () =>
    /user name or password|not authorise/.test(rig.agent.stdout),
  );
  await run('doctor', ...own);
  writeFileSync(lwa.passwordPath, `${PASSWORD}\n`);
  await untilState(lwa, 'valid');

  // DRS repeats the token; an order is refused, then placed.
  await rig.stock('black');
  const accessToken =
    rig.tokens.findLast((token) => token.startsWith('Atza|') && token !== STRAY_TOKEN) ?? '';
  const answer = JSON.stringify({ message: `Bad request with ${accessToken}` });
  rig.sandbox.fault({ kind: 'verbatim', call: 'replenish', status: 500, body: answer });
  rig.sandbox.fault({ kind: 'invalid-token' });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');

  // Secrets where none belongs.
  await rig.publish('token', JSON.stringify({ accessToken: STRAY_TOKEN, expiresIn: 3600 }));
  await rig.publish('token', STRAY_TOKEN);
  await rig.publish('notification', STRAY_TOKEN);
  const finish = { id: 'f1', action: 'finish', code: CODE, redirectUri: REDIRECT_URI, state: 'another' };
  await rig.publish('registration', JSON.stringify(finish));
  await rig.publish('registration', JSON.stringify({ ...finish, action: CODE }));
  for (const fields of [
    { command: STRAY_TOKEN },
    { command: 'order', slot: STRAY_TOKEN },
    { command: 'report' },
  ])
    await rig.publish('command', JSON.stringify({ id: `c${Object.values(fields).length}`, ...fields }));
  await rig.until('the last command is answered', () => rig.told.answers().length >= 3);

  // A secret in the configuration itself, which the reload refuses.
  rig.writeConfig({ mqtt: { password: INLINE } });
  await run('check', '--config', rig.configPath);
  rig.agent.signal('SIGHUP');
  await rig.until('the reload is refused', () => typeof rig.told.device()?.config.error === 'string');

  const bundle = join(rig.folder, 'support.tar.gz');
  await run('status', '--state-dir', rig.stateDir);
  await run('status', '--json', '--state-dir', rig.stateDir);
  await run('doctor', '--json', '--bundle', bundle, ...own);
  await rig.killAgent();
  expect(rig.leaks()).toEqual([]);
  await run('status', '--json', '--state-dir', rig.stateDir);
  const texts = printed.map(({ stdout, stderr }) => stdout + stderr);
  expect(texts.every((text) => text !== '')).toBe(true);
  expect(leaksIn('a command', texts.join('\n'), rig.tokens)).toEqual([]);
  expect(leaksIn('the bundle', gunzipSync(readFileSync(bundle)).toString('latin1'), rig.tokens)).toEqual([]);
  expect(rig.tokens.length).toBeGreaterThan(9);
});
