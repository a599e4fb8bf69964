import { expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../sandbox/faults.ts';
import { type Rig, startRig } from '../support/rig.ts';
import { Gate } from './gate.ts';

/** Half of the rig's first step: no retry may come sooner. The stamps have whole milliseconds. */
const FIRST_STEP_MIN_MS = 250 - 2;

/** Pauses between the requests of a slot, by DRS's clock. */
function pausesMs(rig: Rig): number[] {
  const times = rig.posts().map((post) => Date.parse(post.at));
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

test('a server error is retried no faster than the doubling backoff until the order is placed', async () => {
  const rig = await startRig({ lineEveryMs: 40 });
  rig.sandbox.fault({ kind: 'status', status: 500, times: 2 });
  rig.sandbox.fault({ kind: 'html', status: 500 });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(rig.told.outcomes('black')).toEqual(['failed', 'failed', 'failed', 'placed']);
  expect(rig.told.orderEvents('black').map((event) => event.attempt)).toEqual([1, 2, 3, 4]);
  const [first = 0, second = 0, third = 0] = pausesMs(rig);
  expect(first).toBeGreaterThanOrEqual(FIRST_STEP_MIN_MS);
  expect(second).toBeGreaterThanOrEqual(2 * FIRST_STEP_MIN_MS);
  expect(third).toBeGreaterThanOrEqual(4 * FIRST_STEP_MIN_MS);
  expect(rig.told.phases('black').slice(-3)).toEqual(['low', 'ordering', 'on-order']);
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test.each<{ name: string; fault: Fault; pauseMs: number }>([
  { name: 'seconds', fault: { kind: 'status', status: 503, retryAfterS: 2 }, pauseMs: 2000 },
  // A date has whole seconds: up to one of the three is lost.
  { name: 'a date', fault: { kind: 'status', status: 503, retryAfterDateMs: 3000 }, pauseMs: 2000 },
  { name: 'nothing', fault: { kind: 'status', status: 429 }, pauseMs: 250 },
])('DRS is left alone as long as Retry-After asks, given as $name', async ({ fault, pauseMs }) => {
  const rig = await startRig();
  rig.sandbox.fault(fault);
  rig.show('black', 12);
  await rig.untilOutcomes('black', ['failed', 'placed']);
  expect(pausesMs(rig)[0]).toBeGreaterThanOrEqual(pauseMs - 5);
  expect(rig.posts()).toHaveLength(2);
});

test('a refused connection is retried until DRS is there', async () => {
  const gate = await Gate.shut(0);
  const rig = await startRig({ way: { drsUrl: `http://127.0.0.1:${gate.port}` } });
  rig.show('black', 12);
  await rig.until('two attempts', () => rig.told.outcomes('black').length === 2);
  expect(rig.told.standing('black')).toBe('ordering');
  gate.target(rig.sandbox.port);
  await gate.open();
  onTestFinished(() => gate.close());
  await rig.untilPhase('black', 'on-order');
  const [first] = rig.told.orderEvents('black');
  expect(first).toMatchObject({ outcome: 'failed', httpStatus: null, detailCode: null });
  expect(first?.message).toMatch(/nothing was sent/);
  expect(rig.posts()).toHaveLength(1);
});

test.each(['drop', 'reset'] as const)(
  'an order whose answer is lost (%s) is in doubt, and is found when it is asked for again',
  async (kind) => {
    const rig = await startRig({ lineEveryMs: 40 });
    rig.sandbox.fault({ kind, when: 'after-order' });
    rig.show('black', 12);
    await rig.untilPhase('black', 'on-order');
    await rig.linger('black', 11);
    expect(rig.told.phases('black').slice(-4)).toEqual(['low', 'ordering', 'in-doubt', 'on-order']);
    expect(rig.told.orderEvents('black')).toMatchObject([
      { attempt: 1, outcome: 'in-doubt', httpStatus: null, detailCode: null, level: 12 },
      { attempt: 2, outcome: 'in-progress', httpStatus: 200, detailCode: 'ORDER_INPROGRESS' },
    ]);
    expect(rig.posts()).toHaveLength(2);
    expect(rig.sandbox.purchases('black')).toBe(1);
  },
);

test('a request that was lost before it did anything is in doubt, and then placed', async () => {
  const rig = await startRig();
  rig.sandbox.fault({ kind: 'drop', when: 'before-order' });
  rig.show('black', 12);
  await rig.untilOutcomes('black', ['in-doubt', 'placed']);
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('a server that never answers is given up after the deadline of the configuration', async () => {
  const rig = await startRig({ config: { replenish: { timeouts: { headers: '500ms' } } } });
  rig.sandbox.fault({ kind: 'hang', when: 'after-order' });
  rig.show('black', 12);
  await rig.untilOutcomes('black', ['in-doubt', 'in-progress']);
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('once the in-doubt window is over nothing is repeated: a refill settles it', async () => {
  const rig = await startRig({ config: { replenish: { inDoubtWindow: '0s' } } });
  rig.sandbox.fault({ kind: 'drop', when: 'after-order' });
  rig.show('black', 12);
  await rig.untilPhase('black', 'held in-doubt');
  await rig.linger('black', 11, 60);
  expect(rig.posts()).toHaveLength(1);
  rig.sandbox.deliver('black');
  await rig.stock('black');
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(rig.told.outcomes('black')).toEqual(['in-doubt', 'placed']);
});

test('an order that waits for its retry is given up when the slot is refilled', async () => {
  const rig = await startRig({ config: { replenish: { retry: { first: '4s' } } } });
  rig.sandbox.fault({ kind: 'status', status: 500 });
  rig.show('black', 12);
  await rig.untilOutcomes('black', ['failed']);
  await rig.stock('black');
  await rig.linger('black', 89, 150);
  expect(rig.posts()).toHaveLength(1);
  expect(rig.sandbox.purchases('black')).toBe(0);
});

test('an order beyond maxOrders is held, and leaves when the window has room again', async () => {
  const rig = await startRig({
    slots: { black: { settings: { maxOrders: { count: 1, per: '5s' } } } },
  });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  rig.sandbox.deliver('black');
  await rig.stock('black');
  rig.show('black', 12);
  await rig.untilPhase('black', 'held budget');
  expect(rig.posts()).toHaveLength(1);
  await rig.untilPhase('black', 'on-order');
  expect(pausesMs(rig)[0]).toBeGreaterThanOrEqual(5_000 - 50);
});

test('dryRun reports what would have been ordered, and sends nothing until it is taken away', async () => {
  const rig = await startRig({ config: { replenish: { dryRun: true } } });
  rig.show('black', 12);
  await rig.untilPhase('black', 'held dry-run');
  await rig.linger('black', 11);
  expect(rig.told.orderEvents('black')).toMatchObject([
    { outcome: 'dry-run', detailCode: null, httpStatus: null },
  ]);
  expect(rig.sandbox.requests).toEqual([]);
  rig.writeConfig({ replenish: { dryRun: false } });
  rig.agent.signal('SIGHUP');
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts()).toHaveLength(1);
});
