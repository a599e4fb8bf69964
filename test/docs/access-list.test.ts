import { expect, onTestFinished, test } from 'vitest';
import { topics } from '../../agent/report/topics.ts';
import { documentedMessages } from '../support/asyncapi.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { codeBlocks, read } from './markdown.ts';

const PREFIX = 'replenish';
const DEVICE = 'kitchen-printer-7';
const OTHER = 'garage-washer-2';

/** The lines that the README tells people to write down in their broker. */
function accessList(): readonly string[] {
  const lists = codeBlocks(read('README.md')).filter(({ text }) => text.includes('pattern write'));
  expect(lists).toHaveLength(1);
  return (lists[0]?.text ?? '').trimEnd().split('\n');
}

/** A broker with that list. It asks for no password: it is the name that the list speaks of. */
async function startGuarded() {
  const broker = await startMosquitto({ acl: accessList() });
  onTestFinished(() => broker.dispose());
  const enter = async (username: string) => {
    const client = await recordTopics(broker.url, { username, reconnectPeriod: 0 });
    onTestFinished(() => client.close());
    return client;
  };
  return {
    cloud: await enter('cloud'),
    operator: await enter('operator'),
    device: await enter(DEVICE),
    other: await enter(OTHER),
  };
}

const topicsOf = (device: string, action: 'send' | 'receive'): readonly string[] =>
  documentedMessages
    .filter((message) => message.action === action)
    .map(({ address }) =>
      address.startsWith('{')
        ? address
            .replace('{discoveryPrefix}', 'homeassistant')
            .replace('{nodeId}', PREFIX)
            .replace('{deviceId}', device)
        : `${PREFIX}/${device}/${address.replaceAll('{slot}', 'black')}`,
    );

test('the access list of the README lets a device say all that it says, and the cloud and Home Assistant hear it', async () => {
  const { cloud, operator, device } = await startGuarded();
  const said = topicsOf(DEVICE, 'send');
  const [announced, ...others] = said.filter((topic) => !topic.startsWith(PREFIX));
  expect(others).toEqual([]);
  const forCloud = said.filter((topic) => topic !== announced);
  expect(forCloud.length).toBeGreaterThan(4);
  for (const topic of said) await device.publish(topic, 'x');
  await cloud.until((messages) => messages.length === forCloud.length);
  expect(cloud.messages.map(({ topic }) => topic)).toEqual(forCloud);
  await operator.until((messages) => messages.some(({ topic }) => topic === announced));
});

test('the access list of the README hands token, notification, registration and command to their own device, and to no other', async () => {
  const { cloud, operator, device, other } = await startGuarded();
  const heard = topicsOf(DEVICE, 'receive');
  const { token, notification, registration, command } = topics(PREFIX, DEVICE);
  expect(new Set(heard)).toEqual(new Set([token, notification, registration, command]));
  const sender = (topic: string) => (topic.endsWith('/command') ? operator : cloud);
  for (const topic of heard) await sender(topic).publish(topic, 'for one');
  for (const topic of topicsOf(OTHER, 'receive')) await sender(topic).publish(topic, 'for the other');
  await device.until((messages) => messages.length === heard.length);
  await other.until((messages) => messages.length === heard.length);
  expect(new Set(device.messages.map(({ topic }) => topic))).toEqual(new Set(heard));
  expect(new Set(other.messages.map(({ payload }) => payload))).toEqual(new Set(['for the other']));
});

test('the access list of the README lets the operator send commands and hear answers, and see or hand out no token', async () => {
  const { operator, cloud, device } = await startGuarded();
  const { command, commandResult, token, notification, status } = topics(PREFIX, DEVICE);
  await operator.publish(command, 'do');
  for (const topic of [token, notification, status, commandResult])
    await expect(operator.publish(topic, 'x'), topic).rejects.toThrow(/authori[sz]ed/);
  await cloud.publish(token, 'secret');
  const said = [commandResult, `${commandResult}/desk-4`, status];
  for (const topic of said) await device.publish(topic, 'x');
  await operator.until((messages) => messages.length === said.length);
  expect(operator.messages.map(({ topic }) => topic)).toEqual(said);
});

test('the access list of the README lets no device speak for the cloud, or for another device', async () => {
  const { cloud, device, other } = await startGuarded();
  const forbidden = [
    ...topicsOf(DEVICE, 'receive'),
    ...topicsOf(OTHER, 'send'),
    ...topicsOf(OTHER, 'receive'),
  ];
  for (const topic of forbidden)
    await expect(device.publish(topic, 'x'), topic).rejects.toThrow(/authori[sz]ed/);
  const { status } = topics(PREFIX, OTHER);
  await other.publish(status, 'online');
  await cloud.until((messages) => messages.length > 0);
  expect(cloud.messages.map(({ topic }) => topic)).toEqual([status]);
  expect(device.messages).toEqual([]);
});
