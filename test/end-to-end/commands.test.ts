import fc from 'fast-check';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { type Rig, type RigOptions, startRig } from '../support/rig.ts';
import { startBroker } from '../workbench/broker.ts';
import { BASE, type CommandReport } from './reports.ts';

/** Sends a command under this id and waits for its next answer on `command/result`. */
async function ask(rig: Rig, id: string, fields: object): Promise<CommandReport> {
  const answers = (): CommandReport[] => rig.told.answers().filter((answer) => answer.id === id);
  const before = answers().length;
  await rig.publish('command', JSON.stringify({ id, slot: 'black', ...fields }));
  await rig.until(`an answer to ${id}`, () => answers().length > before);
  const answer = answers()[before];
  if (answer === undefined) throw new Error('It was there a moment ago.');
  return answer;
}

/** A slot that is neither low nor full, with a level that the agent believes. */
async function startStocked(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options);
  await rig.stock('black', 40);
  await rig.linger('black', 40, 10);
  return rig;
}

test('an order by command is placed once for its id, also after a power cut, and only at a level that is believed', async () => {
  const rig = await startRig();
  expect(await ask(rig, 'early', { command: 'order' })).toMatchObject({
    ok: false,
    message: expect.stringMatching(/level is unknown/),
  });
  await rig.stock('black', 40);
  await rig.linger('black', 40, 10);
  const answer = await ask(rig, 'one', { command: 'order' });
  expect(answer).toMatchObject({ ok: true });
  await rig.untilPhase('black', 'on-order');
  expect(await ask(rig, 'two', { command: 'order' })).toMatchObject({
    ok: false,
    message: expect.stringMatching(/under way since/),
  });
  await rig.killAgent();
  await rig.restartAgent();
  await rig.stock('black', 90);
  await rig.linger('black', 40, 10);
  expect(await ask(rig, 'one', { command: 'order' })).toEqual(answer);
  expect(await ask(rig, 'early', { command: 'order' })).toMatchObject({ ok: false });
  await rig.linger('black', 40);
  expect(rig.posts()).toHaveLength(1);
});

test('a power cut while the order of a command is under way leaves one purchase, however often the command comes', async () => {
  const rig = await startStocked();
  rig.sandbox.fault({ kind: 'hang', when: 'after-order' });
  await rig.publish('command', JSON.stringify({ id: 'one', command: 'order', slot: 'black' }));
  await rig.until('DRS has the request', () => rig.posts().length === 1);
  await rig.killAgent();
  await rig.publish('command', JSON.stringify({ id: 'one', command: 'order', slot: 'black' }));
  await rig.restartAgent();
  await ask(rig, 'one', { command: 'order' });
  await rig.untilPhase('black', 'on-order');
  expect(rig.sandbox.purchases('black')).toBe(1);
  expect(new Set(rig.told.orderEvents('black').map(({ orderId }) => orderId)).size).toBe(1);
});

test('expired, retained and unknown commands are refused with a reason, each in one answer', async () => {
  const rig = await startStocked();
  expect(
    await ask(rig, 'late', { command: 'order', expiresAt: new Date(Date.now() - 1).toISOString() }),
  ).toMatchObject({ ok: false, message: expect.stringMatching(/expired/) });
  expect(await ask(rig, 'what', { command: 'explode' })).toMatchObject({
    message: expect.stringMatching(/Known are/),
  });
  expect(await ask(rig, 'where', { command: 'order', slot: 'blck' })).toMatchObject({
    message: expect.stringMatching(/There are: black/),
  });
  const kept = JSON.stringify({ id: 'kept', command: 'order', slot: 'black' });
  await rig.topics.publish(`${BASE}command`, kept, true);
  const refusals = (): CommandReport[] => rig.told.answers().filter(({ id }) => id === 'kept');
  await rig.until('the kept one is refused', () => refusals().length === 1);
  await rig.killAgent();
  await rig.restartAgent();
  await rig.until('it is refused again', () => refusals().length === 2);
  expect(refusals().every(({ ok, message }) => !ok && /retained/.test(message))).toBe(true);
  await rig.topics.publish(`${BASE}command`, '', true);
  await rig.linger('black', 40);
  expect(rig.posts()).toEqual([]);
});

