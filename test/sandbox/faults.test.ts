import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fault } from './faults.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { drsRequest, type Incoming, send } from './send.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ slots: ['a', 'b'] });
});

afterEach(() => sandbox.close());

function replenish(slot = 'a'): Promise<Incoming> {
  return send(sandbox.url, drsRequest('replenish', `/replenish/${slot}`, sandbox.issueToken()));
}

/** Meets the fault, and tells the answer and how many orders exist then. */
async function meet(fault: Fault): Promise<{ readonly answer: Incoming; readonly purchases: number }> {
  sandbox.fault(fault);
  const answer = await replenish();
  return { answer, purchases: sandbox.purchases('a') };
}

describe('a broken connection', () => {
  const both = ['before-order', 'after-order'] as const;
  const wayOut = [
    ['drop', 'socket hang up'],
    ['reset', 'ECONNRESET'],
  ] as const;

  test.each(wayOut.flatMap(([kind, error]) => both.map((when) => ({ kind, when, error }))))(
    '$kind $when',
    async ({ kind, when, error }) => {
      sandbox.fault({ kind, when });
      await expect(replenish()).rejects.toThrow(error);
      const isRecorded = when === 'after-order';
      expect(sandbox.purchases('a')).toBe(isRecorded ? 1 : 0);
      expect(sandbox.requests).toMatchObject([{ fault: kind, orderRecorded: isRecorded, answer: null }]);
      expect((await replenish()).json).toMatchObject({
        detailCode: isRecorded ? 'ORDER_INPROGRESS' : 'STANDARD_ORDER_PLACED',
      });
    },
  );

  test.each(both)('hang %s', async (when) => {
    sandbox.fault({ kind: 'hang', when });
    const failed = expect(replenish()).rejects.toThrow('socket hang up');
    await vi.waitFor(() => expect(sandbox.requests).toHaveLength(1), 10_000);
    expect(sandbox.purchases('a')).toBe(when === 'after-order' ? 1 : 0);
    await sandbox.close();
    await failed;
  });
});

describe('a delay', () => {
  test('after the order holds back the answer of an order that exists', async () => {
    sandbox.fault({ kind: 'delay', delayMs: 1_000_000 });
    const failed = expect(replenish()).rejects.toThrow('socket hang up');
    await vi.waitFor(() => expect(sandbox.purchases('a')).toBe(1), 10_000);
    await sandbox.close();
    await failed;
  });

  test('before the order holds back the order, though the request is on record', async () => {
    sandbox.fault({ kind: 'delay', delayMs: 1_000_000, when: 'before-order' });
    const failed = expect(replenish()).rejects.toThrow('socket hang up');
    await vi.waitFor(() => expect(sandbox.requests).toHaveLength(1), 10_000);
    expect(sandbox.purchases('a')).toBe(0);
    await sandbox.close();
    await failed;
  });

  test('ends in the right answer', async () => {
    for (const when of ['before-order', 'after-order'] as const) {
      expect((await meet({ kind: 'delay', delayMs: 5, when })).answer.status).toBe(200);
    }
    expect((await meet({ kind: 'status', status: 500, delayMs: 5 })).answer.status).toBe(500);
  });
});

