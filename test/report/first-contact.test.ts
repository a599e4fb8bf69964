import { expect, onTestFinished, test, vi } from 'vitest';
import { type FirstContact, makeFirstContact } from '../../agent/report/first-contact.ts';
import type { LinkState } from '../../agent/report/link.ts';
import { topics } from '../../agent/report/topics.ts';
import { changed, configOf } from '../config/good-config.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { hastyTiming } from './link-bench.ts';

const NAMES = topics('replenish', 'printer-7');

function contactWith(url: string): FirstContact {
  const contact = makeFirstContact(configOf(changed('mqtts://broker.example.net', url)), {
    timing: hastyTiming,
    random: () => 0,
    onHeard: () => undefined,
  });
  onTestFinished(() => contact.link.stop());
  return contact;
}

/** Listens to a contact, and writes down what it is told. */
function listen(contact: FirstContact) {
  const told: (LinkState | string)[] = [];
  contact.handOver({
    onState: (state) => told.push(state),
    onMessage: (topic, payload) => told.push(`${topic} ${payload}`),
  });
  return told;
}

async function startBroker() {
  const broker = await startMosquitto();
  onTestFinished(() => broker.dispose());
  const recorder = await recordTopics(broker.url);
  onTestFinished(() => recorder.close());
  return { broker, recorder };
}

test('the device is online before anybody listens, and connected to nobody before the hand-over', async () => {
  const { broker, recorder } = await startBroker();
  const contact = contactWith(broker.url);
  contact.begin();
  await recorder.until(() => recorder.payloads(NAMES.status).includes('online'));
  expect(contact.link.connected()).toBe(false);
  const told = listen(contact);
  await vi.waitUntil(() => contact.link.connected());
  expect(told).toEqual([{ connected: true, protocolVersion: 5, error: null }]);
});

test('what went wrong before the hand-over is told at it', async () => {
  const contact = contactWith('mqtt://127.0.0.1:1');
  contact.begin();
  await contact.made();
  expect(listen(contact)[0]).toMatchObject({ connected: false, error: expect.stringContaining('127.0.0.1') });
});

test('a contact that was not begun begins with the hand-over', async () => {
  const { broker } = await startBroker();
  const contact = contactWith(broker.url);
  listen(contact);
  await vi.waitUntil(() => contact.link.connected());
});

test('a message that comes before anybody listens is not acknowledged, and comes again after a death', async () => {
  const { broker, recorder } = await startBroker();
  const known = contactWith(broker.url);
  listen(known);
  await vi.waitUntil(() => known.link.connected());
  await known.link.stop();
  await recorder.publish(NAMES.notification, 'news');

  const sent = (): number =>
    broker.log().split(/Sending PUBLISH to replenish-printer-7 \(.*'replenish\/printer-7\/notification'/)
      .length - 1;
  const shortLived = contactWith(broker.url);
  shortLived.begin();
  await vi.waitUntil(() => sent() === 1);
  await shortLived.link.stop();
  expect(recorder.payloads(NAMES.status)).toEqual(['online', 'offline', 'online', 'offline']);

  const next = contactWith(broker.url);
  next.begin();
  await vi.waitUntil(() => sent() === 2);
  const told = listen(next);
  await vi.waitUntil(() => told.includes(`${NAMES.notification} news`));
});
