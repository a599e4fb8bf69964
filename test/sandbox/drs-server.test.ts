import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DrsCall } from './calls.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { drsRequest, type Incoming, type Outgoing, send, withHeader } from './send.ts';

const ODD_SLOT = 'Paper/Töwel 1';
const ODD_PATH = '/replenish/Paper%2FT%C3%B6wel%201';
const TYPE = 'com.amazon.dash.replenishment.';

let sandbox: Sandbox;
let token: string;

beforeEach(async () => {
  sandbox = await startSandbox({
    slots: ['slot1', ODD_SLOT, { slotId: 'off', subscribed: false }],
    otherDevices: [{ model: 'M', serial: 'TEST', isTest: true, slots: [{ slotId: 'a' }, { slotId: 'b' }] }],
  });
  token = sandbox.issueToken();
});

afterEach(() => sandbox.close());

function call(name: DrsCall, path: string, bearer = token): Promise<Incoming> {
  return send(sandbox.url, drsRequest(name, path, bearer));
}

describe('a call by the letter', () => {
  test('replenish is accepted, with the documented status line, headers and members', async () => {
    const answer = await call('replenish', '/replenish/slot1');
    expect([answer.status, answer.reason]).toEqual([200, 'Accepted']);
    expect(answer.headers['x-amzn-type-version']).toBe(`${TYPE}DrsReplenishResult@1.0`);
    expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['x-amz-date']).toMatch(/^\w{3}, \d{2} \w{3} \d{4} /);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.json).toEqual({
      eventInstanceId: expect.stringMatching(/^amzn1\.dash\.v2\.o\.[A-Za-z0-9+/=]+$/),
      detailCode: 'STANDARD_ORDER_PLACED',
    });
    const { eventInstanceId } = answer.json as { eventInstanceId: string };
    expect(Buffer.from(eventInstanceId.slice(16), 'base64').toString()).toMatch(
      /^r\.[0-9a-f-]{36}\.[0-9a-f-]{36}$/,
    );
    expect(sandbox.purchases('slot1')).toBe(1);
    expect(sandbox.violations).toEqual([]);
  });

  test('replenish takes Content-Length: 0', async () => {
    const request = drsRequest('replenish', '/replenish/slot1', token);
    expect((await send(sandbox.url, request)).status).toBe(200);
    expect(sandbox.requests[0]?.rawHeaders.slice(-4)).toContain('Content-Length');
  });

  test('replenish takes a percent-encoded slot id', async () => {
    expect((await call('replenish', ODD_PATH)).status).toBe(200);
    expect(sandbox.purchases(ODD_SLOT)).toBe(1);
  });

  test('header names count in any case', async () => {
    const request = drsRequest('replenish', '/replenish/slot1', token);
    const headers = request.headers.map(([name, value]) => [name.toUpperCase(), value] as const);
    expect((await send(sandbox.url, { ...request, headers })).status).toBe(200);
  });

  test.each([
    ['slotStatus', '/slotStatus/slot1', 'DrsSlotStatusResult@1.0'],
    ['deviceStatus', '/deviceStatus', 'DrsDeviceStatusResult@1.0'],
    ['deregister', '/registration', 'DrsDeregisterResult@1.0'],
    ['deregisterV1', '/deviceModels/SandboxModel1/devices/SN0001/registration', 'DrsDeregisterResult@1.0'],
  ] as const)('%s is answered with headers only', async (name, path, result) => {
    const answer = await call(name, path);
    expect([answer.status, answer.reason, answer.body]).toEqual([200, 'OK', '']);
    expect(answer.headers['x-amzn-type-version']).toBe(TYPE + result);
    expect(sandbox.violations).toEqual([]);
  });

  test('subscriptionInfo answers in the version that is asked for', async () => {
    const request = drsRequest('subscriptionInfo', '/subscriptionInfo', token);
    const v2 = await send(sandbox.url, request);
    const v1 = await send(
      sandbox.url,
      withHeader(request, 'x-amzn-accept-type', `${TYPE}DrsSubscriptionInfoResult@1.0`),
    );
    expect(v2.json).toEqual({
      slotsSubscriptionStatus: {
        slot1: { subscribed: true, productInfoList: [{ asin: 'B00SANDBOX', quantity: 1, unit: 'count' }] },
        [ODD_SLOT]: { subscribed: true, productInfoList: [expect.anything()] },
        off: { subscribed: false, productInfoList: [] },
      },
    });
    expect(v1.json).toEqual({ slotsSubscriptionStatus: { slot1: true, [ODD_SLOT]: true, off: false } });
    expect(v1.headers['x-amzn-type-version']).toBe(`${TYPE}DrsSubscriptionInfoResult@1.0`);
    expect(sandbox.violations).toEqual([]);
  });

  test('getOrderInfo follows an order by its percent-encoded id', async () => {
    const { eventInstanceId } = (await call('replenish', '/replenish/slot1')).json as {
      eventInstanceId: string;
    };
    const path = `/getOrderInfo/${encodeURIComponent(eventInstanceId)}`;
    const answer = await call('getOrderInfo', path);
    expect([answer.status, answer.reason]).toEqual([200, 'Accepted']);
    const item = { asin: 'B00SANDBOX', quantity: 1, slotId: 'slot1', status: 'Processing' };
    expect(answer.json).toEqual({
      orderInfoData: {
        instanceId: eventInstanceId,
        orderItems: [{ ...item, expectedDeliveryDate: expect.stringMatching(/^\d.*\.\d{3}Z$/) }],
      },
    });
    sandbox.advance(24 * 3_600_000);
    expect((await call('getOrderInfo', path)).body).toContain('"status":"Shipped"');
  });

  test('getOrderInfo knows no date while an order waits in resolution', async () => {
    sandbox.setProblem('slot1', true);
    const { eventInstanceId } = (await call('replenish', '/replenish/slot1')).json as {
      eventInstanceId: string;
    };
    const answer = await call('getOrderInfo', `/getOrderInfo/${encodeURIComponent(eventInstanceId)}`);
    expect(answer.body).toContain('"status":"Processing","expectedDeliveryDate":null');
  });

  test('getOrderInfo refuses an id that it does not know, or that is of another device', async () => {
    expect((await call('getOrderInfo', '/getOrderInfo/nothing')).status).toBe(400);
    await call('replenish', '/replenish/slot1');
    const path = `/getOrderInfo/${encodeURIComponent(sandbox.orders[0]?.instanceId ?? '')}`;
    expect((await call('getOrderInfo', path)).status).toBe(200);
    expect((await call('getOrderInfo', path, sandbox.issueToken({ serial: 'TEST' }))).status).toBe(400);
  });
});

