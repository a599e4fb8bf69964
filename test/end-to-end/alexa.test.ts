import { expect, test } from 'vitest';
import { runAgent } from '../support/agent-process.ts';
import { type Rig, type RigOptions, startRig } from '../support/rig.ts';
import { BASE } from './reports.ts';

const ALEXA = {
  replenish: {
    provider: 'alexa',
    url: undefined,
    token: undefined,
    duties: { startDelay: '200ms', levelPause: '1s' },
  },
};

const PODS = {
  capacity: { quantity: 50, unit: 'count' },
  inventory: { replenishmentId: 'amzn1.r.beans', instance: 'Sensor.Beans', usage: true },
};

function startAlexa(options: RigOptions = {}): Promise<Rig> {
  return startRig({ ...options, config: { ...ALEXA, slots: { black: PODS } } });
}

/** Amounts left, as they came, repetitions taken out by the id of the message. */
function levels(rig: Rig): number[] {
  return distinct(rig, 'slots/black/inventory').map(
    ({ event }) => event.payload.change.properties[0].value.value,
  );
}

function uses(rig: Rig): number[] {
  return distinct(rig, 'slots/black/inventory/consumed').map(({ event }) => event.payload.usage.value);
}

function distinct(rig: Rig, topic: string) {
  const messages = rig.topics
    .payloads(BASE + topic)
    .filter((payload) => payload !== '')
    .map((payload) => JSON.parse(payload));
  const ids = messages.map(({ event }) => event.header.messageId);
  return messages.filter((_, index) => ids.indexOf(ids[index]) === index);
}

/** What every device that only reports has to show. */
function expectNoOrder(rig: Rig): void {
  expect(rig.sandbox.requests).toEqual([]);
  expect(rig.told.orderEvents('black')).toEqual([]);
  expect(rig.told.tokenRequests()).toEqual([]);
  expect(rig.told.phases('black')).not.toContain('ordering');
}

test('the inventory is told as a level falls, and nothing is ordered', async () => {
  const rig = await startAlexa();
  await rig.stock('black', 80);
  await rig.until('the level is told', () => levels(rig).at(-1) === 40);
  rig.show('black', 60);
  await rig.until('the fall is told', () => levels(rig).at(-1) === 30 && uses(rig).join() === '10');
  rig.show('black', 10);
  await rig.untilPhase('black', 'low');
  await rig.until('the low level is told', () => levels(rig).at(-1) === 5 && uses(rig).join() === '10,25');
  await rig.stock('black', 90);
  await rig.until('the refill is told', () => levels(rig).at(-1) === 45);
  expect(uses(rig)).toEqual([10, 25]);
  const [capabilities = ''] = rig.topics.payloads(`${BASE}inventory/capabilities`);
  expect(JSON.parse(capabilities).capabilities).toContainEqual(
    expect.objectContaining({
      interface: 'Alexa.InventoryUsageSensor',
      instance: 'Sensor.Beans',
      configuration: {
        measurement: { '@type': 'Count' },
        replenishment: { '@type': 'DashReplenishmentId', value: 'amzn1.r.beans' },
      },
    }),
  );
  expect(rig.told.device()?.token).toEqual({ state: 'not-needed', expiresAt: null });
  expectNoOrder(rig);
});

test('a kill repeats no use, and an outage of the broker loses none', async () => {
  const rig = await startAlexa();
  await rig.stock('black', 80);
  await rig.until('the level is told', () => levels(rig).at(-1) === 40);
  rig.show('black', 60);
  await rig.until('the use is told', () => uses(rig).join() === '10');
  await rig.until('the level is told', () => levels(rig).at(-1) === 30);
  await rig.killAgent();
  await rig.restartAgent();
  await rig.broker.stop();
  rig.show('black', 40);
  await rig.until('the agent had time to see it', () => rig.boardOf('black').linesSent('black') >= 150);
  await rig.killAgent();
  await rig.broker.restart();
  await rig.restartAgent();
  await rig.until('the use is told', () => uses(rig).join() === '10,10');
  await rig.until('the latest level is told', () => levels(rig).at(-1) === 20);
  await rig.linger('black', 40, 80);
  expect(uses(rig)).toEqual([10, 10]);
  expectNoOrder(rig);
});

test('what would order is refused with the reason', async () => {
  const rig = await startAlexa();
  await rig.stock('black', 40);
  const commands = ['order', 'cancel-test', 'snooze'];
  for (const command of commands)
    await rig.publish(
      'command',
      JSON.stringify({ id: command, command, slot: 'black', ...(command === 'snooze' ? { for: '1h' } : {}) }),
    );
  await rig.until('all are answered', () => rig.told.answers().length === commands.length);
  for (const answer of rig.told.answers())
    expect(answer).toMatchObject({
      ok: false,
      message: expect.stringContaining('Amazon orders by the inventory'),
    });
  const where = ['--config', rig.configPath, '--state-dir', rig.stateDir];
  const words = ['deregister', '--yes-remove-this-device', ...where];
  const { code, stderr } = await runAgent({ words, cwd: rig.folder });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('Amazon orders by the inventory'),
  });
  expectNoOrder(rig);
});

test('a reload with the other provider orders, takes the inventory off the broker', async () => {
  const rig = await startAlexa();
  rig.show('black', 10);
  await rig.untilPhase('black', 'low');
  await rig.until('the level is told', () => levels(rig).at(-1) === 5);
  const { token, url } = { token: { source: 'file', file: rig.tokenPath }, url: rig.sandbox.url };
  rig.writeConfig({ replenish: { provider: 'drs', url, token }, slots: { black: { inventory: undefined } } });
  rig.agent.signal('SIGHUP');
  await rig.untilPhase('black', 'on-order');
  await rig.until('nothing stands for Alexa', () =>
    ['inventory/capabilities', 'slots/black/inventory'].every(
      (topic) => rig.topics.payloads(BASE + topic).at(-1) === '',
    ),
  );
  expect(rig.posts()).toHaveLength(1);
});
