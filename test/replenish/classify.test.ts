import { describe, expect, it } from 'vitest';
import { classifyReplenish, type Exchange, retryAfterMs } from '../../agent/replenish/classify.ts';
import { basePathOf, drsRequests } from '../../agent/replenish/request.ts';

const WALL_MS = Date.UTC(2026, 10, 23);

function answer(
  status: number,
  body: string | null,
  headers: Partial<Extract<Exchange, { kind: 'answer' }>['headers']> = {},
): Exchange {
  return {
    kind: 'answer',
    status,
    body,
    headers: { requestId: null, errorType: null, retryAfter: null, date: null, ...headers },
  };
}

const read = (exchange: Exchange) => classifyReplenish(exchange, WALL_MS);

describe('a 200', () => {
  it.each([
    ['STANDARD_ORDER_PLACED', 'placed'],
    ['TEST_ORDER_PLACED', 'placed'],
    ['ORDER_INPROGRESS', 'in-progress'],
    ['SOMETHING_NEW', 'placed'],
  ])('with %s is %s and keeps the code verbatim', (detailCode, kind) => {
    const body = JSON.stringify({ eventInstanceId: 'amzn1.dash.v2.o.x', detailCode, more: 1 });
    expect(read(answer(200, body, { requestId: 'r-1' }))).toMatchObject({
      kind,
      detailCode,
      eventInstanceId: 'amzn1.dash.v2.o.x',
      httpStatus: 200,
      requestId: 'r-1',
    });
  });

  it.each([
    ['empty', ''],
    ['cut off', null],
    ['HTML', '<html>hello</html>'],
    ['half a JSON', '{"detailCode":"STANDARD_'],
    ['no object', '"STANDARD_ORDER_PLACED"'],
    ['without a code', '{"eventInstanceId":"x"}'],
    ['with a number for a code', '{"detailCode":7}'],
    ['with a code that poses as a text', '{"detailCode":{"length":{"toString":[]}}}'],
    ['a list', '[]'],
  ])('that is %s is taken for a placed order and says so', (_name, body) => {
    const outcome = read(answer(200, body));
    expect(outcome).toMatchObject({ kind: 'placed', detailCode: null });
    expect(outcome.message).toMatch(/could not be read/);
  });

  it.each([
    [255, 255],
    [4000, null],
  ])('with an eventInstanceId of %d characters keeps the code', (length, kept) => {
    const body = JSON.stringify({ detailCode: 'TEST_ORDER_PLACED', eventInstanceId: 'x'.repeat(length) });
    const outcome = read(answer(200, body));
    expect(outcome).toMatchObject({ kind: 'placed', detailCode: 'TEST_ORDER_PLACED' });
    expect(outcome.kind === 'placed' ? (outcome.eventInstanceId?.length ?? null) : 'none').toBe(kept);
  });
});

describe('an error', () => {
  const invalidTokenType =
    'InvalidTokenException:http://internal.amazon.com/coral/com.amazon.parkeraccioservice/';
  it.each([
    ['400 by type', answer(400, '{"message":"whatever"}', { errorType: invalidTokenType }), 'invalid-token'],
    ['400 by message', answer(400, '{"message":"Invalid token"}'), 'invalid-token'],
    ['400 without explanation', answer(400, ''), 'invalid-token'],
    ['401', answer(401, '{"message":"no"}'), 'invalid-token'],
    ['403', answer(403, '{"message":"no"}'), 'invalid-token'],
    [
      '400 unsubscribed',
      answer(400, '{"message":"Unable to place order - slot : <s1> is unsubscribed."}'),
      'unsubscribed',
    ],
    ['400 for another reason', answer(400, '{"message":"Bad header"}'), 'refused'],
    ['404', answer(404, '{"message":"no such slot"}'), 'unknown-slot'],
    ['418', answer(418, '{"message":"teapot"}'), 'refused'],
    ['429', answer(429, ''), 'failed'],
    ['500', answer(500, '{"message":"Internal error"}'), 'failed'],
    ['503', answer(503, '<html>'), 'failed'],
    ['302', answer(302, ''), 'failed'],
  ])('%s is %s', (_name, exchange, kind) => {
    expect(read(exchange).kind).toBe(kind);
  });

  it('carries what DRS said, cut to a bounded length', () => {
    expect(read(answer(400, '{"message":"Invalid token"}'))).toMatchObject({
      httpStatus: 400,
      message: 'Invalid token',
    });
    expect(read(answer(500, JSON.stringify({ message: 'x'.repeat(5000) }))).message).toHaveLength(1024);
    expect(read(answer(500, null)).message).toBe('DRS answered 500.');
  });
});

describe('no status', () => {
  it('is a failure when nothing was sent and a doubt when something was', () => {
    expect(read({ kind: 'not-sent', message: 'refused' })).toMatchObject({
      kind: 'failed',
      message: 'refused',
    });
    expect(read({ kind: 'no-answer', message: 'reset' })).toMatchObject({
      kind: 'no-answer',
      message: 'reset',
    });
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 5 ', 5000],
    ['0', 0],
    ['Mon, 23 Nov 2026 00:01:00 GMT', 60_000],
    ['Mon, 23 Nov 2020 00:01:00 GMT', 0],
    ['99999999999', 99_999_999_999_000],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
    ['soon', null],
    ['', null],
    ['1e9', null],
    [null, null],
  ])('%j asks for %j ms', (header, ms) => {
    expect(retryAfterMs(header, WALL_MS)).toBe(ms);
  });
});

describe('the request', () => {
  it('is the letter of the API document', () => {
    expect(drsRequests('', 'Atza|x').replenish('a b/c%|ü?#')).toEqual({
      method: 'POST',
      path: '/replenish/a%20b%2Fc%25%7C%C3%BC%3F%23',
      headers: {
        Authorization: 'Bearer Atza|x',
        'x-amzn-type-version': 'com.amazon.dash.replenishment.DrsReplenishInput@1.0',
        'x-amzn-accept-type': 'com.amazon.dash.replenishment.DrsReplenishResult@1.0',
      },
    });
  });

  it('keeps the path of a base URL', () => {
    expect(basePathOf('https://gateway.example/drs/')).toBe('/drs');
    expect(basePathOf('https://dash-replenishment-service-na.amazon.com')).toBe('');
  });
});