describe('test devices', () => {
  test('place test orders, and cancel one slot or all', async () => {
    const bearer = sandbox.issueToken({ serial: 'TEST' });
    const detailCode = async (slot: string) => (await call('replenish', `/replenish/${slot}`, bearer)).json;
    expect(await detailCode('a')).toMatchObject({ detailCode: 'TEST_ORDER_PLACED' });
    expect(await detailCode('b')).toMatchObject({ detailCode: 'TEST_ORDER_PLACED' });
    expect(await detailCode('a')).toMatchObject({ detailCode: 'ORDER_INPROGRESS' });
    const one = await call('cancelTestOrder', '/testOrders/slots/a', bearer);
    expect([one.reason, one.json]).toEqual([
      'OK',
      { slotOrderStatuses: [{ slotId: 'a', orderStatus: 'NO_ORDER_IN_PROGRESS' }] },
    ]);
    expect(await detailCode('a')).toMatchObject({ detailCode: 'TEST_ORDER_PLACED' });
    expect(await detailCode('b')).toMatchObject({ detailCode: 'ORDER_INPROGRESS' });
    const all = await call('cancelTestOrders', '/testOrders', bearer);
    expect(all.json).toEqual({
      slotOrderStatuses: [
        { slotId: 'a', orderStatus: 'NO_ORDER_IN_PROGRESS' },
        { slotId: 'b', orderStatus: 'NO_ORDER_IN_PROGRESS' },
      ],
    });
    expect(await detailCode('b')).toMatchObject({ detailCode: 'TEST_ORDER_PLACED' });
    expect(sandbox.violations).toEqual([]);
  });

  test.each([
    ['cancelTestOrder', '/testOrders/slots/slot1'],
    ['cancelTestOrders', '/testOrders'],
  ] as const)('%s is refused on a live device', async (name, path) => {
    expect((await call(name, path)).status).toBe(400);
  });
});

