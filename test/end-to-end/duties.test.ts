import { expect, test } from 'vitest';
import type { RecordedRequest } from '../sandbox/recorder.ts';
import { runAgent } from '../support/agent-process.ts';
import { type Rig, startRig } from '../support/rig.ts';

/** Everything that is due after a start comes within a second or so. */
const SOON = { replenish: { duties: { startDelay: '200ms' } } };

function called(rig: Rig, call: RecordedRequest['call']): readonly RecordedRequest[] {
  return rig.sandbox.requests.filter((request) => request.call === call && request.answer !== null);
}

test('DRS is told levels and that the device is alive, and asked for subscriptions, once and by the letter', async () => {
  const rig = await startRig({
    config: { ...SOON, slots: { black: { capacity: { quantity: 12, unit: 'count' } } } },
  });
  await rig.stock('black', 50);
  await rig.until('all is told', () => called(rig, 'slotStatus').length === 1);
  await rig.until('the device is told of', () => called(rig, 'deviceStatus').length >= 1);
  await rig.until('the slot is known to be subscribed', () => rig.told.slot('black')?.subscribed === true);
  const level = called(rig, 'slotStatus').find(({ slotId }) => slotId === 'black');
  const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(JSON.parse(level?.body ?? '')).toEqual({
    expectedReplenishmentDate: date,
    remainingQuantityInUnit: 6,
    originalQuantityInUnit: 12,
    totalQuantityOnHand: 0,
    lastUseDate: date,
  });
  const before = rig.sandbox.requests.length;
  await rig.killAgent();
  await rig.restartAgent();
  await rig.stock('black', 50);
  await rig.until('the subscriptions are read again', () => called(rig, 'subscriptionInfo').length === 2);
  await rig.linger('black', 50, 50);
  const after = rig.sandbox.requests.slice(before).filter(({ slotId }) => slotId !== 'witness0');
  expect(after.map(({ call }) => call)).toEqual(['subscriptionInfo']);
});

test('a service that knows nothing but orders gets its order, and is not bothered', async () => {
  const rig = await startRig({ config: SOON });
  for (const call of ['slotStatus', 'deviceStatus', 'subscriptionInfo'] as const)
    rig.sandbox.fault({ kind: 'status', status: 404, call, times: 'always' });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  await rig.until('the duties were tried', () => called(rig, 'deviceStatus').length === 1);
  await rig.linger('black', 11, 50);
  expect(rig.told.standing('black')).toBe('on-order');
  expect(rig.posts()).toHaveLength(1);
  expect(rig.told.tokenRequests()).toEqual([]);
  expect(rig.told.device()?.token.state).toBe('valid');
  for (const call of ['slotStatus', 'deviceStatus', 'subscriptionInfo'] as const)
    expect(called(rig, call).filter(({ slotId }) => slotId !== 'witness0').length).toBeLessThanOrEqual(1);
});

test('a duty that hangs delays no order', async () => {
  const rig = await startRig({ config: SOON });
  rig.sandbox.fault({ kind: 'hang', when: 'before-order', call: 'any', times: 1 });
  await rig.until('something hangs', () => rig.sandbox.requests.some(({ fault }) => fault === 'hang'));
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(rig.sandbox.requests.filter(({ call }) => call !== 'replenish')).toHaveLength(1);
});

test('with duties off, or dryRun on, nothing but orders leaves, or nothing at all', async () => {
  const off = { replenish: { duties: { enabled: false, startDelay: '200ms' } } };
  const rig = await startRig({ config: off });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  await rig.linger('black', 11, 80);
  expect(rig.sandbox.requests.map(({ call }) => call)).toEqual(['replenish']);

  rig.writeConfig({ replenish: { dryRun: true, duties: { enabled: true } } });
  rig.agent.signal('SIGHUP');
  await rig.until('the new file is in force', () => rig.agent.stdout.includes('is in force'));
  await rig.linger('black', 10, 80);
  expect(rig.sandbox.requests).toHaveLength(1);
});

