import { expect, test } from 'vitest';
import { runAgent } from '../support/agent-process.ts';
import { startRig } from '../support/rig.ts';

test('an invalid token is asked for anew over MQTT, and the order is retried once with the new one', async () => {
  const rig = await startRig({ token: 'mqtt' });
  await rig.until('a token is asked for', () => rig.told.tokenRequests().length > 0);
  const stale = rig.issueToken();
  rig.sandbox.revokeToken(stale);
  await rig.sendToken(stale);
  rig.show('black', 12);
  await rig.until('another token is asked for', () => rig.told.tokenRequests().includes('rejected'));
  await rig.linger('black', 11);
  expect(rig.posts()).toHaveLength(1);
  expect(rig.told.standing('black')).toBe('held auth');
  expect(rig.told.device()?.token.state).toBe('rejected');

  await rig.sendToken(rig.issueToken());
  await rig.untilPhase('black', 'on-order');
  await rig.linger('black', 10);
  expect(rig.told.tokenRequests()).toEqual(['start', 'rejected']);
  expect(rig.posts()).toHaveLength(2);
  expect(rig.told.orderEvents('black')).toMatchObject([
    { attempt: 1, outcome: 'refused', httpStatus: 400, message: 'Invalid token', detailCode: null },
    { attempt: 2, outcome: 'placed', httpStatus: 200, detailCode: 'STANDARD_ORDER_PLACED' },
  ]);
});

test('after a second invalid token a slot is held until a third one comes', async () => {
  const rig = await startRig({ token: 'mqtt' });
  await rig.until('a token is asked for', () => rig.told.tokenRequests().length > 0);
  for (const attempts of [1, 2]) {
    const stale = rig.issueToken();
    rig.sandbox.revokeToken(stale);
    await rig.sendToken(stale);
    rig.show('black', 12);
    await rig.until('it is refused', () => rig.told.outcomes('black').length === attempts);
  }
  await rig.linger('black', 11, 60);
  expect(rig.told.standing('black')).toBe('held auth');
  expect(rig.posts()).toHaveLength(2);
  const alerts = ['slots/black/held-auth', 'token-rejected'];
  await rig.until('both are alerts', () => rig.told.alerts().join() === alerts.join());
  const words = ['status', '--config', rig.configPath, '--state-dir', rig.stateDir];
  const [asText, asJson] = await Promise.all([
    runAgent({ words, cwd: rig.folder }),
    runAgent({ words: [...words, '--json'], cwd: rig.folder }),
  ]);
  expect(asText.stdout).toMatch(/^critical: Amazon refuses the access token, .* Provision a new one\./m);
  const told = JSON.parse(asJson.stdout) as { alerts: readonly { id: string }[] };
  expect(told.alerts.map(({ id }) => id)).toEqual(alerts);

  await rig.sendToken(rig.issueToken());
  await rig.untilPhase('black', 'on-order');
  expect(rig.told.outcomes('black')).toEqual(['refused', 'refused', 'placed']);
  await rig.until('no alert is left', () => rig.told.alerts().length === 0);
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('the device says that a token is rejected also when it is the second one', async () => {
  const rig = await startRig({ token: 'mqtt' });
  await rig.until('a token is asked for', () => rig.told.tokenRequests().length > 0);
  for (const attempts of [1, 2]) {
    const stale = rig.issueToken();
    rig.sandbox.revokeToken(stale);
    await rig.sendToken(stale);
    rig.show('black', 12);
    await rig.until('it is refused', () => rig.told.outcomes('black').length === attempts);
  }
  await rig.linger('black', 11);
  expect(rig.told.device()?.token.state).toBe('rejected');
});

test('two slots that are refused for one token ask for another one once', async () => {
  const rig = await startRig({ token: 'mqtt', slots: { black: {}, cyan: {} } });
  await rig.until('a token is asked for', () => rig.told.tokenRequests().length > 0);
  const stale = rig.issueToken();
  rig.sandbox.revokeToken(stale);
  await rig.sendToken(stale);
  rig.show('black', 12);
  rig.show('cyan', 12);
  await rig.untilPhase('black', 'held auth');
  await rig.untilPhase('cyan', 'held auth');
  await rig.linger('cyan', 11);
  expect(rig.told.tokenRequests()).toEqual(['start', 'rejected']);

  await rig.sendToken(rig.issueToken());
  await rig.untilPhase('black', 'on-order');
  await rig.untilPhase('cyan', 'on-order');
  expect(rig.posts()).toHaveLength(4);
});

test('a slot without a subscription is held, with the words of DRS, and stays so over a restart', async () => {
  // Without duties nobody knows it before Replenish says it.
  const config = { replenish: { duties: { enabled: false } } };
  const rig = await startRig({ config, sandbox: { slots: [{ slotId: 'black', subscribed: false }] } });
  rig.show('black', 12);
  await rig.untilPhase('black', 'held unsubscribed');
  await rig.linger('black', 11, 60);
  expect(rig.told.orderEvents('black')).toMatchObject([
    {
      outcome: 'refused',
      httpStatus: 400,
      message: 'Unable to place order - slot : <black> is unsubscribed.',
      detailCode: null,
    },
  ]);
  await rig.killAgent();
  await rig.restartAgent();
  await rig.linger('black', 10);
  expect(rig.told.standing('black')).toBe('held unsubscribed');
  expect(rig.posts()).toHaveLength(1);
});

test('a slot that DRS does not know is held until the configuration names another one', async () => {
  const rig = await startRig({ slots: { black: { slotId: 'blakc' } }, sandbox: { slots: ['black'] } });
  rig.show('black', 12);
  await rig.untilPhase('black', 'held unknown-slot');
  await rig.linger('black', 11, 60);
  expect(rig.posts('blakc')).toHaveLength(1);
  expect(rig.told.orderEvents('black')).toMatchObject([{ outcome: 'refused', httpStatus: 404 }]);

  rig.writeConfig({ slots: { black: { slotId: 'black' } } });
  rig.agent.signal('SIGHUP');
  await rig.untilPhase('black', 'on-order');
  expect(rig.sandbox.purchases('black')).toBe(1);
});
