import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createLinkBench, NAMES } from '../report/link-bench.ts';
import { startTcpProxy } from '../report/tcp-proxy.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { startNats } from '../support/nats.ts';
import { startRabbitMq } from '../support/rabbitmq.ts';
import { type Rig, startRig } from '../support/rig.ts';
import { startBroker } from '../workbench/broker.ts';
import { BASE, type OrderReport } from './reports.ts';
import { given } from './stage.ts';

type Started = { readonly url: string; dispose(): Promise<void> };

type Candidate = {
  readonly name: string;
  readonly mqtt: '5' | '3.1.1';
  /** What it does about a message that its access rules forbid; null where it has no such rules. */
  readonly refusal: 'says so' | 'hangs up' | 'keeps silent' | null;
  /** Whether somebody who subscribes with a wildcard is told what is retained. */
  readonly wildcards: boolean;
  /** Everybody may do everything; only the user `printer` may not write the topic `device`. */
  start(): Promise<Started>;
};

const PRINTER = { name: 'printer', password: 'gRoss-geheim' };

const candidates: readonly Candidate[] = [
  {
    name: 'mosquitto',
    mqtt: '5',
    refusal: 'says so',
    wildcards: true,
    // Without a list of passwords it believes every name.
    start: () =>
      startMosquitto({
        acl: ['topic readwrite #', `user ${PRINTER.name}`, `topic readwrite ${NAMES.status}`, 'topic read #'],
      }),
  },
  {
    name: 'RabbitMQ',
    mqtt: '3.1.1',
    refusal: 'hangs up',
    wildcards: false,
    start: () => startRabbitMq([{ ...PRINTER, writes: `^${dotted(NAMES.status)}$` }]),
  },
  {
    name: 'NATS server',
    mqtt: '3.1.1',
    refusal: 'keeps silent',
    wildcards: true,
    start: async () => {
      const { nodes, dispose } = await startNats(1, {
        users: [
          { name: 'anybody', password: '' },
          { ...PRINTER, denyPublish: dotted(NAMES.device) },
        ],
        nobody: 'anybody',
      });
      return { url: given(nodes[0]).url, dispose };
    },
  },
  {
    name: 'aedes',
    mqtt: '3.1.1',
    refusal: null,
    wildcards: true,
    start: async () => {
      const { url, close } = await startBroker();
      return { url, dispose: close };
    },
  },
];

/** RabbitMQ and NATS name a topic so among themselves. */
function dotted(topic: string): string {
  return topic.replaceAll('/', '.');
}

/** What a newcomer is told at once of an exact topic. */
async function retainedAt(url: string, mqtt: '5' | '3.1.1', topic: string): Promise<string> {
  const newcomer = await connectAsync(url, { protocolVersion: mqtt === '5' ? 5 : 4 });
  onTestFinished(() => newcomer.endAsync(true));
  const heard = new Promise<string>((resolve) => {
    newcomer.on('message', (_topic, payload, { retain }) => retain && resolve(payload.toString()));
  });
  await newcomer.subscribeAsync(topic, { qos: 1 });
  return heard;
}

/** Whether a newcomer who names no slot is told of slots. */
async function tellsOfWildcards(url: string): Promise<boolean> {
  const newcomer = await connectAsync(url, { protocolVersion: 4 });
  onTestFinished(() => newcomer.endAsync(true));
  const topics: string[] = [];
  const end = `${BASE}slots/end`;
  const ended = new Promise<void>((resolve) => {
    newcomer.on('message', (topic) => (topic === end ? resolve() : topics.push(topic)));
  });
  await newcomer.subscribeAsync(`${BASE}slots/+`, { qos: 1 });
  await newcomer.publishAsync(end, '', { qos: 1 });
  await ended;
  return topics.includes(`${BASE}slots/black`);
}

/** Order events as they came, of all slots, with repetitions. */
function rawEvents(rig: Rig): OrderReport[] {
  return rig.topics.messages
    .filter(({ topic }) => topic.endsWith('/order'))
    .map(({ payload }) => JSON.parse(payload) as OrderReport);
}

