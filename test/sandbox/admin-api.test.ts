import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AdminApi, startAdminApi } from './admin-api.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { drsRequest, type Incoming, send } from './send.ts';

let sandbox: Sandbox;
let admin: AdminApi;

beforeEach(async () => {
  sandbox = await startSandbox({ slots: ['slot 1/a', 'b'] });
  admin = await startAdminApi(sandbox, 0);
});

afterEach(async () => {
  await admin.close();
  await sandbox.close();
});

function ask(method: string, path: string, body?: unknown): Promise<Incoming> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return send(admin.url, { method, path, headers: [], ...json });
}

async function newToken(): Promise<string> {
  return ((await ask('POST', '/sandbox/tokens')).json as { accessToken: string }).accessToken;
}

async function replenish(token: string): Promise<Incoming> {
  return send(sandbox.url, drsRequest('replenish', '/replenish/slot%201%2Fa', token));
}

test('the help names every call and every kind of fault', async () => {
  const { status, headers, body } = await ask('GET', '/sandbox');
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
  for (const word of [
    '/sandbox/requests',
    '/sandbox/deliver/{slot}',
    '/sandbox/advance',
    'trickle',
    'slot 1/a',
  ]) {
    expect(body).toContain(word);
  }
});

test('an integration can be driven from outside: token, order, delivery, cancellation, notifications', async () => {
  const token = await newToken();
  expect((await replenish(token)).json).toMatchObject({ detailCode: 'STANDARD_ORDER_PLACED' });
  expect((await ask('GET', '/sandbox/orders')).json).toMatchObject({
    orders: [{ slotId: 'slot 1/a', stage: 'cancellable' }],
    purchases: { 'slot 1/a': 1, b: 0 },
  });
  expect((await ask('POST', '/sandbox/deliver/slot%201%2Fa')).json).toEqual({ ok: true });
  expect((await ask('POST', '/sandbox/deliver/slot%201%2Fa')).status).toBe(409);
  await replenish(token);
  expect((await ask('POST', '/sandbox/cancel/slot%201%2Fa')).status).toBe(200);
  await replenish(token);
  await ask('POST', '/sandbox/advance', { ms: 86_400_000 });
  expect((await ask('POST', '/sandbox/cancel/slot%201%2Fa')).json).toMatchObject({
    message: expect.stringContaining('has shipped'),
  });
  const { notifications } = (await ask('GET', '/sandbox/notifications')).json as { notifications: unknown[] };
  expect(notifications).toHaveLength(6);
  expect((await ask('GET', '/sandbox/requests')).json).toMatchObject({
    requests: [{ url: '/replenish/slot%201%2Fa', orderRecorded: true }, {}, {}],
  });
});

test('subscriptions, problems, tokens, codes and registrations can be changed', async () => {
  const token = await newToken();
  await ask('POST', '/sandbox/unsubscribe/slot%201%2Fa');
  expect((await replenish(token)).status).toBe(400);
  await ask('POST', '/sandbox/subscribe/slot%201%2Fa');
  await ask('POST', '/sandbox/problem/slot%201%2Fa', { problem: true });
  expect((await replenish(token)).status).toBe(200);
  expect(sandbox.orders).toMatchObject([{ stage: 'in-resolution' }]);
  await ask('POST', '/sandbox/tokens/revoke', { token });
  expect((await replenish(token)).json).toEqual({ message: 'Invalid token' });
  const { code } = (await ask('POST', '/sandbox/codes', { redirectUri: 'https://x' })).json as {
    code: string;
  };
  expect(code).toMatch(/^[\w-]{20}$/);
  const second = await newToken();
  await ask('POST', '/sandbox/deregister');
  expect((await replenish(second)).status).toBe(400);
  expect((await ask('GET', '/sandbox/violations')).json).toEqual({ violations: [] });
});

test('faults can be set and cleared', async () => {
  const token = await newToken();
  const fault = { kind: 'status', status: 503, times: 'always', slotId: 'slot 1/a' };
  expect((await ask('POST', '/sandbox/faults', fault)).json).toEqual({ ok: true });
  expect((await replenish(token)).status).toBe(503);
  await ask('DELETE', '/sandbox/faults');
  expect((await replenish(token)).status).toBe(200);
});

test.each([
  [{}, /kind must be one of delay, drop/],
  [{ kind: '__proto__' }, /kind must be one of/],
  [{ kind: 'drop' }, /field when is missing: one of before-order, after-order/],
  [{ kind: 'delay', delayMs: -1 }, /delayMs must be a whole number/],
  [{ kind: 'status', status: 42 }, /status must be an HTTP status/],
  [{ kind: 'empty', times: 0 }, /times must be 1 or more/],
  [{ kind: 'empty', call: 'order' }, /call must be one of any, token/],
  [{ kind: 'empty', toString: 1 }, /no field toString/],
  [{ kind: 'empty', detailCode: 'X' }, /no field detailCode/],
  [[], /JSON object/],
])('the fault %j is refused with a sentence', async (fault, message) => {
  const answer = await ask('POST', '/sandbox/faults', fault);
  expect([answer.status, answer.json]).toEqual([400, { message: expect.stringMatching(message) }]);
  expect((await replenish(sandbox.issueToken())).status).toBe(200);
});

test.each([
  ['GET', '/', undefined, 404],
  ['GET', '/replenish/b', undefined, 404],
  ['GET', '/sandbox/faults', undefined, 404],
  ['POST', '/sandbox/deliver/nothing', undefined, 404],
  ['POST', '/sandbox/deliver/%zz', undefined, 404],
  ['POST', '/sandbox/tokens?serial=nobody', undefined, 404],
  ['POST', '/sandbox/advance', { ms: '1' }, 400],
  ['POST', '/sandbox/tokens', { expiresInS: -1 }, 400],
  ['POST', '/sandbox/tokens/revoke', {}, 400],
  ['POST', '/sandbox/codes', {}, 400],
  ['POST', '/sandbox/problem/b', { problem: 'yes' }, 400],
])('%s %s with %j is refused', async (method, path, body, status) => {
  const answer = await ask(method, path, body);
  expect([answer.status, answer.json]).toEqual([status, { message: expect.any(String) }]);
});

test('the strict API knows nothing of the controls', async () => {
  const answer = await send(sandbox.url, { method: 'GET', path: '/sandbox/requests', headers: [] });
  expect(answer.status).toBe(400);
  expect(sandbox.violations).toHaveLength(1);
});