describe('an error', () => {
  test.each([400, 401, 403, 404, 429, 500, 503])('%i strikes before the order', async (status) => {
    const { answer, purchases } = await meet({ kind: 'status', status, message: 'because' });
    expect([answer.status, answer.json, purchases]).toEqual([status, { message: 'because' }, 0]);
    expect(answer.reason).not.toBe('Unknown');
    expect(answer.headers).not.toHaveProperty('retry-after');
  });

  test('strikes after the order when asked for', async () => {
    const { answer, purchases } = await meet({ kind: 'status', status: 500, when: 'after-order' });
    expect([answer.status, purchases]).toEqual([500, 1]);
  });

  test('carries Retry-After as seconds, or as a date', async () => {
    const seconds = await meet({ kind: 'status', status: 429, retryAfterS: 30 });
    expect(seconds.answer.headers['retry-after']).toBe('30');
    const date = await meet({ kind: 'status', status: 503, retryAfterDateMs: 3_600_000 });
    const text = date.answer.headers['retry-after'] ?? '';
    expect(text).toMatch(/^\w{3}, \d{2} \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(Date.parse(text)).toBeGreaterThan(Date.now() + 3_000_000);
  });

  test('may be a redirect', async () => {
    const { answer } = await meet({ kind: 'status', status: 302, location: 'http://127.0.0.1:1/x' });
    expect([answer.status, answer.headers.location]).toEqual([302, 'http://127.0.0.1:1/x']);
  });

  test('of the token comes as often as asked for', async () => {
    sandbox.fault({ kind: 'invalid-token', times: 2 });
    for (const status of [400, 400, 200]) expect((await replenish()).status).toBe(status);
    expect(sandbox.requests[0]?.answer?.headers['x-amzn-ErrorType']).toMatch(/^InvalidTokenException:/);
    expect(sandbox.purchases('a')).toBe(1);
  });
});

describe('a spoilt answer', () => {
  test('is a page, of 200 after the order and of 500 before it', async () => {
    const error = await meet({ kind: 'html', status: 500 });
    expect([error.answer.status, error.purchases]).toEqual([500, 0]);
    const ok = await meet({ kind: 'html' });
    expect([ok.answer.status, ok.purchases]).toEqual([200, 1]);
    expect([ok.answer.headers['content-type'], ok.answer.body]).toEqual([
      'text/html',
      expect.stringMatching(/^<html>/),
    ]);
  });

  test('is cut off before its declared length', async () => {
    sandbox.fault({ kind: 'truncated' });
    await expect(replenish()).rejects.toThrow('aborted');
    expect(sandbox.purchases('a')).toBe(1);
  });

  test('is broken JSON of the declared length', async () => {
    const { answer, purchases } = await meet({ kind: 'malformed' });
    expect([answer.status, answer.json, purchases]).toEqual([200, undefined, 1]);
    expect(answer.body).toContain('STANDARD_ORDER_PLACED');
  });

  test('is empty', async () => {
    const { answer, purchases } = await meet({ kind: 'empty' });
    expect([answer.status, answer.body, purchases]).toEqual([200, '', 1]);
  });

  test('has a detailCode that nobody knows', async () => {
    const { answer, purchases } = await meet({ kind: 'detail-code', detailCode: 'ORDER_MAYBE' });
    expect(answer.json).toEqual({ eventInstanceId: expect.any(String), detailCode: 'ORDER_MAYBE' });
    expect(purchases).toBe(1);
  });

  test('lacks its eventInstanceId', async () => {
    const { answer } = await meet({ kind: 'no-instance-id' });
    expect(answer.json).toEqual({ detailCode: 'STANDARD_ORDER_PLACED' });
  });

  test.each([255, 4000])('has an eventInstanceId of %i characters', async (length) => {
    const { answer } = await meet({ kind: 'instance-id', length });
    expect((answer.json as { eventInstanceId: string }).eventInstanceId).toHaveLength(length);
  });

  test('is huge and right', async () => {
    const { answer } = await meet({ kind: 'huge' });
    expect(answer.body.length).toBeGreaterThan(10_000_000);
    expect(answer.json).toMatchObject({ detailCode: 'STANDARD_ORDER_PLACED' });
    expect(sandbox.requests[0]?.answer?.body.length).toBe(65_536);
  });

  test('is whatever the test likes', async () => {
    const { answer, purchases } = await meet({ kind: 'verbatim', body: '{}', status: 503 });
    expect([answer.status, answer.json, purchases]).toEqual([503, {}, 0]);
    sandbox.fault({ kind: 'verbatim', body: '{}', call: 'deviceStatus' });
    const ok = await send(sandbox.url, drsRequest('deviceStatus', '/deviceStatus', sandbox.issueToken()));
    expect([ok.status, ok.body]).toEqual([200, '{}']);
  });

  test('arrives byte by byte, and right', async () => {
    sandbox.fault({ kind: 'trickle' });
    const { path, headers } = drsRequest('replenish', '/replenish/a', sandbox.issueToken());
    const head = ['Host: x', ...headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n');
    const parts: string[] = [];
    await new Promise((resolve) => {
      const socket = connect(sandbox.port, '127.0.0.1', () =>
        socket.write(`POST ${path} HTTP/1.1\r\n${head}\r\n\r\n`),
      );
      socket.setEncoding('latin1').on('data', (part: string) => parts.push(part));
      socket.once('close', resolve);
    });
    expect(parts.join('')).toMatch(/^HTTP\/1\.1 200 Accepted\r\n.*STANDARD_ORDER_PLACED"\}$/s);
    expect(parts.length).toBeGreaterThan(20);
  });
});

describe('faults wait', () => {
  test('for a replenish, unless another call is named', async () => {
    const status = () => send(sandbox.url, drsRequest('deviceStatus', '/deviceStatus', sandbox.issueToken()));
    sandbox.fault({ kind: 'status', status: 500 });
    expect((await status()).status).toBe(200);
    sandbox.fault({ kind: 'status', status: 503, call: 'deviceStatus' });
    expect((await status()).status).toBe(503);
    expect((await replenish()).status).toBe(500);
    sandbox.fault({ kind: 'status', status: 429, call: 'any' });
    expect((await status()).status).toBe(429);
  });

  test('for their slot', async () => {
    sandbox.fault({ kind: 'status', status: 500, slotId: 'b' });
    expect((await replenish('a')).status).toBe(200);
    expect((await replenish('b')).status).toBe(500);
    expect((await replenish('b')).status).toBe(200);
  });

  test('in the order in which they were added, each as often as it says, until they are cleared', async () => {
    sandbox.fault({ kind: 'status', status: 500, times: 2 });
    sandbox.fault({ kind: 'status', status: 503, times: 'always' });
    for (const status of [500, 500, 503, 503, 503]) expect((await replenish()).status).toBe(status);
    sandbox.clearFaults();
    expect((await replenish()).status).toBe(200);
  });

  test('for a request that is right: others do not use them up', async () => {
    sandbox.fault({ kind: 'status', status: 500 });
    await send(sandbox.url, drsRequest('replenish', '/replenish/a', 'Atza|dead'));
    await send(sandbox.url, drsRequest('replenish', '/replenish/%61', sandbox.issueToken()));
    expect((await replenish()).status).toBe(500);
  });
});