test('a slot that lost its subscription is not ordered for, and a changed one is asked after', async () => {
  const rig = await startRig({ config: SOON });
  rig.sandbox.unsubscribe('black');
  await rig.stock('black', 50);
  await rig.until('it is known', () => rig.told.slot('black')?.subscribed === false);
  rig.show('black', 12);
  await rig.untilPhase('black', 'held unsubscribed');
  await rig.linger('black', 11);
  expect(rig.posts()).toEqual([]);
  rig.sandbox.subscribe('black');
  const status = { black: { subscribed: true, productInfoList: [] } };
  await rig.publish(
    'notification',
    JSON.stringify({
      notificationInfo: { notificationType: 'SubscriptionChangedNotification' },
      subscriptionInfo: { slotsSubscriptionStatus: status },
    }),
  );
  await rig.untilPhase('black', 'on-order');
  expect(rig.told.slot('black')?.subscribed).toBe(true);
});

test('slots that DRS does not list are named on the device', async () => {
  const rig = await startRig({ config: SOON, sandbox: { slots: ['black', 'else'] } });
  await rig.until('it is said', () => rig.told.device()?.drs.error !== null);
  expect(rig.told.device()?.drs.error).toContain('witness0');
  expect(rig.told.device()?.drs.error).not.toContain('black');
});

test('a device that was deregistered orders nothing, says why over a restart, and goes on with a new token', async () => {
  const rig = await startRig();
  await rig.stock('black');
  const message = { notificationInfo: { notificationType: 'DeviceDeregisteredNotification' } };
  await rig.publish('notification', JSON.stringify(message));
  await rig.until('it is said', () => rig.told.device()?.drs.error?.includes('deregistered') === true);
  rig.show('black', 12);
  await rig.untilPhase('black', 'held auth');
  await rig.killAgent();
  await rig.restartAgent();
  await rig.untilPhase('black', 'held auth');
  await rig.linger('black', 11);
  expect(rig.told.device()?.drs.error).toContain('deregistered');
  expect(rig.posts()).toEqual([]);

  rig.writeToken(rig.issueToken());
  await rig.untilPhase('black', 'on-order');
  await rig.until('all is well', () => rig.told.device()?.drs.error === null);
});

test("a test order is cancelled on request: the cancellation is not the customer's, and the next order needs a refill", async () => {
  const rig = await startRig({ sandbox: { isTest: true, cancelTestOrderMakesNews: true } });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  const [order] = rig.sandbox.orders;
  await rig.publish('command', JSON.stringify({ id: 'c1', command: 'cancel-test', slot: 'black' }));
  await rig.until('it is cancelled', () => called(rig, 'cancelTestOrder').length === 1);
  const about = { instanceId: order?.instanceId, slotId: 'black' };
  const notificationInfo = { notificationType: 'OrderCancelledNotification' };
  await rig.publish('notification', JSON.stringify({ notificationInfo, orderInfo: about }));
  await rig.linger('black', 11, 40);
  expect(rig.told.standing('black')).toBe('on-order');
  expect(rig.posts()).toHaveLength(1);

  await rig.killAgent();
  await rig.restartAgent();
  await rig.stock('black', 98);
  rig.show('black', 12);
  await rig.untilOutcomes('black', ['placed', 'placed']);
  expect(rig.told.orderEvents('black').at(-1)?.detailCode).toBe('TEST_ORDER_PLACED');
});

test('the open order is asked after with a report, and deregister, said in full, ends it all', async () => {
  const rig = await startRig();
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  await rig.publish('command', JSON.stringify({ id: 'c2', command: 'report', slot: 'black' }));
  await rig.until('it is answered', () =>
    rig.topics.messages.some(({ payload }) => payload.includes('"c2"')),
  );
  await rig.until('Amazon was asked', () => called(rig, 'getOrderInfo').length === 1);

  const where = ['--config', rig.configPath, '--state-dir', rig.stateDir];
  const unsure = await runAgent({ words: ['deregister', ...where], cwd: rig.folder });
  expect(unsure).toMatchObject({ code: 2, stdout: '' });
  expect(unsure.stderr).toContain('--yes-remove-this-device');
  expect(called(rig, 'deregister')).toEqual([]);
  const words = ['deregister', '--yes-remove-this-device', ...where];
  expect(await runAgent({ words, cwd: rig.folder })).toMatchObject({ code: 0, stderr: '' });
  expect(called(rig, 'deregister')).toHaveLength(1);
  await rig.until('it is said', () => rig.told.device()?.drs.error?.includes('deregistered') === true);
  rig.sandbox.deliver('black');
  await rig.stock('black', 98);
  rig.show('black', 12);
  await rig.untilPhase('black', 'held auth');
  expect(rig.posts()).toHaveLength(1);
});
