import { afterEach, expect, test, vi } from 'vitest';
import { type Sandbox, startSandbox } from './sandbox.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { drsRequest, type Incoming, send, sendBytes } from './send.ts';

const HOUR_MS = 3_600_000;
const open: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ slots: ['a', 'b'], ...options });
  open.push(sandbox);
  return sandbox;
}

function replenish(sandbox: Sandbox, slot = 'a'): Promise<Incoming> {
  return send(sandbox.url, drsRequest('replenish', `/replenish/${slot}`, sandbox.issueToken()));
}

function newsOf(sandbox: Sandbox): readonly string[] {
  return sandbox.notifications.map(({ notificationInfo }) => notificationInfo.notificationType);
}

test('a slot is locked until delivery, others are not, and each purchase counts once', async () => {
  const sandbox = await start();
  const codes = [];
  for (const slot of ['a', 'a', 'b']) codes.push((await replenish(sandbox, slot)).json);
  expect(codes).toMatchObject([
    { detailCode: 'STANDARD_ORDER_PLACED' },
    {
      detailCode: 'ORDER_INPROGRESS',
      eventInstanceId: (codes[0] as { eventInstanceId: string }).eventInstanceId,
    },
    { detailCode: 'STANDARD_ORDER_PLACED' },
  ]);
  expect(sandbox.deliver('a')).toEqual({ done: true });
  expect((await replenish(sandbox)).json).toMatchObject({ detailCode: 'STANDARD_ORDER_PLACED' });
  expect([sandbox.purchases('a'), sandbox.purchases('b')]).toEqual([2, 1]);
  expect(sandbox.requests.map((request) => request.orderRecorded)).toEqual([true, false, true, true]);
});

test('a customer can cancel for 24 hours of the test clock, which unlocks the slot', async () => {
  const sandbox = await start();
  await replenish(sandbox);
  sandbox.advance(24 * HOUR_MS - 60_000);
  expect(sandbox.cancel('a')).toEqual({ done: true });
  expect(sandbox.cancel('a')).toMatchObject({ done: false });
  await replenish(sandbox);
  sandbox.advance(24 * HOUR_MS);
  expect(sandbox.cancel('a')).toMatchObject({ done: false, why: expect.stringContaining('has shipped') });
  expect(newsOf(sandbox)).toEqual([
    'OrderPlacedNotification',
    'OrderCancelledNotification',
    'OrderPlacedNotification',
    'ItemShippedNotification',
  ]);
});

test('an order with a problem is news only when it is mended, and is cancelled after 72 hours', async () => {
  const sandbox = await start();
  sandbox.setProblem('a', true);
  sandbox.setProblem('b', true);
  await replenish(sandbox, 'a');
  await replenish(sandbox, 'b');
  expect(newsOf(sandbox)).toEqual([]);
  sandbox.setProblem('a', false);
  sandbox.advance(72 * HOUR_MS);
  expect(newsOf(sandbox)).toEqual([
    'OrderPlacedNotification',
    'ItemShippedNotification',
    'OrderCancelledNotification',
  ]);
  expect((await replenish(sandbox, 'b')).json).toMatchObject({ detailCode: 'STANDARD_ORDER_PLACED' });
});

test('notifications of the second generation carry the order with its products', async () => {
  const sandbox = await start();
  const heard = vi.fn();
  sandbox.onNotification(heard);
  const { eventInstanceId } = (await replenish(sandbox)).json as { eventInstanceId: string };
  expect(heard).toHaveBeenCalledExactlyOnceWith({
    notificationInfo: {
      notificationType: 'OrderPlacedNotification',
      lwaClientId: expect.stringMatching(/^amzn1\.application-oa2-client\./),
      notificationTime: expect.stringMatching(/Z$/),
      notificationId: expect.stringMatching(/^amzn1\.dash\.notification\.v1\./),
      version: '2015-06-05',
    },
    deviceInfo: {
      deviceIdentifier: { serialNumber: 'SN0001' },
      productIdentifier: { modelId: 'SandboxModel1' },
    },
    customerInfo: { directedCustomerId: expect.stringMatching(/^amzn1\.account\./) },
    orderInfo: {
      instanceId: eventInstanceId,
      slotId: 'a',
      productInfo: [
        { asin: 'B00SANDBOX', quantity: 1, unit: 'count', estimatedDeliveryDate: expect.any(String) },
      ],
    },
  });
  sandbox.cancel('a');
  expect(sandbox.notifications[1]?.orderInfo).toEqual({ instanceId: eventInstanceId, slotId: 'a' });
});

test('notifications of the first generation name no product', async () => {
  const sandbox = await start({ notificationVersion: 1 });
  await replenish(sandbox);
  sandbox.unsubscribe('a');
  sandbox.unsubscribe('a');
  expect(sandbox.notifications[0]?.orderInfo).toMatchObject({
    productInfo: [{ quantity: 1, unit: 'count' }],
    estimatedDeliveryDate: expect.any(String),
  });
  expect(sandbox.notifications[0]?.orderInfo?.productInfo?.[0]).not.toHaveProperty('asin');
  expect(sandbox.notifications.slice(1).map((message) => message.subscriptionInfo)).toEqual([
    { slotsSubscriptionStatus: { a: false, b: true } },
  ]);
});

