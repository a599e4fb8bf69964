import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from '../support/certificate.ts';
import { startRig } from '../support/rig.ts';
import { startBroker } from '../workbench/broker.ts';
import { Gate } from './gate.ts';

test('a broker that speaks MQTT 3.1.1 only will do', async () => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const rig = await startRig({ oldBrokerUrl: broker.url, token: 'mqtt' });
  await rig.until('a token is asked for', () => rig.told.tokenRequests().length > 0);
  await rig.sendToken(rig.issueToken());
  await rig.stock('black');
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  await rig.untilOutcomes('black', ['placed']);
  await rig.killAgent();
  await rig.until('offline', () => rig.told.statuses().at(-1) === 'offline');
  expect(rig.told.statuses()).toEqual(['online', 'offline']);
});

test('without a broker an order is placed all the same, and its event is delivered when there is one', async () => {
  const gate = await Gate.shut(0);
  const rig = await startRig({ way: { brokerPort: gate.port } });
  gate.target(rig.broker.port);
  rig.show('black', 12);
  await rig.until('the order is placed', () => rig.posts()[0]?.orderRecorded === true);
  expect(rig.topics.messages).toEqual([]);
  await gate.open();
  onTestFinished(() => gate.close());
  await rig.untilPhase('black', 'on-order');
  await rig.untilOutcomes('black', ['placed']);
  await rig.linger('black', 11);
  expect(rig.posts()).toHaveLength(1);
});

test('events outlive a power cut without a broker, and arrive in order', async () => {
  const gate = await Gate.shut(0);
  const rig = await startRig({ way: { brokerPort: gate.port } });
  gate.target(rig.broker.port);
  rig.sandbox.fault({ kind: 'status', status: 500, times: 2 });
  rig.show('black', 12);
  await rig.until('the order is placed', () => rig.sandbox.purchases('black') === 1);
  await rig.until('the outcome is settled', () => rig.agent.stdout.includes('STANDARD_ORDER_PLACED'));
  await rig.killAgent();
  await gate.open();
  onTestFinished(() => gate.close());
  rig.startAgent();
  await rig.untilOutcomes('black', ['failed', 'failed', 'placed']);
  expect(rig.told.orderEvents('black').map((event) => event.attempt)).toEqual([1, 2, 3]);
});

test('the device says that the outbox is empty again once its events are delivered', async () => {
  const gate = await Gate.shut(0);
  const rig = await startRig({ way: { brokerPort: gate.port } });
  gate.target(rig.broker.port);
  rig.show('black', 12);
  await rig.until('the outcome is settled', () => rig.agent.stdout.includes('STANDARD_ORDER_PLACED'));
  await rig.killAgent();
  await gate.open();
  onTestFinished(() => gate.close());
  rig.startAgent();
  await rig.untilOutcomes('black', ['placed']);
  await rig.until('an empty outbox', () => rig.told.device()?.outbox.depth === 0, 5_000);
});

test('a connection to the broker that breaks comes back by itself, with the state as it is then', async () => {
  const gate = await Gate.shut(0);
  await gate.open();
  onTestFinished(() => gate.close());
  const rig = await startRig({ way: { brokerPort: gate.port } });
  gate.target(rig.broker.port);
  await rig.stock('black');
  await gate.close();
  await rig.until('the will is published', () => rig.told.statuses().at(-1) === 'offline');
  rig.show('black', 12);
  await rig.until('the order is placed', () => rig.sandbox.purchases('black') === 1);
  await gate.open();
  await rig.untilPhase('black', 'on-order');
  await rig.untilOutcomes('black', ['placed']);
  expect(rig.told.statuses().at(-1)).toBe('online');
});

test('DRS is reached by HTTPS with the authority of caFile', async () => {
  const { caPem, certPem, keyPem } = makeCertificate({ hosts: ['127.0.0.1'] });
  const rig = await startRig({ sandbox: { tls: { key: keyPem, cert: certPem } }, isHeldBack: true });
  const caFile = join(rig.folder, 'ca.pem');
  writeFileSync(caFile, caPem);
  rig.writeConfig({ replenish: { caFile } });
  rig.startAgent();
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(rig.sandbox.url).toMatch(/^https:/);
  expect(rig.posts()).toHaveLength(1);
});

test.each([
  { name: 'of an unknown authority', hosts: ['127.0.0.1'], isKnown: false },
  { name: 'for another host', hosts: ['drs.example'], isKnown: true },
  { name: 'that has expired', hosts: ['127.0.0.1'], notAfter: new Date(Date.now() - 1_000), isKnown: true },
])('nothing is sent to a server with a certificate $name', async ({ isKnown, ...request }) => {
  const { caPem, certPem, keyPem } = makeCertificate(request);
  const rig = await startRig({ sandbox: { tls: { key: keyPem, cert: certPem } }, isHeldBack: true });
  const caFile = join(rig.folder, 'ca.pem');
  writeFileSync(caFile, isKnown ? caPem : makeCertificate(request).caPem);
  rig.writeConfig({ replenish: { caFile } });
  rig.startAgent();
  rig.show('black', 12);
  await rig.until('two attempts', () => rig.told.outcomes('black').length >= 2);
  expect(rig.told.orderEvents('black')[0]).toMatchObject({ outcome: 'failed', httpStatus: null });
  expect(rig.told.orderEvents('black')[0]?.message).toMatch(/nothing was sent.*certificate/);
  expect(rig.sandbox.requests).toEqual([]);
});
