import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { BELIEVABLE_FROM_MS, createClock } from '../../agent/system/clock.ts';
import { validateMessage } from '../support/asyncapi.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { perSecond, reconnectLine } from './figures.ts';
import { Fleet } from './fleet.ts';
import { readOptions } from './options.ts';

const AGENTS = 20;

/** The deadline is only there to end a test that fails. */
async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await sleep(20);
}

test('twenty agents report as documented, order, and come back after the broker restarted', async () => {
  const broker = await startMosquitto();
  onTestFinished(() => broker.dispose());
  const topics = await recordTopics(broker.url);
  onTestFinished(() => topics.close());
  const clock = createClock(BELIEVABLE_FROM_MS);
  const fleet = new Fleet({
    agents: AGENTS,
    brokerUrl: broker.url,
    seed: 1,
    clock,
    readEveryMs: 100,
    startsPerS: 1000,
  });
  onTestFinished(() => fleet.stop());
  fleet.start();
  await until(() => fleet.connected() === AGENTS);
  await topics.until((messages) => messages.some(({ topic }) => topic.endsWith('/order')));
  await until(() => (fleet.phases().get('stocked') ?? 0) > AGENTS);
  const faults = topics.messages.flatMap(({ topic, payload }) =>
    validateMessage(topic.split('/').slice(2).join('/'), payload),
  );
  expect(faults).toEqual([]);
  const online = topics.messages.filter(({ payload }) => payload === 'online').map(({ topic }) => topic);
  expect(new Set(online).size).toBe(AGENTS);

  const restartedAtMs = clock.nowMs();
  await broker.restart();
  await until(
    () => perSecond(fleet.counts.connectedAtMs, restartedAtMs).reduce((a, b) => a + b, 0) >= AGENTS,
  );
  await until(() => fleet.connected() === AGENTS);
});

test('a reconnect is told second by second', () => {
  expect(perSecond([900, 1000, 1999, 3500], 1000)).toEqual([2, 0, 1]);
  expect(reconnectLine([2, 0, 1], 4)).toBe('reconnects: 3 of 4 in 3 s, at most 2 in a second: 2 0 1');
});

test('words are taken for what they say, and misuse is told', () => {
  expect(readOptions(['--agents', '50', '--restart-broker'])).toEqual({
    kind: 'run',
    agents: 50,
    broker: null,
    minutes: 3,
    seed: 1,
    restartsBroker: true,
  });
  for (const words of [
    ['--agents', '0'],
    ['--agents', ''],
    ['--minutes', 'x'],
    ['--broker', 'a', '--restart-broker'],
  ])
    expect(readOptions(words).kind, words.join(' ')).toBe('misuse');
});