describe.each(candidates)('$name', ({ mqtt, refusal, wildcards, start }) => {
  let broker: Started;
  beforeAll(async () => {
    broker = await start();
  });
  afterAll(() => broker.dispose());

  test(`takes part in everything by MQTT ${mqtt}, and an outage in the middle loses nothing`, async () => {
    const cable = await startTcpProxy(Number(new URL(broker.url).port));
    onTestFinished(() => cable.close());
    const rig = await startRig({
      slots: { black: {}, cyan: {}, photo: {} },
      oldBrokerUrl: broker.url,
      token: 'mqtt',
      config: { mqtt: { url: `mqtt://127.0.0.1:${cable.port}` } },
    });
    expect(rig.agent.stdout).toContain(`"mqttVersion":${mqtt === '5' ? 5 : 4}`);
    expect(rig.told.statuses()).toEqual(['online']);

    // Down: a token, a command, a notification. Up: the request for it, the answer, the phases.
    await rig.until('a token is asked for', () => rig.told.tokenRequests().includes('start'));
    await rig.sendToken(rig.issueToken());
    for (const slot of ['black', 'cyan', 'photo']) await rig.stock(slot);
    rig.show('black', 12);
    await rig.untilPhase('black', 'on-order');
    await rig.publish('command', JSON.stringify({ id: 'one', command: 'report' }));
    await rig.until('the command is answered', () =>
      rig.told.answers().some(({ id, ok }) => id === 'one' && ok),
    );
    const [{ eventInstanceId: instanceId } = { eventInstanceId: null }] = rig.told.orderEvents('black');
    const notificationInfo = { notificationType: 'OrderCancelledNotification' };
    await rig.publish(
      'notification',
      JSON.stringify({ notificationInfo, orderInfo: { instanceId, slotId: 'black' } }),
    );
    await rig.untilPhase('black', 'held cancelled-once');

    // The broker takes an event, its PUBACK is lost, and the line breaks: the event comes again, before later ones.
    cable.deafen();
    rig.show('cyan', 12);
    await rig.until('the broker has the event', () => rig.told.outcomes('cyan').includes('placed'));
    cable.unplug();
    await rig.until('the will is published', () => rig.told.statuses().at(-1) === 'offline');
    rig.show('photo', 12);
    await rig.until('the order is placed', () => rig.sandbox.purchases('photo') === 1);
    const before = rig.topics.messages.length;
    cable.plugIn();
    await rig.untilOutcomes('photo', ['placed']);
    await rig.untilReported(before);
    expect(rawEvents(rig).map(({ slotId }) => slotId)).toEqual(['black', 'cyan', 'cyan', 'photo']);
    expect(rig.told.orderEvents('cyan')).toHaveLength(1);
    expect(rig.told.statuses()).toEqual(['online', 'offline', 'online']);

    // What is retained is there for whoever comes later, and says the latest.
    await rig.untilPhase('photo', 'on-order');
    expect(JSON.parse(await retainedAt(broker.url, mqtt, `${BASE}slots/photo`))).toMatchObject({
      phase: 'on-order',
    });
    await rig.agent.end('SIGTERM');
    await rig.until('it says farewell', () => rig.told.statuses().at(-1) === 'offline');
    expect(await retainedAt(broker.url, mqtt, `${BASE}status`)).toBe('offline');
    expect(await tellsOfWildcards(broker.url)).toBe(wildcards);
  });

  if (refusal === null) return;
  test(`${refusal} when a message is not allowed`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, PRINTER.password);
    const { link, states, until } = createLinkBench(broker.url, { username: PRINTER.name, passwordFile });
    link.start();
    await until(() => link.connected());
    const publishing = link.publish(NAMES.device, 'x', { retain: false });
    if (refusal === 'says so') {
      await expect(publishing).rejects.toThrow(/refuses the message .*access rules/);
    } else if (refusal === 'hangs up') {
      await expect(publishing).rejects.toThrow('lost before the message was acknowledged');
      await until(() => states.at(-2)?.connected === false && link.connected());
      expect(states.at(-2)?.error).toMatch(/closed the connection: .*access rules/);
    } else {
      await publishing;
      expect(states).toHaveLength(1);
    }
  });
});
