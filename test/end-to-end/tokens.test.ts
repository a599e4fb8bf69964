import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startRig } from '../support/rig.ts';

test('a token file that is replaced is read again: the next order goes out with the new token', async () => {
  const rig = await startRig();
  await rig.stock('black');
  const old = rig.posts().length;
  const fresh = rig.issueToken();
  rig.writeToken(fresh);
  await rig.linger('black', 80);
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(old).toBe(0);
  expect(rig.posts()).toHaveLength(1);
  expect(rig.posts()[0]?.rawHeaders).toContain(`Bearer ${fresh}`);
});

test('a slot without a token file is held, and orders when the file appears', async () => {
  const rig = await startRig({ isHeldBack: true });
  rmSync(rig.tokenPath);
  rig.startAgent();
  await rig.untilReported();
  rig.show('black', 12);
  await rig.untilPhase('black', 'held auth');
  await rig.linger('black', 11);
  expect(rig.told.device()?.token.state).toBe('missing');
  expect(rig.sandbox.requests).toEqual([]);
  rig.writeToken(rig.issueToken());
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts()).toHaveLength(1);
});

test('an agent whose whole folder of secrets is missing starts all the same, and says what is missing', async () => {
  const file = '/nowhere/secrets/access-token';
  const rig = await startRig({ config: { replenish: { token: { file } } } });
  await rig.until('it is said', () => rig.agent.stdout.includes(file));
  expect(rig.told.device()?.token.state).toBe('missing');
});

test('a token file with an invalid token is held until the file is replaced, and the device says rejected', async () => {
  const rig = await startRig({ isHeldBack: true });
  const stale = rig.issueToken();
  rig.sandbox.revokeToken(stale);
  rig.writeToken(stale);
  rig.startAgent();
  await rig.untilReported();
  rig.show('black', 12);
  await rig.untilPhase('black', 'held auth');
  await rig.linger('black', 11, 50);
  expect(rig.posts()).toHaveLength(1);
  expect(rig.told.device()?.token.state).toBe('rejected');
  rig.writeToken(rig.issueToken());
  await rig.untilPhase('black', 'on-order');
  expect(rig.told.outcomes('black')).toEqual(['refused', 'placed']);
  expect(rig.told.device()?.token.state).toBe('valid');
});

test('a token over MQTT is asked for at the start, and again before it expires', async () => {
  const rig = await startRig({ token: 'mqtt' });
  await rig.until('it is asked for', () => rig.told.tokenRequests().length >= 1);
  const from = performance.now();
  await rig.sendToken(rig.issueToken(), 5);
  await rig.until('it is asked for again', () => rig.told.tokenRequests().length === 2);
  expect(performance.now() - from).toBeLessThan(5_000);
  expect(rig.told.tokenRequests()).toEqual(['start', 'expiring']);
  const fresh = rig.issueToken();
  await rig.sendToken(fresh);
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts()[0]?.rawHeaders).toContain(`Bearer ${fresh}`);
});

test('an expired token over MQTT holds the slot, and nothing is sent with it', async () => {
  const rig = await startRig({ token: 'mqtt' });
  await rig.until('it is asked for', () => rig.told.tokenRequests().length >= 1);
  await rig.sendToken(rig.issueToken(), 1);
  await rig.until('it has expired', () => rig.told.device()?.token.state === 'expired');
  rig.show('black', 12);
  await rig.untilPhase('black', 'held auth');
  await rig.linger('black', 11);
  expect(rig.sandbox.requests).toEqual([]);
  await rig.sendToken(rig.issueToken());
  await rig.untilPhase('black', 'on-order');
});

test('nonsense on the token topic is refused with a warning and changes nothing', async () => {
  const rig = await startRig({ token: 'mqtt' });
  await rig.until('it is asked for', () => rig.told.tokenRequests().length >= 1);
  const good = rig.issueToken();
  await rig.sendToken(good);
  const nonsense = [
    '',
    'Atza|plain-text-secret',
    '[]',
    'null',
    '{"accessToken":7,"expiresIn":3600}',
    '{"accessToken":"Atza|x\\r\\nX-Evil: 1","expiresIn":3600}',
    '{"accessToken":"Atza|secret-in-bad-company","expiresIn":-1}',
    '{"accessToken":"Atza|secret-in-bad-company","expiresAt":"yesterday"}',
    `{"accessToken":"${'x'.repeat(100_000)}","expiresIn":3600}`,
    '{"accessToken":"Atza|secret-in-bad-company"',
  ];
  for (const payload of nonsense) await rig.publish('token', payload);
  await rig.publish('token', Buffer.from([0xff, 0xfe, 0x7b]));
  await rig.linger('black', 80);
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts()).toHaveLength(1);
  expect(rig.posts()[0]?.rawHeaders).toContain(`Bearer ${good}`);
  expect(rig.agent.stdout).not.toMatch(/plain-text-secret|bad-company|X-Evil/);
  expect(rig.agent.stdout).toMatch(/token message was refused/);
});
