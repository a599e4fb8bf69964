import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startBrowser } from '../dashboard/browser.ts';
import { openPublisher } from '../dashboard/fleet-publisher.ts';
import { validateMessage } from '../support/asyncapi.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { startRig } from '../support/rig.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { type FlowNode, type NodeRed, readFlow, startNodeRed } from './node-red.ts';
import { ALERTS, FLEET, ORDERS } from './sample-fleet.ts';

/** Long enough for the first installation, from the registry, on a slow line. */
const INSTALL_MS = 300_000;
const PAGE_MS = 30_000;

let nodeRed: NodeRed;

beforeAll(async () => {
  nodeRed = await startNodeRed();
}, INSTALL_MS);

afterAll(async () => {
  await nodeRed?.close();
});

/** The flow as somebody has it who changed the two things that its description names. */
function flowFor(brokerPort: number, prefix: string): readonly FlowNode[] {
  return readFlow().map((node) => {
    if (node.type === 'mqtt-broker') return { ...node, broker: '127.0.0.1', port: String(brokerPort) };
    return node.type === 'tab' ? { ...node, env: [{ name: 'PREFIX', value: prefix, type: 'str' }] } : node;
  });
}

/** What the nodes of the flow complain of. */
function complaints(): readonly string[] {
  return nodeRed
    .log()
    .split('\n')
    .filter((line) => /\[error\]|\[warn\] \[/.test(line));
}

async function open(): Promise<Page> {
  const browser = await startBrowser({ widthPx: 1280, heightPx: 900 });
  onTestFinished(() => browser.close());
  const page = await browser.context.newPage();
  page.setDefaultTimeout(PAGE_MS);
  await page.goto(`${nodeRed.url}/dashboard/replenish`);
  return page;
}

/** Waits until a card of the page says so. */
function says(page: Page, card: string, ...texts: readonly string[]): Promise<void> {
  const group = page.locator('.nrdb-ui-group', { has: page.getByText(card, { exact: true }) });
  const found = texts.reduce((rows, text) => rows.filter({ hasText: text }), group);
  return found.first().waitFor();
}

test('the page shows the levels of a real agent, and its order when a person asks for one and confirms it', async () => {
  const rig = await startRig({ slots: { black: {}, cyan: {} } });
  await rig.stock('black', 42);
  await rig.stock('cyan', 87);
  await nodeRed.deploy(flowFor(rig.broker.port, 'replenish'));
  const page = await open();

  await says(page, 'Fleet', 'rig', '42.0 %', '87.0 %', 'stocked');
  const black = page.locator('[data-slot="black"]');
  await black.getByText('42.0 %').waitFor();
  await expect
    .poll(() => black.getByRole('progressbar').getAttribute('aria-valuenow'), { timeout: 20_000 })
    .toBe('42');

  await black.getByRole('button', { name: 'Order …' }).click();
  await page.getByText('Order black of rig?').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await black.getByRole('button', { name: 'Snooze for a day' }).click();
  await rig.until('the snooze is on', () => typeof rig.told.slot('black')?.snoozedUntil === 'string');
  await black.getByRole('button', { name: 'End snooze' }).click();
  await rig.until('the snooze is off', () => rig.told.slot('black')?.snoozedUntil === null);
  expect(rig.posts()).toHaveLength(0);

  await black.getByRole('button', { name: 'Order …' }).click();
  await page.getByRole('button', { name: 'Order now' }).click();
  await rig.untilOutcomes('black', ['placed']);
  await says(page, 'Orders', 'rig / black', 'placed', 'STANDARD_ORDER_PLACED');
  expect(rig.posts()).toHaveLength(1);
  expect(complaints()).toEqual([]);
});

test('the page shows what is amiss in a fleet, under any prefix, and settles an order in doubt when a person says how', async () => {
  const broker = await startMosquitto();
  onTestFinished(() => broker.dispose());
  const topics = await recordTopics(broker.url);
  onTestFinished(() => topics.close());
  const publisher = await openPublisher(broker.url, 'site/hall');
  onTestFinished(() => publisher.close());
  await publisher.publish(FLEET);
  for (const [device, alerts] of Object.entries(ALERTS)) {
    expect(validateMessage('alerts', JSON.stringify(alerts))).toEqual([]);
    await publisher.send(`${device}/alerts`, JSON.stringify(alerts));
  }
  for (const hostile of ['{', 'null', '[]', '{"phase":"<b>"}'])
    await publisher.send('coffee-2/slots/x', hostile);
  await publisher.send('__proto__/status', 'online');
  await nodeRed.deploy(flowFor(broker.port, 'site/hall'));
  const page = await open();

  await says(
    page,
    'Needs attention',
    'hall-dispenser',
    'not connected',
    'no access token',
    'look at its cable',
  );
  await says(page, 'Fleet', '1-7 of 7', 'unknown', 'held: auth');
  for (const [topic, order] of ORDERS) {
    const text = JSON.stringify(order);
    expect(validateMessage(topic.slice(topic.indexOf('/') + 1), text)).toEqual([]);
    // Twice, as QoS 1 may do it.
    await publisher.send(topic, text, false);
    await publisher.send(topic, text, false);
  }
  await says(page, 'Orders', '1-2 of 2', 'kitchen-printer-7 / black', 'STANDARD_ORDER_PLACED', 'in-doubt');

  await page.locator('[data-slot="beans"]').getByRole('button', { name: 'It was not placed' }).click();
  await page.getByText('Was beans of coffee-2 ordered?').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'It was not placed' }).click();
  const topic = 'site/hall/coffee-2/command';
  await topics.until(() => topics.payloads(topic).length > 0);
  const [command = ''] = topics.payloads(topic);
  expect(validateMessage('command', command)).toEqual([]);
  expect(JSON.parse(command)).toMatchObject({ command: 'resolve', slot: 'beans', verdict: 'not-placed' });
  expect(complaints()).toEqual([]);
});
