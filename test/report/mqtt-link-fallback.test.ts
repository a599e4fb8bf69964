import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { expect, onTestFinished, test } from 'vitest';
import { startMosquitto } from '../support/mosquitto.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { createLinkBench, NAMES } from './link-bench.ts';
import { startTcpServer } from './tcp-proxy.ts';

/** A real broker that speaks MQTT 3.1.1 only. */
async function startAedes() {
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    broker.handle(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await new Promise<void>((resolve) => {
      broker.close(() => resolve());
    });
  });
  const { port } = server.address() as AddressInfo;
  return { broker, url: `mqtt://127.0.0.1:${port}` };
}

async function record(url: string, protocolVersion: 4 | 5) {
  const recorder = await recordTopics(url, { protocolVersion });
  onTestFinished(() => recorder.close());
  return recorder;
}

test('a broker that refuses MQTT 5 gets 3.1.1 at once, with birth, farewell and subscriptions', async () => {
  const { url } = await startAedes();
  const recorder = await record(url, 4);
  const { link, states, messages, until } = createLinkBench(url);
  link.start();
  await until(() => link.connected());
  expect(states).toEqual([{ connected: true, protocolVersion: 4, error: null }]);
  await recorder.publish(NAMES.token, 'hello');
  await until(() => messages.length > 0);
  await link.stop();
  await recorder.until(() => recorder.payloads(NAMES.status).length >= 2);
  expect(recorder.payloads(NAMES.status)).toEqual(['online', 'offline']);
});

test('over MQTT 3.1.1 a message above 64 KiB is dropped and counted, and those after it arrive', async () => {
  const { url } = await startAedes();
  const cloud = await record(url, 4);
  const { link, states, messages, until } = createLinkBench(url);
  link.start();
  await until(() => link.connected());
  await cloud.publish(NAMES.token, Buffer.alloc(100_000, 0x20));
  await cloud.publish(NAMES.token, 'small');
  await until(() => messages.length > 0);
  expect(messages).toEqual([{ topic: NAMES.token, payload: 'small' }]);
  expect(link.droppedMessages()).toBe(1);
  expect(states).toHaveLength(1);
});

test('a message far too big costs the connection, and the session that would bring it again', async () => {
  const { url } = await startAedes();
  const cloud = await record(url, 4);
  const { link, states, messages, until } = createLinkBench(url);
  link.start();
  await until(() => link.connected());
  await cloud.publish(NAMES.token, Buffer.alloc(400_000, 0x20));
  await until(() => states.length >= 3 && link.connected());
  expect(states[1]?.error).toMatch(/far too big/);
  await cloud.publish(NAMES.token, 'small');
  await until(() => messages.length > 0);
  expect(messages.map(({ payload }) => payload)).toEqual(['small']);
});

test('a broker that hangs up on MQTT 5 is reached over 3.1.1', async () => {
  const { broker } = await startAedes();
  const picky = await startTcpServer((socket) => {
    socket.once('data', (first) => {
      // The version stands behind the protocol name: 0x10, length, 0, 4, M, Q, T, T, version.
      if (first[first.indexOf('MQTT') + 4] === 5) socket.destroy();
      else {
        socket.unshift(first);
        broker.handle(socket);
      }
    });
  });
  onTestFinished(() => picky.close());
  const { link, states, until } = createLinkBench(`mqtt://127.0.0.1:${picky.port}`);
  link.start();
  await until(() => link.connected());
  expect(states.map(({ protocolVersion }) => protocolVersion)).toEqual([null, 4]);
});

test('a load balancer that hangs up until its broker is there does not lock the agent out', async () => {
  const mosquitto = await startMosquitto();
  onTestFinished(() => mosquitto.dispose());
  let calls = 0;
  const balancer = await startTcpServer((socket) => {
    socket.once('data', (first) => {
      calls += 1;
      if (calls < 4) {
        socket.destroy();
        return;
      }
      const outbound = connect(mosquitto.port, '127.0.0.1');
      outbound.on('error', () => {});
      outbound.write(first);
      socket.pipe(outbound).pipe(socket);
    });
  });
  onTestFinished(() => balancer.close());
  const { link, states, until } = createLinkBench(`mqtt://127.0.0.1:${balancer.port}`);
  link.start();
  await until(() => link.connected());
  expect(calls).toBe(4);
  expect(states[0]?.error).toMatch(/closed the connection before it answered|broke the connection off/);
});