test('notifications come in swapped pairs when asked for', async () => {
  const sandbox = await start({ swapNotifications: true });
  await replenish(sandbox);
  expect(newsOf(sandbox)).toEqual([]);
  sandbox.cancel('a');
  expect(newsOf(sandbox)).toEqual(['OrderCancelledNotification', 'OrderPlacedNotification']);
  await replenish(sandbox);
  sandbox.flushNotifications();
  expect(newsOf(sandbox)).toHaveLength(3);
});

test('an order is delivered on its own after the given real time', async () => {
  const sandbox = await start({ deliverAfterMs: 1 });
  await replenish(sandbox);
  await vi.waitFor(() => expect(sandbox.orders).toMatchObject([{ stage: 'delivered' }]), 10_000);
});

test('a request is recorded raw, before its answer leaves', async () => {
  const sandbox = await start();
  const heard = vi.fn();
  sandbox.onRequest(heard);
  const token = sandbox.issueToken();
  const text = [
    'POST /replenish/a HTTP/1.1',
    'hOst: x',
    `AUTHORIZATION: Bearer ${token}`,
    'x-amzn-type-version: com.amazon.dash.replenishment.DrsReplenishInput@1.0',
    'x-amzn-accept-type: com.amazon.dash.replenishment.DrsReplenishResult@1.0',
    'Connection: close',
    '\r\n',
  ].join('\r\n');
  expect(await sendBytes(sandbox.port, text)).toMatch(/^HTTP\/1\.1 200 Accepted\r\n/);
  expect(sandbox.requests).toMatchObject([
    {
      number: 1,
      method: 'POST',
      url: '/replenish/a',
      rawHeaders: expect.arrayContaining(['hOst', 'x', 'AUTHORIZATION', `Bearer ${token}`]),
      body: '',
      call: 'replenish',
      slotId: 'a',
      violations: [],
      fault: null,
      orderRecorded: true,
      answer: { status: 200, reason: 'Accepted' },
    },
  ]);
  expect(heard).toHaveBeenCalledExactlyOnceWith(sandbox.requests[0]);
});

test.each([
  ['a space in the path', 'POST /replenish/a b HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['no HTTP at all', 'hello\r\n\r\n'],
])('%s is answered 400 and recorded as a violation', async (_, text) => {
  const sandbox = await start();
  expect(await sendBytes(sandbox.port, text)).toMatch(/^HTTP\/1\.1 400 /);
  expect(sandbox.violations).toEqual([expect.stringContaining('no HTTP request')]);
});

test('bytes beyond ASCII in the path are refused', async () => {
  const sandbox = await start();
  const answer = await sendBytes(
    sandbox.port,
    'POST /replenish/T\xf6 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(sandbox.violations).toHaveLength(1);
});

test('a body that never ends is cut off and recorded as a violation', async () => {
  const sandbox = await start();
  const request = { ...drsRequest('replenish', '/replenish/a', 'x'), body: 'x'.repeat(100_000) };
  await expect(send(sandbox.url, request)).rejects.toThrow();
  expect(sandbox.violations).toEqual([expect.stringContaining('more than 65536 bytes')]);
});

test('a device that was deregistered comes back with the next consent', async () => {
  const sandbox = await start();
  const token = sandbox.issueToken();
  const answer = await send(sandbox.url, drsRequest('deregister', '/registration', token));
  expect(answer.status).toBe(200);
  expect((await send(sandbox.url, drsRequest('deregister', '/registration', token))).json).toEqual({
    message: 'Invalid token',
  });
  expect((await replenish(sandbox)).status).toBe(200);
  expect(newsOf(sandbox)).toEqual([
    'DeviceDeregisteredNotification',
    'DeviceRegisteredNotification',
    'SubscriptionChangedNotification',
    'OrderPlacedNotification',
  ]);
});

test('a name that does not exist is a mistake of the caller', async () => {
  const sandbox = await start();
  expect(() => sandbox.purchases('c')).toThrow('has no slot "c"');
  expect(() => sandbox.issueToken({ serial: 'x' })).toThrow('no device with the serial "x"');
  await expect(startSandbox({ slots: ['a', 'a'] })).rejects.toThrow('given twice');
  await expect(startSandbox({ tokenBytes: 3000 })).rejects.toThrow('350 to 2048');
});

test('a port that is taken is an error', async () => {
  const { port } = await start();
  await expect(startSandbox({ port })).rejects.toThrow('EADDRINUSE');
});

test('closing ends requests that hang or wait', async () => {
  const sandbox = await start();
  sandbox.fault({ kind: 'hang', when: 'before-order', slotId: 'a' });
  sandbox.fault({ kind: 'delay', delayMs: 1_000_000, slotId: 'b' });
  const hanging = expect(replenish(sandbox, 'a')).rejects.toThrow('socket hang up');
  const waiting = expect(replenish(sandbox, 'b')).rejects.toThrow('socket hang up');
  await vi.waitFor(() => expect(sandbox.requests).toHaveLength(2), 10_000);
  await sandbox.close();
  await hanging;
  await waiting;
});
