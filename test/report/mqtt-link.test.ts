import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRetainedBoard } from '../../agent/report/retained-board.ts';
import { validateMessage } from '../support/asyncapi.ts';
import { type MosquittoOptions, startMosquitto } from '../support/mosquitto.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { createLinkBench, DEVICE, NAMES } from './link-bench.ts';
import { startTcpProxy, startTcpServer } from './tcp-proxy.ts';

async function startBroker(options?: MosquittoOptions) {
  const broker = await startMosquitto(options);
  onTestFinished(() => broker.dispose());
  return broker;
}

async function record(url: string) {
  const recorder = await recordTopics(url);
  onTestFinished(() => recorder.close());
  return recorder;
}

test('the first thing that a broker hears is online, retained, at QoS 1, over MQTT 5', async () => {
  const broker = await startBroker();
  const recorder = await record(broker.url);
  const { link, states, until } = createLinkBench(broker.url);
  link.start();
  await until(() => link.connected());
  await link.publish(NAMES.device, '{}', { retain: true });
  await recorder.until((messages) => messages.length >= 2);
  expect(recorder.messages[0]).toEqual({ topic: NAMES.status, payload: 'online', retain: true, qos: 1 });
  expect(validateMessage('status', 'online')).toEqual([]);
  expect(states).toEqual([{ connected: true, protocolVersion: 5, error: null }]);
  expect(broker.log()).toContain(`as plant-replenish-${DEVICE} (p5, c0, k60`);
});

test('a connection that breaks is told as offline by the broker, and comes back online by itself', async () => {
  const broker = await startBroker();
  const proxy = await startTcpProxy(broker.port);
  onTestFinished(() => proxy.close());
  const recorder = await record(broker.url);
  const { link, states, until } = createLinkBench(`mqtt://127.0.0.1:${proxy.port}`);
  link.start();
  await until(() => link.connected());
  proxy.cut();
  await until(() => states.length === 3 && link.connected());
  await recorder.until(() => recorder.payloads(NAMES.status).length >= 3);
  expect(recorder.payloads(NAMES.status)).toEqual(['online', 'offline', 'online']);
  expect(states[1]?.error).toMatch(/broke the connection off/);
});

test('a stop says offline, retained, and leaves without a will', async () => {
  const broker = await startBroker();
  const recorder = await record(broker.url);
  const { link, states, until } = createLinkBench(broker.url);
  link.start();
  await until(() => link.connected());
  await Promise.all([link.stop(), link.stop()]);
  await recorder.publish('end', '');
  await recorder.until((messages) => messages.some(({ topic }) => topic === 'end'));
  expect(recorder.payloads(NAMES.status)).toEqual(['online', 'offline']);
  // The farewell comes on a connection of its own: nothing orders it before the recorder's last message.
  await vi.waitFor(
    () => expect(broker.log()).toContain(`Received DISCONNECT from plant-replenish-${DEVICE}`),
    10_000,
  );
  expect(states.at(-1)).toEqual({ connected: false, protocolVersion: null, error: null });
  const latecomer = await record(broker.url);
  await latecomer.until((messages) => messages.length > 0);
  expect(latecomer.messages[0]).toMatchObject({ topic: NAMES.status, payload: 'offline', retain: true });
});

test('a stop in the middle of connecting ends soon, whatever the broker does', async () => {
  const silent = await startTcpServer(() => {});
  onTestFinished(() => silent.close());
  const { link } = createLinkBench(`mqtt://127.0.0.1:${silent.port}`);
  link.start();
  await link.stop();
  expect(link.connected()).toBe(false);
});

test('retained state is published again when the broker restarts empty', async () => {
  const broker = await startBroker();
  const bench = createLinkBench(broker.url, {}, (state) => {
    if (state.connected) board.reconnected();
  });
  const board = createRetainedBoard({ publisher: bench.link, onRefused: () => {} });
  board.set(NAMES.slot('black'), 'first');
  bench.link.start();
  await bench.until(() => bench.link.connected());
  board.set(NAMES.slot('black'), 'latest');
  await broker.restart();
  await bench.until(() => bench.states.length >= 3 && bench.link.connected());
  const recorder = await record(broker.url);
  await recorder.until(() => recorder.payloads(NAMES.slot('black')).length > 0);
  expect(recorder.messages).toContainEqual({
    topic: NAMES.slot('black'),
    payload: 'latest',
    retain: true,
    qos: 1,
  });
});

