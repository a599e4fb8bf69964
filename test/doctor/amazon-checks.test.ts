import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Finding, Rounds } from '../../agent/doctor/check.ts';
import { drsCheck, knockAtDrs } from '../../agent/doctor/drs-check.ts';
import { tokenCheck } from '../../agent/doctor/token-check.ts';
import { createClock } from '../../agent/system/clock.ts';
import { statusOf } from '../local/pictures.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { makeCertificate } from '../support/certificate.ts';
import { freePort } from '../support/mosquitto.ts';
import { configOf, folder, rounds } from './rounds.ts';

const clock = createClock(0);

function file(text: string, mode = 0o600): string {
  const path = join(folder(), 'secret');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('drs', () => {
  const look = (url: string, caFile: string | null = null): Promise<Finding> =>
    drsCheck(url).run(rounds({ knock: () => knockAtDrs(url, caFile, clock) }));

  test('any answer over TLS will do, and one harmless request without a token was made', async () => {
    const { caPem, certPem, keyPem } = makeCertificate({ hosts: ['127.0.0.1'] });
    const sandbox = await startSandbox({ tls: { key: keyPem, cert: certPem }, lenient: true });
    onTestFinished(() => sandbox.close());
    expect(await look(sandbox.url, file(caPem))).toEqual({
      verdict: 'ok',
      found: expect.stringMatching(
        /^DRS can be reached: an answer \(status \d+\) after \d+ ms\. Nothing was ordered\.$/,
      ),
      remedy: null,
    });
    expect(sandbox.requests.map(({ method, url, call }) => [method, url, call])).toEqual([
      ['GET', '/', null],
    ]);
    expect(JSON.stringify(sandbox.requests).toLowerCase()).not.toContain('bearer');
    expect(sandbox.orders).toEqual([]);
    expect(await look(sandbox.url)).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringContaining('set replenish.caFile'),
      remedy: `curl -v ${sandbox.url}/`,
    });
  });

  test('a page that wants a login is not DRS, whether it is shown or redirected to', async () => {
    const page = await serve((_request, response) => response.end('\n<!DOCTYPE html><title>Hotel</title>'));
    const redirect = await serve((_request, response) => {
      response.writeHead(302, { Location: 'http://login.hotel.test/' }).end();
    });
    for (const url of [page, redirect])
      expect(await look(url)).toMatchObject({
        verdict: 'FAIL',
        found: expect.stringContaining('a hotspot that wants a login'),
      });
  });

  test('tells trouble of its own, nobody there, and a name that nobody knows', async () => {
    const ill = await serve((_request, response) => response.writeHead(503).end());
    expect(await look(ill)).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('trouble of its own'),
    });
    expect(await look(`https://127.0.0.1:${await freePort()}`)).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringContaining('nothing listens there'),
    });
    expect(await look('https://drs.invalid')).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringContaining('DNS'),
    });
  });
});

describe('token', () => {
  const look = (token: object, change: Partial<Rounds> = {}): Promise<Finding> =>
    tokenCheck(configOf({ replenish: { url: 'https://127.0.0.1', token } })).run(
      rounds({ stateDir: folder(), ...change }),
    );
  const inService = (token: object) => ({
    service: async () => {
      const status = statusOf({});
      return {
        kind: 'running',
        status: { ...status, device: status.device && { ...status.device, token } },
      } as never;
    },
  });

  test.each<[string, () => string, Finding['verdict'], RegExp]>([
    ['good', () => file('Atza|abcdefgh\n'), 'ok', /from its file, and has the right form/],
    ['readable by others', () => file('Atza|abcdefgh', 0o644), 'warn', /can be read by others \(mode 0644\)/],
    ['empty', () => file(''), 'FAIL', /holds no access token/],
    ['of two lines', () => file('Atza|abcdefgh\nAtza|more'), 'FAIL', /holds no access token/],
    ['absent', () => '/no/such/token', 'FAIL', /it is not there yet/],
    ['a folder', folder, 'FAIL', /not a regular file/],
  ])('a file that is %s', async (_case, path, verdict, found) => {
    const finding = await look({ source: 'file', file: path() });
    expect(finding).toMatchObject({ verdict, found: expect.stringMatching(found) });
    expect(JSON.stringify(finding)).not.toContain('abcdefgh');
    expect(finding.remedy === null).toBe(verdict === 'ok');
  });

  test('Login with Amazon needs a refresh token, and its secret where one is set', async () => {
    const lwa = { source: 'lwa', clientId: 'amzn1.application-oa2-client.a' };
    expect(await look({ ...lwa, refreshTokenFile: '/no/such' })).toMatchObject({
      verdict: 'FAIL',
      remedy: 'replenish-agent register',
    });
    const refreshTokenFile = file('Atzr|abcdefgh');
    expect(await look({ ...lwa, refreshTokenFile })).toMatchObject({ verdict: 'ok' });
    expect(await look({ ...lwa, refreshTokenFile, clientSecretFile: '/no/such' })).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringContaining('Client secret file /no/such'),
    });
    expect(await look({ ...lwa, refreshTokenFile, clientSecretFile: file('geheim', 0o640) })).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('mode 0640'),
    });
  });

  test.each<[object, Finding['verdict'], RegExp]>([
    [
      { state: 'valid', expiresAt: '2027-01-01T00:00:00.000Z' },
      'ok',
      /a token over MQTT until 2027-01-01T00:00:00\.000Z/,
    ],
    [{ state: 'valid', expiresAt: null }, 'ok', /a token over MQTT; /],
    [
      { state: 'missing' },
      'FAIL',
      /\(missing\): does the cloud answer replenish\/printer-7\/token\/request\?/,
    ],
    [{ state: 'rejected' }, 'FAIL', /\(rejected\)/],
    [{ state: 'revoked' }, 'FAIL', /register the device again/],
  ])('what the service says of it: %j', async (token, verdict, found) => {
    expect(await look({ source: 'mqtt' }, inService(token))).toMatchObject({
      verdict,
      found: expect.stringMatching(found),
    });
  });

  test('without the service a token over MQTT is nothing to look at', async () => {
    expect(await look({ source: 'mqtt' })).toMatchObject({
      verdict: 'ok',
      found: expect.stringContaining('when the service runs'),
    });
  });
});
