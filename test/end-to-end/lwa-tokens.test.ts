import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLOUD_CLIENT } from '../sandbox/sandbox-options.ts';
import { start, startLwaRig, untilState } from './lwa-rig.ts';

test('a device gets its token from Login with Amazon, orders with it, and writes it nowhere', async () => {
  const lwa = await startLwaRig({ refreshAnswer: 'rotate' });
  const first = lwa.provision();
  await start(lwa);
  await untilState(lwa, 'valid');
  const { rig } = lwa;
  await rig.stock('black');
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect([lwa.sent(), rig.posts().length]).toEqual([[first], 1]);
  expect(lwa.stored()).not.toBe(first);
  expect(statSync(lwa.refreshPath).mode & 0o777).toBe(0o600);
  expect(rig.leaks()).toEqual([]);
  // Replaced and replaced again: the agent's own write is no news to it.
  await rig.killAgent();
  await rig.restartAgent();
  await untilState(lwa, 'valid');
  expect(lwa.asked()).toBe(2);
});

test('a token that DRS refuses is replaced once, and the order leaves with the new one', async () => {
  const lwa = await startLwaRig();
  lwa.provision();
  await start(lwa);
  await untilState(lwa, 'valid');
  const { rig } = lwa;
  await rig.stock('black');
  rig.sandbox.fault({ kind: 'invalid-token' });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect([lwa.asked(), rig.told.outcomes('black')]).toEqual([2, ['refused', 'placed']]);
});

test('troubles on the way to the first token only make it later, and are told', async () => {
  const lwa = await startLwaRig();
  lwa.provision();
  lwa.rig.sandbox.fault({ kind: 'status', call: 'token', status: 503 });
  lwa.rig.sandbox.fault({ kind: 'html', call: 'token' });
  lwa.rig.sandbox.fault({ kind: 'reset', call: 'token', when: 'before-order' });
  await start(lwa);
  await untilState(lwa, 'valid');
  expect(lwa.asked()).toBe(4);
  expect(lwa.rig.agent.stdout).toMatch(/answered 503 ServerError/);
  expect(lwa.rig.agent.stdout).toMatch(/web page/);
});

test('a short-lived token is replaced before slots are held for the want of one', async () => {
  const lwa = await startLwaRig({ expiresInS: 7 });
  lwa.provision();
  await start(lwa);
  await lwa.rig.until('it is asked for again', () => lwa.asked() >= 2);
  expect(lwa.rig.agent.stdout).not.toContain('"state":"expired"');
});

test('a client with a secret gives it from its file, as soon as that is there', async () => {
  const lwa = await startLwaRig({}, {}, { clientSecretFile: 'client-secret' });
  lwa.provision();
  await start(lwa);
  await untilState(lwa, 'misconfigured');
  expect(lwa.asked()).toBe(0);
  lwa.rig.tokens.push(CLOUD_CLIENT.clientSecret);
  writeFileSync(join(lwa.rig.folder, 'client-secret'), CLOUD_CLIENT.clientSecret);
  await untilState(lwa, 'valid');
});

test('without a refresh token slots are held, and after one is accepted no more the device says revoked, until it is registered anew', async () => {
  const lwa = await startLwaRig();
  await start(lwa);
  const { rig } = lwa;
  rig.show('black', 12);
  await rig.untilPhase('black', 'held auth');
  expect(rig.told.device()?.token.state).toBe('missing');
  const dead = lwa.provision();
  rig.sandbox.deregister();
  await untilState(lwa, 'revoked');
  expect(rig.agent.stdout).toContain('register this device again');
  expect(new Set(lwa.sent())).toEqual(new Set([dead]));
  expect(rig.posts()).toEqual([]);
  lwa.provision();
  await rig.untilPhase('black', 'on-order');
  expect(rig.told.device()?.token.state).toBe('valid');
});