test('a snooze holds an order back over a restart, and ending it lets the order go; a rearm lets the next one go', async () => {
  const rig = await startStocked();
  expect(await ask(rig, 's1', { command: 'snooze', for: '3d' })).toMatchObject({ ok: true });
  await rig.until('the snooze shows', () => typeof rig.told.slot('black')?.snoozedUntil === 'string');
  await rig.killAgent();
  await rig.restartAgent();
  await rig.linger('black', 12);
  expect(rig.told.slot('black')).toMatchObject({ phase: 'ordering', snoozedUntil: expect.any(String) });
  expect(rig.posts()).toEqual([]);
  expect(await ask(rig, 's2', { command: 'snooze', off: true })).toMatchObject({ ok: true });
  await rig.untilPhase('black', 'on-order');
  rig.sandbox.deliver('black');
  expect(await ask(rig, 'r', { command: 'rearm' })).toMatchObject({ ok: true });
  await rig.until('the next order is placed', () => rig.posts().length === 2);
  expect(await ask(rig, 'x', { command: 'resolve', verdict: 'placed' })).toMatchObject({ ok: false });
});

test('an answer goes to the response topic with its correlation data', async () => {
  const rig = await startStocked();
  const phone = await connectAsync(rig.broker.url, { protocolVersion: 5 });
  onTestFinished(() => phone.endAsync(true));
  await phone.subscribeAsync('replies/phone', { qos: 1 });
  const heard = new Promise<unknown[]>((resolve) => {
    phone.on('message', (topic, payload, { properties }) => {
      resolve([topic, JSON.parse(payload.toString()), properties?.correlationData?.toString('hex')]);
    });
  });
  const command = JSON.stringify({ id: 'one', command: 'report' });
  const properties = { responseTopic: 'replies/phone', correlationData: Buffer.from('00ff07', 'hex') };
  await phone.publishAsync(`${BASE}command`, command, { qos: 1, properties });
  expect(await heard).toEqual(['replies/phone', expect.objectContaining({ id: 'one', ok: true }), '00ff07']);
  expect(rig.told.answers()).toEqual([]);
});

test('on MQTT 3.1.1 the answer is on command/result', async () => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const rig = await startRig({ oldBrokerUrl: broker.url });
  expect(await ask(rig, 'one', { command: 'report' })).toMatchObject({ ok: true });
  expect(await ask(rig, 'two', { command: 'order' })).toMatchObject({ ok: false });
});

test('whatever comes as a command, and however much, is answered, bought nothing for, and survived', async () => {
  const rig = await startStocked();
  const hostile = fc.sample(fc.oneof(fc.json({ maxDepth: 8 }), fc.string({ unit: 'binary' })), 60);
  const asked = hostile.filter((payload) => payload !== '');
  for (const payload of asked) await rig.publish('command', payload);
  await rig.publish('command', `${'['.repeat(2000)}${']'.repeat(2000)}`);
  await rig.publish('command', Buffer.alloc(70_000, 0x20));
  await rig.publish('command', Buffer.from([0xff, 0xfe]));
  await ask(rig, 'still-there', { command: 'report' });
  expect(rig.told.answers()).toHaveLength(asked.length + 3);
  expect(rig.told.answers().some(({ message }) => /Too many/.test(message))).toBe(true);
  await rig.linger('black', 40);
  expect(rig.posts()).toEqual([]);
});

test('switched off, commands are not heard', async () => {
  const rig = await startStocked({ config: { mqtt: { commands: false } } });
  await rig.publish('command', JSON.stringify({ id: 'one', command: 'order', slot: 'black' }));
  await rig.linger('black', 40, 50);
  expect(rig.told.answers()).toEqual([]);
  expect(rig.posts()).toEqual([]);
});