describe('documented refusals', () => {
  test('a slot that the device does not have is 404', async () => {
    expect((await call('replenish', '/replenish/other')).status).toBe(404);
    expect((await call('slotStatus', '/slotStatus/other')).status).toBe(404);
  });

  test('a slot without a subscription is 400 with the exact message, and nothing is bought', async () => {
    const answer = await call('replenish', '/replenish/off');
    expect([answer.status, answer.json]).toEqual([
      400,
      { message: 'Unable to place order - slot : <off> is unsubscribed.' },
    ]);
    sandbox.subscribe('off');
    expect((await call('replenish', '/replenish/off')).status).toBe(200);
    expect(sandbox.purchases('off')).toBe(1);
  });

  test.each([
    ['unknown', () => 'Atza|nobody'],
    ['expired', () => sandbox.issueToken({ expiresInS: 0 })],
    [
      'revoked',
      () => {
        const dead = sandbox.issueToken();
        sandbox.revokeToken(dead);
        return dead;
      },
    ],
    [
      'of a device that was deregistered',
      () => {
        sandbox.deregister();
        return token;
      },
    ],
  ])('a token that is %s is 400 Invalid token', async (_, bearer) => {
    const answer = await call('replenish', '/replenish/slot1', bearer());
    expect([answer.status, answer.json]).toEqual([400, { message: 'Invalid token' }]);
    expect(answer.headers['x-amzn-errortype']).toBe(
      'InvalidTokenException:http://internal.amazon.com/coral/com.amazon.parkeraccioservice/',
    );
    expect(sandbox.purchases('slot1')).toBe(0);
  });

  test('a missing token is 400 Invalid token, and a violation', async () => {
    const request = withHeader(drsRequest('replenish', '/replenish/slot1', token), 'authorization', null);
    expect((await send(sandbox.url, request)).json).toEqual({ message: 'Invalid token' });
    expect(sandbox.violations).toEqual(['POST /replenish/slot1: the header Authorization is missing']);
  });

  test('deregistration v1 refuses the path of another device', async () => {
    const answer = await call('deregisterV1', '/deviceModels/SandboxModel1/devices/OTHER/registration');
    expect(answer.status).toBe(400);
    expect((await call('deviceStatus', '/deviceStatus')).status).toBe(200);
  });

  test('the token picks the device', async () => {
    const other = sandbox.issueToken({ serial: 'TEST' });
    expect((await call('replenish', '/replenish/slot1', other)).status).toBe(404);
    expect((await call('replenish', '/replenish/a', other)).status).toBe(200);
    expect((await call('replenish', '/replenish/a')).status).toBe(404);
  });
});

