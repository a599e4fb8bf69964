import { describe, expect, it } from 'vitest';
import {
  readCancelledTests,
  readDone,
  readOrderInfo,
  readSubscriptions,
} from '../../agent/replenish/call-answer.ts';
import type { Exchange } from '../../agent/replenish/classify.ts';
import { type DrsRequest, drsRequests } from '../../agent/replenish/request.ts';
import { checkByTheLetter } from '../sandbox/letter-check.ts';

const WALL_MS = Date.UTC(2026, 10, 23);
const ID = 'a b/c%|ü?#';
const STATUS = {
  expectedReplenishmentAtMs: Date.UTC(2026, 2, 1, 8, 0, 0, 999),
  remainingQuantity: 4.5,
  originalQuantity: 12,
  lastUseAtMs: Date.UTC(2026, 1, 20, 17, 30),
};
const requests = drsRequests('', 'Atza|x');

/** As the sandbox sees it on the wire. */
function onWire({ method, path, headers, body = '' }: DrsRequest) {
  const rawHeaders = Object.entries(headers).flat();
  return checkByTheLetter({ method, url: path, rawHeaders, body: Buffer.from(body) });
}

describe('a request', () => {
  it.each([
    ['replenish', requests.replenish(ID), ID],
    ['slotStatus', requests.slotStatus(ID, STATUS), ID],
    ['deviceStatus', requests.deviceStatus(WALL_MS), null],
    ['subscriptionInfo', requests.subscriptionInfo(), null],
    ['getOrderInfo', requests.orderInfo(ID), null],
    ['cancelTestOrder', requests.cancelTestOrders(ID), ID],
    ['cancelTestOrders', requests.cancelTestOrders(null), null],
    ['deregister', requests.deregister(), null],
  ] as const)('%s is the letter of the API, whatever the id', (call, request, slotId) => {
    const checked = onWire(request);
    expect(checked.violations).toEqual([]);
    expect(checked.rule?.call).toBe(call);
    expect(checked.params.get('slotId') ?? null).toBe(slotId);
    expect('Content-Type' in request.headers).toBe(request.body !== undefined);
  });

  it('carries times in UTC to the second', () => {
    expect(JSON.parse(requests.slotStatus(ID, STATUS).body ?? '')).toEqual({
      expectedReplenishmentDate: '2026-03-01T08:00:00Z',
      remainingQuantityInUnit: 4.5,
      originalQuantityInUnit: 12,
      totalQuantityOnHand: 0,
      lastUseDate: '2026-02-20T17:30:00Z',
    });
    expect(requests.deviceStatus(WALL_MS).body).toBe('{"mostRecentlyActiveDate":"2026-11-23T00:00:00Z"}');
  });

  it('asks for version 2 of the subscriptions', () => {
    expect(onWire(requests.subscriptionInfo()).resultType).toMatch(/DrsSubscriptionInfoResult@2\.0$/);
  });
});

function answer(status: number, body: string | null, errorType: string | null = null): Exchange {
  const headers = { requestId: null, errorType, retryAfter: status === 503 ? '120' : null, date: null };
  return { kind: 'answer', status, body, headers };
}

describe('any answer', () => {
  const unknown = { notSent: { kind: 'not-sent', message: 'no way' } } as const;
  it.each([
    ['200 without a body', answer(200, ''), 'done'],
    ['200 with {}', answer(200, '{}'), 'done'],
    ['200 with more than is known', answer(200, '{"more":[1]}'), 'done'],
    ['200 that was cut off', answer(200, null), 'done'],
    ['204', answer(204, ''), 'done'],
    ['400 Invalid token', answer(400, '{"message":"Invalid token"}'), 'invalid-token'],
    ['400 by its type', answer(400, '', 'InvalidTokenException:http://x/'), 'invalid-token'],
    ['400 without a word', answer(400, ''), 'refused'],
    ['401 of a proxy', answer(401, '<html>'), 'refused'],
    ['404', answer(404, '{"message":"no"}'), 'refused'],
    ['302', answer(302, ''), 'failed'],
    ['429', answer(429, ''), 'failed'],
    ['500 with a page', answer(500, '<html>'), 'failed'],
    ['nothing sent', unknown.notSent, 'failed'],
    ['no answer', { kind: 'no-answer', message: 'reset' } as const, 'failed'],
  ])('%s is %s', (_name, exchange, kind) => {
    expect(readDone(exchange, WALL_MS).kind).toBe(kind);
  });

  it('carries Retry-After and a bounded sentence', () => {
    expect(readDone(answer(503, ''), WALL_MS)).toEqual({
      kind: 'failed',
      message: 'DRS answered 503.',
      retryAfterMs: 120_000,
    });
    const long = readDone(answer(400, JSON.stringify({ message: 'x'.repeat(9_000) })), WALL_MS);
    expect(long.kind === 'refused' ? long.message.length : 0).toBeLessThan(1_100);
  });
});

