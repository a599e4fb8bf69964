import { expect, test } from 'vitest';
import type { Fault } from '../sandbox/faults.ts';
import { startRig } from '../support/rig.ts';

type Spoilt = { readonly fault: Fault; readonly detailCode: string | null };

/** Every answer with a status of 200 that is not what the documents promise; by the slot that gets it. */
const SPOILT: Readonly<Record<string, Spoilt>> = {
  unknownCode: { fault: { kind: 'detail-code', detailCode: 'ORDER_ON_MARS' }, detailCode: 'ORDER_ON_MARS' },
  oddLetters: { fault: { kind: 'detail-code', detailCode: 'ünï "x" \u0001' }, detailCode: 'ünï "x" \u0001' },
  noInstance: { fault: { kind: 'no-instance-id' }, detailCode: 'STANDARD_ORDER_PLACED' },
  slowBytes: { fault: { kind: 'trickle' }, detailCode: 'STANDARD_ORDER_PLACED' },
  empty: { fault: { kind: 'empty' }, detailCode: null },
  malformed: { fault: { kind: 'malformed' }, detailCode: null },
  truncated: { fault: { kind: 'truncated' }, detailCode: null },
  page: { fault: { kind: 'html' }, detailCode: null },
  huge: { fault: { kind: 'huge' }, detailCode: null },
  array: { fault: { kind: 'verbatim', body: '[]' }, detailCode: null },
  nothing: { fault: { kind: 'verbatim', body: 'null' }, detailCode: null },
  number: { fault: { kind: 'verbatim', body: '{"detailCode":7,"eventInstanceId":{}}' }, detailCode: null },
};

test('an answer of 200 that cannot be read, or with an unknown code, counts as an order and is not repeated', async () => {
  const names = Object.keys(SPOILT);
  const rig = await startRig({ slots: Object.fromEntries(names.map((name) => [name, {}])) });
  for (const [name, { fault }] of Object.entries(SPOILT)) rig.sandbox.fault({ ...fault, slotId: name });
  for (const name of names) rig.show(name, 12);
  for (const name of names) await rig.untilPhase(name, 'on-order');
  for (const name of names) rig.show(name, 11);
  await rig.linger('number', 10);

  const seen = names.map((name) => [name, rig.posts(name).length, rig.told.orderEvents(name)] as const);
  const wanted = names.map((name) => [
    name,
    1,
    [expect.objectContaining({ outcome: 'placed', httpStatus: 200, detailCode: SPOILT[name]?.detailCode })],
  ]);
  expect(seen).toEqual(wanted);
});

test('an answer of 200 that cannot be read is reported with a sentence for people', async () => {
  const rig = await startRig();
  rig.sandbox.fault({ kind: 'html' });
  rig.show('black', 12);
  await rig.untilOutcomes('black', ['placed']);
  expect(rig.told.orderEvents('black')[0]?.message).toMatch(/could not be read.*not repeated/);
});

test('a test device gets TEST_ORDER_PLACED, verbatim', async () => {
  const rig = await startRig({ sandbox: { isTest: true } });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  await rig.linger('black', 11);
  expect(rig.told.orderEvents('black')).toMatchObject([
    { outcome: 'placed', detailCode: 'TEST_ORDER_PLACED' },
  ]);
  expect(rig.posts()).toHaveLength(1);
});

test('an order that is still on its way answers ORDER_INPROGRESS for the next depletion, and nothing is bought', async () => {
  const rig = await startRig();
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  await rig.stock('black');
  rig.show('black', 12);
  await rig.untilOutcomes('black', ['placed', 'in-progress']);
  await rig.linger('black', 11);
  expect(rig.told.orderEvents('black')[1]).toMatchObject({ detailCode: 'ORDER_INPROGRESS', httpStatus: 200 });
  expect(rig.told.standing('black')).toBe('on-order');
  expect(rig.posts()).toHaveLength(2);
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('a redirect is not followed, and the token goes nowhere else', async () => {
  const rig = await startRig();
  const elsewhere = 'http://127.0.0.1:1/replenish/black';
  rig.sandbox.fault({ kind: 'status', status: 302, location: elsewhere, when: 'before-order' });
  rig.show('black', 12);
  await rig.untilOutcomes('black', ['failed', 'placed']);
  expect(rig.told.orderEvents('black')[0]).toMatchObject({ httpStatus: 302, detailCode: null });
  expect(rig.sandbox.purchases('black')).toBe(1);
});
