import { expect, test } from 'vitest';
import { freePort } from '../support/mosquitto.ts';
import { startRig } from '../support/rig.ts';
import { readOpenMetrics } from './openmetrics.ts';

/** Asks until somebody answers. */
async function scrape(url: string): Promise<Response | null> {
  try {
    return await fetch(url);
  } catch {
    return null;
  }
}

test('a scrape tells of readings, phases, orders and the process; a reload takes the port away and back', async () => {
  const listen = `127.0.0.1:${await freePort()}`;
  const rig = await startRig({ config: { metrics: { listen } } });
  await rig.stock('black');
  rig.show('black', 10);
  await rig.untilPhase('black', 'on-order');

  const response = await fetch(`http://${listen}/metrics`);
  expect(response.headers.get('content-type')).toBe(
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  );
  const families = readOpenMetrics(await response.text());
  const read = (family: string, labels: object): number | undefined =>
    families.get(family)?.samples.find((sample) => {
      return Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
    })?.value;
  const placed = { outcome: 'placed', detail_code: 'STANDARD_ORDER_PLACED' };
  expect(read('replenish_orders', placed)).toBe(1);
  expect(read('replenish_decisions', { kind: 'sending' })).toBe(1);
  expect(read('replenish_slot_phase', { slot: 'black', replenish_slot_phase: 'on-order' })).toBe(1);
  expect(read('replenish_slot_level_percent', { slot: 'black' })).toBe(10);
  expect(read('replenish_readings', { slot: 'black' })).toBeGreaterThan(0);
  expect(read('replenish_broker_connected', {})).toBe(1);
  expect(read('replenish_broker_reconnects', {})).toBe(0);
  expect(read('replenish_resident_memory_bytes', {})).toBeGreaterThan(1e7);
  expect(families.has('replenish_event_loop_delay_seconds')).toBe(true);

  expect((await fetch(`http://${listen}/`)).status).toBe(404);
  expect((await fetch(`http://${listen}/metrics`, { method: 'POST', body: 'x' })).status).toBe(405);

  rig.writeConfig({ metrics: undefined });
  rig.agent.signal('SIGHUP');
  const hasLoaded = (times: number): boolean =>
    rig.agent.stdout.split('The new configuration is in force.').length > times;
  await rig.until('the configuration without metrics is in force', () => hasLoaded(1));
  while ((await scrape(`http://${listen}/metrics`)) !== null);
  rig.writeConfig();
  rig.agent.signal('SIGHUP');
  await rig.until('the old configuration is in force', () => hasLoaded(2));
  let again = await scrape(`http://${listen}/metrics`);
  while (again === null) again = await scrape(`http://${listen}/metrics`);
  const orders = readOpenMetrics(await again.text()).get('replenish_orders')?.samples ?? [];
  expect(orders.filter(({ value }) => value > 0).map(({ labels }) => labels)).toEqual([placed]);
  expect(orders).toContainEqual(
    expect.objectContaining({ labels: { outcome: 'in-doubt', detail_code: '' }, value: 0 }),
  );
});

test('an address that is taken is told, and orders go on', async () => {
  const rig = await startRig({ config: { metrics: { listen: '192.0.2.1:9464', allowRemote: true } } });
  await rig.until('it is told', () => rig.agent.stdout.includes('choose another address in metrics.listen'));
  await rig.stock('black');
});
