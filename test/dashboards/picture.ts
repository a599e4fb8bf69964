import { join } from 'node:path';
import { startBrowser } from '../dashboard/browser.ts';
import { openPublisher } from '../dashboard/fleet-publisher.ts';
import { CHECKOUT } from '../support/agent-process.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { readFlow, startNodeRed } from './node-red.ts';
import { ALERTS, FLEET, ORDERS } from './sample-fleet.ts';

/*
 * `node test/dashboards/picture.ts`: takes the picture of the Node-RED page for the README, with devices that are made up.
 */

const broker = await startMosquitto();
const nodeRed = await startNodeRed();
const browser = await startBrowser({ widthPx: 1280, heightPx: 1140 });
const publisher = await openPublisher(broker.url);
try {
  await publisher.publish(FLEET);
  for (const [device, alerts] of Object.entries(ALERTS))
    await publisher.send(`${device}/alerts`, JSON.stringify(alerts));
  await nodeRed.deploy(
    readFlow().map((node) =>
      node.type === 'mqtt-broker' ? { ...node, broker: '127.0.0.1', port: String(broker.port) } : node,
    ),
  );
  const page = await browser.context.newPage();
  await page.goto(`${nodeRed.url}/dashboard/replenish`);
  await page.getByText('1-7 of 7').waitFor();
  for (const [topic, order] of ORDERS) await publisher.send(topic, JSON.stringify(order), false);
  await page.getByText('1-2 of 2').waitFor();
  await page.screenshot({ path: join(CHECKOUT, 'config/pictures/dashboard-node-red.png') });
} finally {
  await publisher.close();
  await browser.close();
  await nodeRed.close();
  await broker.dispose();
}
