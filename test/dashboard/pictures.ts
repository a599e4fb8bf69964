import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startPageServer } from '../../agent/commands/page-server.ts';
import { buildPage } from '../../config/packaging/page.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { startBrowser } from './browser.ts';
import { openPublisher, type Publisher, SLOT, sampleFleet } from './fleet-publisher.ts';

/*
 * `npm run pictures`: takes the pictures of the dashboard for the README, from the real page with a broker and devices
 * that are made up.
 */

const pictures = fileURLToPath(new URL('../../config/pictures/', import.meta.url));
const MINUTE_MS = 60_000;
const nowMs = Date.now();
const isoAt = (ms: number): string => new Date(nowMs + ms).toISOString();

const ORDER = {
  orderId: '166be8c3-7335-41d4-836c-2c541a513aad',
  slotId: 'OatMilk',
  eventInstanceId: 'amzn1.event.1',
  requestId: null,
};

/** A machine with something of everything. */
async function publishCorner(publisher: Publisher): Promise<void> {
  const base = { startedAt: isoAt(-3 * 86_400_000), at: isoAt(-20_000) };
  const slots = {
    beans: {
      level: 41,
      emptyAt: isoAt(4.2 * 86_400_000),
      raw: 431,
      why: 'Level 41 % is above the reorder threshold of 20 %.',
    },
    milk: {
      phase: 'on-order',
      level: 16,
      raw: 705,
      emptyAt: isoAt(1.6 * 86_400_000),
      why: `Order ${ORDER.orderId} is open; the next one is possible after a refill to 60 % or more.`,
      lastOrder: {
        ...ORDER,
        attempt: 2,
        outcome: 'in-progress',
        detailCode: 'ORDER_INPROGRESS',
        at: isoAt(-9 * MINUTE_MS),
      },
    },
    tablets: {
      phase: 'held',
      reason: 'auth',
      level: 12,
      raw: 322,
      emptyAt: isoAt(2.3 * 86_400_000),
      why: 'No access token that DRS accepts: provision a new one and the order is sent.',
    },
  };
  await publisher.publish([
    {
      id: 'coffee-corner',
      device: { ...base, token: { state: 'expired', expiresAt: isoAt(-MINUTE_MS) } },
      slots: withTime(slots),
    },
  ]);
}

/** What the charts are drawn from: an hour of reports. */
async function publishHour(publisher: Publisher): Promise<void> {
  for (let minute = -60; minute <= 0; minute += 1) {
    const level = (now: number, perMinute: number): number => Math.min(97, now - minute * perMinute);
    const milk = minute < -12 ? level(16, 0.45) : 16 - minute * 0.1;
    for (const [slot, percent] of Object.entries({ beans: level(41, 0.35), milk, tablets: level(12, 0.08) }))
      await publisher.send(
        `coffee-corner/slots/${slot}`,
        JSON.stringify({
          ...SLOT,
          level: Math.round(percent * 10) / 10,
          at: isoAt(minute * MINUTE_MS - 30_000),
        }),
      );
  }
}

function withTime(slots: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  return Object.fromEntries(
    Object.entries(slots).map(([name, slot]) => [name, { at: isoAt(-20_000), ...slot }]),
  );
}

async function take(page: Page, name: string): Promise<void> {
  const path = join(pictures, name);
  await page.screenshot({ path });
  process.stdout.write(`${name}: ${Math.round(statSync(path).size / 1000)} kB\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
mkdirSync(pictures, { recursive: true });
await buildPage(folder);
const broker = await startMosquitto({ hasWebSockets: true, lines: ['max_queued_messages 0'] });
const server = await startPageServer({
  folder,
  listen: { host: '127.0.0.1', port: 0 },
  hints: { brokerUrl: null, topicPrefix: 'replenish' },
});
const browser = await startBrowser({ widthPx: 1080, heightPx: 800 });
const publisher = await openPublisher(broker.url);
const address = (words: Readonly<Record<string, string>>): string =>
  `${server.url}#${new URLSearchParams({ broker: broker.webSocketUrl, ...words })}`;

const page = await browser.context.newPage();
await page.goto(address({}));
await page.locator('#link[data-state="connected"]').waitFor();
await publishHour(publisher);
const order = { ...ORDER, level: 17.2, at: isoAt(-10 * MINUTE_MS) };
const lost = { attempt: 1, outcome: 'in-doubt', detailCode: null, httpStatus: null };
const known = {
  attempt: 2,
  outcome: 'in-progress',
  detailCode: 'ORDER_INPROGRESS',
  httpStatus: 200,
  message: null,
};
await publishCorner(publisher);
const milkOrders = 'coffee-corner/slots/milk/order';
await publisher.send(
  milkOrders,
  JSON.stringify({ ...order, ...lost, message: 'The request left and no answer came.' }),
  false,
);
await publisher.send(milkOrders, JSON.stringify({ ...order, ...known, at: isoAt(-9 * MINUTE_MS) }), false);
await page.locator('#log li', { hasText: 'ORDER_INPROGRESS' }).waitFor();
await page.getByText('tablets held: auth').waitFor();
await page.locator('[data-slot="milk"] .timeline li').nth(1).waitFor();
await take(page, 'dashboard-device.png');
await page.close();

const many = await openPublisher(broker.url, 'fleet');
await many.publish(sampleFleet(5_000));
const fleet = await browser.context.newPage();
await fleet.emulateMedia({ colorScheme: 'dark' });
await fleet.goto(address({ prefix: 'fleet', device: 'machine-00050' }));
await fleet.locator('[data-concern="held"]', { hasText: 'Held 50' }).waitFor();
await fleet.locator('#search').fill('machine-00');
await fleet.locator('[data-device="machine-00050"]').click();
await fleet.locator('.advice', { hasText: 'access token' }).waitFor();
await take(fleet, 'dashboard-fleet.png');

await many.close();
await publisher.close();
await browser.close();
await server.close();
await broker.dispose();
rmSync(folder, { recursive: true, force: true });
