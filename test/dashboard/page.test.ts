import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeBlocks, read } from '../docs/markdown.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { startRig } from '../support/rig.ts';
import { openPublisher, type Publisher, SLOT, sampleFleet } from './fleet-publisher.ts';
import { accessibilityFaults, type PageRig, startPageRig } from './page-rig.ts';

/** What a page shows follows what it was told; how soon, a busy machine decides. */
const WAIT = { timeout: 20_000 };

let rig: PageRig;
let broker: Mosquitto;
let publisher: Publisher;

beforeAll(async () => {
  // Without the line mosquitto keeps no more than 1000 messages ready for a reader, and drops the rest of a fleet.
  const lines = ['max_queued_messages 0'];
  [rig, broker] = await Promise.all([startPageRig(), startMosquitto({ hasWebSockets: true, lines })]);
  publisher = await openPublisher(broker.url, 'one');
});

afterAll(async () => {
  await publisher.close();
  await rig.close();
  await broker.dispose();
});

const open = (prefix: string, more: Readonly<Record<string, string>> = {}) =>
  rig.open({ broker: broker.webSocketUrl, prefix, ...more });

describe('the dashboard in a browser', () => {
  test('shows how a real agent sees a slot run low, orders once, and is refilled', async () => {
    const world = await startRig({ broker: { hasWebSockets: true } });
    await world.stock('black');
    const { page, errors } = await rig.open({ broker: world.broker.webSocketUrl, prefix: 'replenish' });
    const card = page.locator('[data-slot="black"]');
    await card.locator('.chip', { hasText: 'stocked' }).waitFor();
    await card.locator('.level', { hasText: '90 %' }).waitFor();
    world.show('black', 10);
    await card.locator('.chip', { hasText: 'on-order' }).waitFor();
    await card.locator('.timeline code', { hasText: 'STANDARD_ORDER_PLACED' }).waitFor();
    await expect.poll(() => card.locator('.timeline li').count(), WAIT).toBe(1);
    await expect.poll(() => card.getByRole('meter').getAttribute('aria-valuenow'), WAIT).toBe('10');
    await card.getByRole('img', { name: /^Level of black over the last .* to 10 %$/ }).waitFor();
    await page.locator('#log li', { hasText: 'black order placed: STANDARD_ORDER_PLACED' }).waitFor();
    world.show('black', 95);
    await card.locator('.chip', { hasText: 'stocked' }).waitFor();
    await world.agent.end('SIGTERM');
    await page.locator('.facts', { hasText: /^offline/ }).waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('shows a fleet of 5,000: draws what can be seen, scrolls, filters, sorts, opens one', async () => {
    const fleet = await openPublisher(broker.url, 'fleet');
    await fleet.publish(sampleFleet(5_000));
    await fleet.close();
    const { page, errors } = await open('fleet');
    await page.getByRole('button', { name: 'All 5000', exact: true }).waitFor();
    await page.getByRole('button', { name: 'In doubt 50', exact: true }).waitFor();
    const list = page.getByRole('listbox', { name: 'Devices' });
    const options = list.getByRole('option');
    await expect.poll(() => options.count(), WAIT).toBeLessThan(40);
    await page.locator('#sort').selectOption('name');
    await page.locator('[data-device="machine-00001"]').waitFor();
    await page.evaluate('document.querySelector("#list").scrollTop = 1e9');
    await page.locator('[data-device="machine-05000"]').waitFor();
    await list.press('Home');
    await page.locator('[data-device="machine-00001"][aria-selected="true"]').waitFor();
    await list.press('PageDown');
    await list.press('End');
    await page.locator('[data-device="machine-05000"][aria-posinset="5000"]').waitFor();

    await page.locator('[data-concern="held"]').click();
    await page.locator('#count', { hasText: /^50 devices shown/ }).waitFor();
    await page.locator('#search').fill('machine-0015');
    await page.locator('#count', { hasText: /^1 device shown/ }).waitFor();
    await options.first().click();
    await page.getByRole('heading', { name: 'machine-00150' }).waitFor();
    await page.locator('.advice', { hasText: 'Provide a new access token' }).waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.textContent'), WAIT).toBe('machine-00150');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('comes back by itself after the broker was away, and says so meanwhile', async () => {
    const own = await startMosquitto({ hasWebSockets: true });
    const device = await openPublisher(own.url, 'away');
    await device.publish([{ id: 'm1', slots: { beans: { level: 81 } } }]);
    const { page } = await rig.open({ broker: own.webSocketUrl, prefix: 'away' });
    await page.locator('.level', { hasText: '81 %' }).waitFor();
    await own.stop();
    await page.locator('#link[data-state="lost"]', { hasText: 'What is shown is from before' }).waitFor();
    await expect.poll(() => page.locator('.level').textContent(), WAIT).toBe('81 %');
    await own.restart();
    await page.locator('#link[data-state="connected"]').waitFor();
    await device.publish([{ id: 'm1', slots: { beans: { level: 33 } } }]);
    await page.locator('.level', { hasText: '33 %' }).waitFor();
    await page.close();
    await device.close();
    await own.dispose();
  });

  test('asks for credentials that the broker takes, and keeps them only when told to', async () => {
    const own = await startMosquitto({
      hasWebSockets: true,
      user: { username: 'viewer', password: 'let me see' },
    });
    const { page } = await rig.open({ broker: own.webSocketUrl, prefix: 'x' });
    await page.locator('#settings-mistake', { hasText: 'refuses the user name or the password' }).waitFor();
    const fill = async (password: string): Promise<void> => {
      await page.getByLabel('User name').fill('viewer');
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Connect' }).click();
    };
    await fill('wrong');
    await page.locator('#settings-mistake', { hasText: 'refuses' }).waitFor();
    await fill('let me see');
    await page.locator('#link[data-state="connected"]').waitFor();
    expect(page.url()).toContain('user=viewer');
    expect(page.url()).not.toContain('let');
    expect(await page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])')).not.toContain(
      'let me',
    );
    await page.close();
    await own.dispose();
  });

  test('sees everything as the user that the README gives it', async () => {
    const list = codeBlocks(read('README.md')).find(({ text }) => text.includes('user viewer'));
    // Whoever gives no name may do everything: it is the name that the list speaks of.
    const acl = ['topic readwrite #', ...(list?.text ?? '').split('\n').map((line) => line.trim())];
    const own = await startMosquitto({ hasWebSockets: true, acl });
    const device = await openPublisher(own.url);
    await device.publish([{ id: 'm1', slots: { beans: { level: 64 } } }]);
    const { page } = await rig.open({ broker: own.webSocketUrl, user: 'viewer' });
    await page.locator('.level', { hasText: '64 %' }).waitFor();
    await page.locator('.facts', { hasText: /^online · version/ }).waitFor();
    const order = {
      orderId: 'o',
      attempt: 1,
      outcome: 'placed',
      detailCode: 'STANDARD_ORDER_PLACED',
      message: null,
    };
    await device.send(
      'm1/slots/beans/order',
      JSON.stringify({ ...order, httpStatus: 200, level: 9, at: SLOT.at }),
      false,
    );
    await page.locator('.timeline code', { hasText: 'STANDARD_ORDER_PLACED' }).waitFor();
    await page.close();
    await device.close();
    await own.dispose();
  });

  test('runs nothing that arrives, and shows it as it is', async () => {
    const markup = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
    await publisher.publish([
      {
        id: 'hostile',
        device: { drs: { error: markup }, token: { state: markup, expiresAt: null } },
        slots: { beans: { why: markup, warning: markup, phase: 'held', reason: markup, level: 4 } },
      },
    ]);
    const { page, errors } = await open('one');
    const card = page.locator('[data-slot="beans"]');
    await card.locator('.why', { hasText: markup }).waitFor();
    const order = { orderId: 'o', attempt: 1, outcome: 'failed', detailCode: markup, message: markup };
    for (const [topic, payload] of [
      ['hostile/slots/beans/order', JSON.stringify({ ...order, httpStatus: 500, level: 1, at: SLOT.at })],
      ['<svg onload=hit()>/status', 'online'],
      ['hostile/slots/__proto__', JSON.stringify({ ...SLOT, why: 'polluted' })],
      ['hostile/slots/deep', `${'['.repeat(9_000)}`],
      ['hostile/slots/long', JSON.stringify({ ...SLOT, why: 'x'.repeat(66_000) })],
      ['hostile/device', '{"__proto__": {"version": "1"}}'],
      ['hostile/status', Buffer.from([0xff, 0xfe, 0x00])],
    ] as const)
      await publisher.send(topic, payload, false);
    await page.locator('.timeline code', { hasText: markup }).waitFor();
    await page.locator('#log li', { hasText: `beans order failed: ${markup}` }).waitFor();
    await page
      .locator('#count', { hasText: '5 messages of another kind left out' })
      .waitFor({ state: 'attached' });
    await page.locator('[data-slot="__proto__"]').waitFor();
    expect(await page.locator('img, svg, script:not([src])').count()).toBe(0);
    expect(await page.evaluate('[typeof hit, typeof {}.why]')).toEqual(['undefined', 'undefined']);
    expect(errors).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'keeps the rules of accessibility in %s colours, and fits a phone',
    async (scheme) => {
      await publisher.publish([
        ...sampleFleet(100).slice(45, 52),
        {
          id: 'kitchen',
          device: { clockTrusted: false },
          slots: {
            beans: { phase: 'held', reason: 'budget', level: 9, warning: 'The raw value has not changed.' },
            milk: { phase: 'low', level: 18, sensor: 'stale' },
          },
        },
      ]);
      const { page } = await open('one', { device: 'kitchen' });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      const card = page.locator('[data-slot="milk"]');
      await card.waitFor();
      await publisher.publish([
        { id: 'kitchen', slots: { milk: { phase: 'held', reason: 'auth', at: '2026-11-23T12:01:00.000Z' } } },
      ]);
      await page.locator('#log li', { hasText: 'milk held: auth' }).waitFor();
      await card.getByRole('img').waitFor();
      const back = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(back).toBe(scheme === 'dark' ? 'rgb(20, 23, 28)' : 'rgb(244, 245, 247)');
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Broker' }).click();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Cancel' }).click();

      await page.setViewportSize({ width: 360, height: 700 });
      await expect.poll(() => page.evaluate('document.documentElement.scrollWidth'), WAIT).toBe(360);
      await page.getByRole('button', { name: 'All devices' }).click();
      await page.getByRole('listbox').waitFor();
      await expect.poll(() => page.evaluate('document.documentElement.scrollWidth'), WAIT).toBe(360);
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.close();
    },
  );

  test('has colours to choose, whatever the system has', async () => {
    const { page } = await open('one');
    await page.getByLabel('Colours').selectOption('dark');
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await expect.poll(background, WAIT).toBe('rgb(20, 23, 28)');
    await page.reload();
    await expect.poll(() => page.getByLabel('Colours').inputValue(), WAIT).toBe('dark');
    await page.getByLabel('Colours').selectOption('system');
    await page.close();
  });

  test('opens without its server once it was there', async () => {
    const server = await rig.serve();
    const page = await rig.browser.context.newPage();
    await page.goto(server.url);
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await server.close();
    await page.goto(`${server.url}#${new URLSearchParams({ broker: broker.webSocketUrl, prefix: 'one' })}`);
    await page.reload();
    await page.locator('#link[data-state="connected"]').waitFor();
    await page.close();
  });
});
