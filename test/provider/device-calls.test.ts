import { expect, test } from 'vitest';
import { createDeviceCalls, type DeviceCallsDeps } from '../../agent/provider/device-calls.ts';
import { parseAccessToken } from '../../agent/replenish/access-token.ts';
import type { CallAnswer, CancelledTests } from '../../agent/replenish/call-answer.ts';

function setUp(change: Partial<DeviceCallsDeps> & { cancelled?: CallAnswer<CancelledTests> } = {}) {
  const heard: string[] = [];
  const refreshed: string[] = [];
  let deregistrations = 0;
  const pipeline = (name: string) => ({
    hear: ({ kind }: { readonly kind: string }): void => {
      heard.push(`${name} ${kind}`);
    },
    view: () => ({ lastOrder: null }),
  });
  const { cancelled = { kind: 'done', said: { slotIds: null } }, ...deps } = change;
  const calls = createDeviceCalls({
    client: {
      cancelTestOrders: async () => cancelled,
      orderInfo: async () => ({ kind: 'done', said: { items: [] } }),
      deregister: async () => ({ kind: 'done', said: null }),
    },
    tokens: { current: () => parseAccessToken('Atza|1'), refresh: (one) => refreshed.push(one) },
    slots: new Map([
      ['black', { slotId: 'b-1', pipeline: pipeline('black') }],
      ['cyan', { slotId: 'c-1', pipeline: pipeline('cyan') }],
    ]),
    dryRun: false,
    onDeregistered: () => {
      deregistrations += 1;
    },
    ...deps,
  });
  return { calls, heard, refreshed, deregistrations: () => deregistrations };
}

test.each([
  ['one slot', 'black', ['black test-order-cancelled']],
  ['all slots', null, ['black test-order-cancelled', 'cyan test-order-cancelled']],
])('cancelling the test orders of %s tells those slots', async (_name, slot, told) => {
  const { calls, heard } = setUp();
  expect(await calls.cancelTest(slot)).toMatchObject({ ok: true });
  expect(heard).toEqual(told);
});

test('only slots that DRS names as free are told', async () => {
  const { calls, heard } = setUp({ cancelled: { kind: 'done', said: { slotIds: ['c-1'] } } });
  expect(await calls.cancelTest(null)).toMatchObject({ ok: true });
  expect(heard).toEqual(['cyan test-order-cancelled']);
  expect(await calls.cancelTest('black')).toMatchObject({ ok: false });
});

test.each([
  ['no token', { tokens: { current: () => null, refresh: () => undefined } }, /token/],
  ['dryRun', { dryRun: true }, /dryRun/],
  ['a refusal', { cancelled: { kind: 'refused', message: 'DRS answered 400: No test device.' } }, /400/],
  ['no way', { cancelled: { kind: 'failed', message: 'No way.', retryAfterMs: null } }, /later/],
] as const)('with %s nothing is cancelled, and the reason is said', async (_name, change, why) => {
  const { calls, heard } = setUp(change);
  const result = await calls.cancelTest('black');
  expect(result.ok).toBe(false);
  expect(result.message).toMatch(why);
  expect(heard).toEqual([]);
});

test('a slot that is not configured is named', async () => {
  const { calls } = setUp();
  expect(await calls.cancelTest('red')).toMatchObject({ ok: false, message: expect.stringMatching(/red/) });
  expect(await calls.orderStatus('red')).toMatchObject({ ok: false });
});

test('a token that DRS refused is replaced for the next attempt', async () => {
  const { calls, refreshed } = setUp({ cancelled: { kind: 'invalid-token', message: 'Invalid token' } });
  expect(await calls.cancelTest('black')).toMatchObject({ ok: false });
  expect(refreshed).toHaveLength(1);
});

test('without an id of Amazon an order can not be asked after, which is said', async () => {
  const { calls } = setUp();
  expect(await calls.orderStatus('black')).toMatchObject({
    ok: false,
    message: expect.stringMatching(/no id/),
  });
});

test('a deregistration is told once DRS has confirmed it, and not before', async () => {
  const { calls, deregistrations } = setUp();
  expect(await calls.deregister()).toMatchObject({ ok: true });
  expect(deregistrations()).toBe(1);
  const offline = setUp({ tokens: { current: () => null, refresh: () => undefined } });
  expect(await offline.calls.deregister()).toMatchObject({ ok: false });
  expect(offline.deregistrations()).toBe(0);
});
