import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Rig, startRig } from '../support/rig.ts';

/** Resolves in the very moment in which DRS knows what becomes of a request, before its answer leaves. */
function untilOrderKnown(rig: Rig): Promise<void> {
  return new Promise((resolve) => rig.sandbox.onRequest(() => resolve()));
}

/** Resolves in the very moment in which an order event of the slot arrives. */
function untilReported(rig: Rig, slot: string): Promise<void> {
  return rig.topics.until((messages) => messages.some(({ topic }) => topic.endsWith(`slots/${slot}/order`)));
}

/** Cuts the power while the answer to an order is on its way, and starts the agent again on a silent sensor. */
async function cutDuringRequest(rig: Rig): Promise<void> {
  rig.sandbox.fault({ kind: 'delay', delayMs: 1_000 });
  const known = untilOrderKnown(rig);
  rig.show('black', 12);
  await known;
  await rig.killAgent();
  rig.showRaw('black', null);
  await rig.restartAgent();
}

test('a power cut between request and answer leaves one purchase: in doubt, asked for again after fresh samples', async () => {
  const rig = await startRig({ config: { mqtt: { heartbeat: '1s' } } });
  await cutDuringRequest(rig);
  await rig.untilPhase('black', 'in-doubt');
  const heard = rig.topics.payloads('replenish/rig/slots/black').length;
  // Heartbeats tell that far more than the backoff has passed.
  await rig.until('three heartbeats', () => {
    return rig.topics.payloads('replenish/rig/slots/black').length >= heard + 3;
  });
  expect(rig.posts()).toHaveLength(1);
  expect(rig.told.slot('black')).toMatchObject({ phase: 'in-doubt', level: null, sensor: 'stale' });

  rig.show('black', 11);
  await rig.untilPhase('black', 'on-order');
  await rig.linger('black', 10);
  expect(rig.told.orderEvents('black')).toMatchObject([
    { attempt: 1, outcome: 'in-doubt', httpStatus: null, detailCode: null },
    { attempt: 2, outcome: 'in-progress', httpStatus: 200, detailCode: 'ORDER_INPROGRESS' },
  ]);
  expect(new Set(rig.told.orderEvents('black').map((event) => event.orderId)).size).toBe(1);
  expect(rig.posts()).toHaveLength(2);
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('a doubt that a refill settles is not asked for again', async () => {
  const rig = await startRig();
  await cutDuringRequest(rig);
  await rig.untilPhase('black', 'in-doubt');
  await rig.stock('black');
  await rig.linger('black', 89, 60);
  expect(rig.posts()).toHaveLength(1);
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('several power cuts in a row while DRS hangs leave one purchase', async () => {
  const rig = await startRig({ config: { replenish: { retry: { first: '50ms' } } } });
  rig.sandbox.fault({ kind: 'hang', when: 'after-order', times: 3 });
  rig.show('black', 12);
  for (const requests of [1, 2, 3]) {
    await rig.until('DRS has the request', () => rig.posts().length === requests);
    await rig.killAgent();
    await rig.restartAgent();
  }
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts()).toHaveLength(4);
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('a power cut right after an order is reported does not order again', async () => {
  const rig = await startRig();
  rig.show('black', 12);
  await untilReported(rig, 'black');
  await rig.killAgent();
  await rig.restartAgent();
  await rig.linger('black', 11, 60);
  expect(rig.told.standing('black')).toBe('on-order');
  expect(rig.posts()).toHaveLength(1);
});

test('a power cut while low is being confirmed only delays the order', async () => {
  const rig = await startRig({ slots: { black: { settings: { confirm: { samples: 25 } } } } });
  await rig.stock('black');
  rig.show('black', 12);
  await rig.untilPhase('black', 'low');
  await rig.killAgent();
  expect(rig.posts()).toEqual([]);
  await rig.restartAgent();
  await rig.untilPhase('black', 'on-order');
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('the intent is on disk before DRS has the request, and the outcome before anybody hears of it', async () => {
  const rig = await startRig();
  const atRequest = join(rig.folder, 'state-at-request');
  const atReport = join(rig.folder, 'state-at-report');
  rig.sandbox.fault({ kind: 'delay', delayMs: 300 });
  const known = untilOrderKnown(rig).then(() => cpSync(rig.stateDir, atRequest, { recursive: true }));
  const reported = untilReported(rig, 'black').then(() => {
    cpSync(rig.stateDir, atReport, { recursive: true });
  });
  rig.show('black', 12);
  await Promise.all([known, reported]);
  await rig.killAgent();

  // Each copy is a disk after a power cut at that instant. Under another device id, so as not to mix the reports.
  const standingFrom = async (stateDir: string, id: string): Promise<unknown> => {
    rig.writeConfig({ device: { id }, hardware: { board0: { port: '/dev/none' } } });
    const agent = rig.startAgent({ words: ['run', '--config', rig.configPath, '--state-dir', stateDir] });
    const topic = `replenish/${id}/slots/black`;
    await rig.until('the slot is reported', () => rig.topics.payloads(topic).length > 0);
    await agent.end('SIGTERM');
    return JSON.parse(rig.topics.payloads(topic).at(-1) ?? '');
  };
  expect(await standingFrom(atRequest, 'rig-request')).toMatchObject({ phase: 'in-doubt' });
  expect(await standingFrom(atReport, 'rig-report')).toMatchObject({
    phase: 'on-order',
    lastOrder: { outcome: 'placed', detailCode: 'STANDARD_ORDER_PLACED' },
  });
});