describe('a deviation from the letter', () => {
  type Spoil = (request: Outgoing) => Outgoing;
  const header =
    (name: string, value: string | null): Spoil =>
    (request) =>
      withHeader(request, name, value);
  const replenish: readonly (readonly [string, Spoil, RegExp])[] = [
    ['GET', (request) => ({ ...request, method: 'GET' }), /method .* must be POST, found GET/],
    ['PUT', (request) => ({ ...request, method: 'PUT' }), /method .* must be POST, found PUT/],
    [
      'a path in another case',
      (request) => ({ ...request, path: '/Replenish/slot1' }),
      /path is \/replenish\/\{slotId\}/,
    ],
    ['a slash at the end', (request) => ({ ...request, path: '/replenish/slot1/' }), /no call with the path/],
    ['two slashes', (request) => ({ ...request, path: '//replenish/slot1' }), /no call with the path/],
    ['a query', (request) => ({ ...request, path: '/replenish/slot1?x=1' }), /takes no query, found "\?x=1"/],
    ['no slot', (request) => ({ ...request, path: '/replenish/' }), /the segment is empty/],
    [
      'a raw slash in the slot',
      (request) => ({ ...request, path: '/replenish/Paper/T' }),
      /no call with the path/,
    ],
    ['hex in lower case', (request) => ({ ...request, path: '/replenish/a%2fb' }), /as "a%2Fb"/],
    ['an escape too many', (request) => ({ ...request, path: '/replenish/%73lot1' }), /as "slot1"/],
    ['a raw plus in the slot', (request) => ({ ...request, path: '/replenish/Paper+T' }), /as "Paper%2BT"/],
    ['a broken escape', (request) => ({ ...request, path: '/replenish/a%zz' }), /not valid percent-encoded/],
    [
      'escapes that are not UTF-8',
      (request) => ({ ...request, path: '/replenish/T%F6' }),
      /not valid percent-enc/,
    ],
    ['no type version', header('x-amzn-type-version', null), /x-amzn-type-version is missing/],
    [
      'another version',
      header('x-amzn-type-version', `${TYPE}DrsReplenishInput@2.0`),
      /must be .*Input@1\.0, found/,
    ],
    [
      'a version in another case',
      header('x-amzn-type-version', `${TYPE}drsReplenishInput@1.0`),
      /found ".*drsRepl/,
    ],
    [
      'a version without the prefix',
      header('x-amzn-type-version', 'DrsReplenishInput@1.0'),
      /must be com\.amazon/,
    ],
    ['a space in the version', header('x-amzn-type-version', `${TYPE}DrsReplenishInput @1.0`), /found/],
    ['no accept type', header('x-amzn-accept-type', null), /x-amzn-accept-type is missing/],
    [
      'another result',
      header('x-amzn-accept-type', `${TYPE}DrsReplenishInput@1.0`),
      /x-amzn-accept-type must be/,
    ],
    ['a Content-Type', header('Content-Type', 'application/json'), /Content-Type without a body/],
    ['a body', (request) => ({ ...request, body: '{}' }), /takes no body, found 2 bytes/],
    ['an empty chunked body', header('Transfer-Encoding', 'chunked'), /Transfer-Encoding without a body/],
    [
      'a token sent twice',
      (request) => ({ ...request, headers: [...request.headers, ['Authorization', 'Bearer x']] }),
      /Authorization was sent twice/,
    ],
    [
      'a type version sent twice',
      (request) => ({
        ...request,
        headers: [...request.headers, ['x-amzn-type-version', `${TYPE}DrsReplenishInput@1.0`]],
      }),
      /x-amzn-type-version was sent twice/,
    ],
  ];

  test.each(replenish)('%s is refused and recorded', async (_, spoil, message) => {
    await expectRefusal(spoil(drsRequest('replenish', '/replenish/slot1', token)), message);
  });

  test.each([
    ['URL-encoded', () => encodeURIComponent(token), /token raw, found it URL-encoded/],
    ['behind two spaces', () => ` ${token}`, /must be "Bearer <token>"/],
    ['with a word behind it', () => `${token} x`, /must be "Bearer <token>"/],
  ])('a token %s is refused', async (_, bearer, message) => {
    await expectRefusal(drsRequest('replenish', '/replenish/slot1', bearer()), message);
  });

  test.each([
    ['bearer in lower case', () => `bearer ${token}`],
    ['a bare token', () => token],
  ])('%s is refused', async (_, value) => {
    const request = drsRequest('replenish', '/replenish/slot1', token);
    await expectRefusal(withHeader(request, 'Authorization', value()), /must be "Bearer <token>"/);
  });

  const slotStatus = (body: string): Outgoing => ({
    ...drsRequest('slotStatus', '/slotStatus/slot1', token),
    body,
  });
  const status = (changes: Readonly<Record<string, unknown>>): Outgoing => {
    const body: unknown = JSON.parse(slotStatusBody());
    return slotStatus(JSON.stringify(Object.assign({}, body, changes)));
  };
  const slotStatusBody = (): string => drsRequest('slotStatus', '/slotStatus/slot1', token).body ?? '';

  test.each([
    ['no JSON', () => slotStatus('{'), /not UTF-8 JSON/],
    ['an array', () => slotStatus('[]'), /not a JSON object/],
    ['a missing field', () => status({ lastUseDate: undefined }), /lacks "lastUseDate"/],
    ['an unknown field', () => status({ level: 1 }), /field "level"/],
    [
      'a number as text',
      () => status({ totalQuantityOnHand: '0' }),
      /"totalQuantityOnHand" is not a JSON number/,
    ],
    ['a day that does not exist', () => status({ lastUseDate: '2026-02-30' }), /"lastUseDate" is not an ISO/],
    ['a time without a zone', () => status({ lastUseDate: '2026-02-20T10:00:00' }), /is not an ISO 8601/],
    [
      'no Content-Type',
      () => withHeader(drsRequest('slotStatus', '/slotStatus/slot1', token), 'content-type', null),
      /content-type is missing; it must be application\/json/,
    ],
    [
      'another Content-Type',
      () => withHeader(drsRequest('deviceStatus', '/deviceStatus', token), 'Content-Type', 'text/json'),
      /content-type must be application\/json/,
    ],
    [
      'a device in the path',
      () => drsRequest('deviceStatus', '/deviceStatus/SN0001', token),
      /the path is \/deviceStatus/,
    ],
    [
      'the short path to cancel',
      () => drsRequest('cancelTestOrder', '/testOrders/slot1', token),
      /path is \/testOrders\/slots\/\{slotId\}/,
    ],
    [
      'a path of nothing',
      () => drsRequest('replenish', '/orders', token),
      /no call with the path "\/orders"/,
    ],
  ])('of a status call, %s, is refused', async (_, request, message) => {
    await expectRefusal(request(), message);
  });

  test('a decimal, a date and a time with fractions are by the letter', async () => {
    const answer = await send(
      sandbox.url,
      status({ remainingQuantityInUnit: 3.5, lastUseDate: '2026-02-28T10:00:00.123+01:00' }),
    );
    expect(answer.status).toBe(200);
  });

  test('is served when the sandbox is lenient, and recorded all the same', async () => {
    await sandbox.close();
    sandbox = await startSandbox({ lenient: true });
    const bearer = encodeURIComponent(sandbox.issueToken());
    const request = drsRequest('replenish', '/replenish/%73lot1', bearer);
    const answer = await send(sandbox.url, {
      ...withHeader(request, 'x-amzn-type-version', 'x'),
      body: '{}',
    });
    expect(answer.json).toMatchObject({ detailCode: 'STANDARD_ORDER_PLACED' });
    expect(sandbox.violations).toHaveLength(4);
  });

  async function expectRefusal(request: Outgoing, message: RegExp): Promise<void> {
    const answer = await send(sandbox.url, request);
    expect([answer.status, answer.json]).toEqual([400, { message: expect.stringMatching(message) }]);
    expect(answer.body).not.toMatch(/invalid token|unsubscribed/i);
    expect(sandbox.violations.join()).toMatch(message);
    expect(sandbox.purchases('slot1')).toBe(0);
  }
});
