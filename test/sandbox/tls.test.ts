import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from '../support/certificate.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { drsRequest, send } from './send.ts';

const { caPem, certPem, keyPem } = makeCertificate({ hosts: ['localhost', '127.0.0.1'] });
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ tls: { key: keyPem, cert: certPem } });
});

afterAll(() => sandbox.close());

const request = () => drsRequest('replenish', '/replenish/slot1', sandbox.issueToken());

test('a client that trusts the CA is served by address and by name', async () => {
  expect(sandbox.protocol).toBe('https');
  expect((await send(sandbox.url, request(), caPem)).status).toBe(200);
  expect((await send(`https://localhost:${sandbox.port}`, request(), caPem)).status).toBe(200);
});

test('a client that does not trust the CA refuses, and nothing is recorded', async () => {
  const before = sandbox.requests.length;
  const otherCa = makeCertificate({ hosts: ['localhost'] }).caPem;
  await expect(send(sandbox.url, request())).rejects.toThrow(/self.signed|unable to verify|issuer/);
  await expect(send(sandbox.url, request(), otherCa)).rejects.toThrow();
  expect(sandbox.requests.length).toBe(before);
});

test.each([
  ['reset', 'ECONNRESET'],
  ['drop', 'socket hang up'],
] as const)('%s breaks a TLS connection too, after the order', async (kind, error) => {
  sandbox.deliver('slot1');
  const before = sandbox.purchases('slot1');
  sandbox.fault({ kind, when: 'after-order' });
  await expect(send(sandbox.url, request(), caPem)).rejects.toThrow(error);
  expect(sandbox.purchases('slot1')).toBe(before + 1);
});

test.each(['truncated', 'trickle'] as const)('%s works over TLS', async (kind) => {
  sandbox.fault({ kind });
  const answer = send(sandbox.url, request(), caPem);
  if (kind === 'truncated') await expect(answer).rejects.toThrow('aborted');
  else expect((await answer).status).toBe(200);
});