describe('subscriptionInfo', () => {
  it.each([
    ['version 2', { a: { subscribed: true, productInfoList: [] }, b: { subscribed: false } }],
    ['version 1', { a: true, b: false }],
    ['entries that say nothing beside', { a: true, b: false, c: 'yes', d: { subscribed: 1 } }],
  ])('in %s tells by slot id', (_name, slotsSubscriptionStatus) => {
    const read = readSubscriptions(answer(200, JSON.stringify({ slotsSubscriptionStatus })), WALL_MS);
    expect(read).toEqual({
      kind: 'done',
      said: new Map([
        ['a', true],
        ['b', false],
      ]),
    });
  });

  it.each(['', '{}', '<html>hello</html>', '{"slotsSubscriptionStatus":[]}', '[]'])(
    'that is %j says nothing, and is asked for again',
    (body) => {
      expect(readSubscriptions(answer(200, body), WALL_MS).kind).toBe('failed');
    },
  );

  it('tells of slots whatever they are called', () => {
    const body = '{"slotsSubscriptionStatus":{"constructor":true,"prototype":false,"__proto__":true}}';
    expect(readSubscriptions(answer(200, body), WALL_MS)).toMatchObject({
      said: new Map([
        ['constructor', true],
        ['prototype', false],
      ]),
    });
  });

  it('with more slots than any device has is not believed', () => {
    const slots = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`s${index}`, true]));
    const body = JSON.stringify({ slotsSubscriptionStatus: slots });
    expect(readSubscriptions(answer(200, body), WALL_MS).kind).toBe('failed');
  });
});

describe('getOrderInfo', () => {
  it.each([
    ['Pending', 'processing'],
    ['Authorized', 'processing'],
    ['PROCESSING', 'processing'],
    ['Shipped', 'shipped'],
    ['Canceled', 'cancelled'],
    ['Cancelled', 'cancelled'],
    ['Closed', 'closed'],
    ['Unknown', 'unknown'],
    ['constructor', 'unknown'],
    [7, 'unknown'],
  ])('status %j is %s', (status, word) => {
    const item = { status, slotId: 's', expectedDeliveryDate: null, asin: 'B', quantity: 1 };
    const read = readOrderInfo(
      answer(200, JSON.stringify({ orderInfoData: { orderItems: [item] } })),
      WALL_MS,
    );
    expect(read.kind === 'done' ? read.said.items[0]?.status : null).toBe(word);
  });
});

describe('getOrderInfo that can not be read', () => {
  it.each(['{}', '{"orderInfoData":{"orderItems":{}}}', '{"orderInfoData":{"orderItems":[[]]}}'])(
    'is %s, and is asked for again',
    (body) => {
      expect(readOrderInfo(answer(200, body), WALL_MS).kind).toBe('failed');
    },
  );
});

describe('the cancelling of test orders', () => {
  it.each([
    ['', null],
    ['{}', null],
    ['{"slotOrderStatuses":[{"slotId":"a","orderStatus":"NO_ORDER_IN_PROGRESS"}]}', ['a']],
    ['{"slotOrderStatuses":[{"slotId":"a","orderStatus":"STILL_THERE"}]}', []],
  ])('%j frees %j', (body, slotIds) => {
    expect(readCancelledTests(answer(200, body), WALL_MS)).toEqual({ kind: 'done', said: { slotIds } });
  });
});