test('a token that was sent while the agent was away arrives when it is back', async () => {
  const broker = await startBroker();
  const cloud = await record(broker.url);
  const before = createLinkBench(broker.url);
  before.link.start();
  await before.until(() => before.link.connected());
  await before.link.stop();
  await cloud.publish(NAMES.token, '{"accessToken":"a"}');
  const after = createLinkBench(broker.url);
  after.link.start();
  await after.until(() => after.messages.length > 0);
  expect(after.messages).toEqual([{ topic: NAMES.token, payload: '{"accessToken":"a"}' }]);
});

test('a publish without a connection is rejected, and nothing of it is sent later', async () => {
  const broker = await startBroker();
  const recorder = await record(broker.url);
  const { link, until } = createLinkBench(broker.url);
  link.start();
  await expect(link.publish(NAMES.device, 'early', { retain: false })).rejects.toThrow('no connection');
  await until(() => link.connected());
  await link.publish(NAMES.device, 'late', { retain: false });
  await recorder.until(() => recorder.payloads(NAMES.device).length > 0);
  expect(recorder.payloads(NAMES.device)).toEqual(['late']);
});

test('a publish whose acknowledgement is lost with the connection is rejected', async () => {
  const broker = await startBroker();
  const proxy = await startTcpProxy(broker.port);
  onTestFinished(() => proxy.close());
  const { link, until } = createLinkBench(`mqtt://127.0.0.1:${proxy.port}`);
  link.start();
  await until(() => link.connected());
  const publishing = link.publish(NAMES.device, 'x', { retain: false });
  proxy.cut();
  await expect(publishing).rejects.toThrow('lost before the message was acknowledged');
});

test('five hundred publishes at once are all acknowledged, in order, within what the broker takes at a time', async () => {
  const broker = await startBroker({ lines: ['max_inflight_messages 3'] });
  const recorder = await record(broker.url);
  const { link, states, until } = createLinkBench(broker.url);
  link.start();
  await until(() => link.connected());
  const payloads = Array.from({ length: 500 }, (_unused, index) => String(index));
  await Promise.all(payloads.map((payload) => link.publish(NAMES.device, payload, { retain: false })));
  await recorder.until(() => recorder.payloads(NAMES.device).length >= 500);
  expect(recorder.payloads(NAMES.device)).toEqual(payloads);
  expect(states).toHaveLength(1);
});

test('a message that the broker does not allow is rejected with what to do, and the connection stays', async () => {
  const broker = await startBroker({ acl: [`topic readwrite ${NAMES.status}`, `topic read ${NAMES.token}`] });
  const { link, states, until } = createLinkBench(broker.url);
  link.start();
  await until(() => link.connected());
  await expect(link.publish(NAMES.device, 'x', { retain: true })).rejects.toThrow(
    /refuses the message .*access rules/,
  );
  expect(states).toHaveLength(1);
});

test('a second client under the same id is named as the cause', async () => {
  const broker = await startBroker();
  const { link, states, until } = createLinkBench(broker.url);
  link.start();
  await until(() => link.connected());
  const twin = await connectAsync(broker.url, {
    clientId: `plant-replenish-${DEVICE}`,
    protocolVersion: 5,
    reconnectPeriod: 0,
  });
  onTestFinished(() => twin.endAsync(true));
  await until(() => states.length >= 2);
  expect(states[1]?.error).toMatch(/closed the connection: .*no other device has the same device.id/);
});

test('a message above 64 KiB stays with the broker, and those after it arrive', async () => {
  const broker = await startBroker();
  const cloud = await record(broker.url);
  const { link, messages, until } = createLinkBench(broker.url);
  link.start();
  await until(() => link.connected());
  await cloud.publish(NAMES.token, Buffer.alloc(100_000, 0x20));
  await cloud.publish(NAMES.token, 'small');
  await until(() => messages.length > 0);
  expect(messages).toEqual([{ topic: NAMES.token, payload: 'small' }]);
});
