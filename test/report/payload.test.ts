import { expect, test } from 'vitest';
import { devicePayload } from '../../agent/report/device-payload.ts';
import { orderPayload, type SlotView, slotPayload } from '../../agent/report/payload.ts';
import { wireLevel, wireTime } from '../../agent/report/wire-value.ts';

const view: SlotView = {
  phase: 'held',
  reason: 'auth',
  level: 18.04,
  raw: 257,
  sensor: 'ok',
  emptyAtMs: Date.UTC(2025, 2, 4),
  lastOrder: {
    orderId: 'o-1',
    attempt: 2,
    outcome: 'refused',
    detailCode: null,
    eventInstanceId: null,
    atMs: 1_740_821_398_120,
  },
  snoozedUntilMs: null,
  subscribed: true,
  why: 'No token.',
  warning: null,
  isNoisy: false,
  isConfirmed: true,
  nextWakeAtMs: null,
  standsSince: null,
  atMs: 1_740_821_400_000,
};

test('a slot payload has the fields of the contract', () => {
  expect(slotPayload(view)).toBe(
    '{"phase":"held","reason":"auth","level":18,"raw":257,"sensor":"ok","emptyAt":"2025-03-04T00:00:00.000Z",' +
      '"lastOrder":{"orderId":"o-1","attempt":2,"outcome":"refused","detailCode":null,"eventInstanceId":null,' +
      '"at":"2025-03-01T09:29:58.120Z"},"snoozedUntil":null,"subscribed":true,"why":"No token.","warning":null,"at":"2025-03-01T09:30:00.000Z"}',
  );
});

test('a reason leaves only with a held slot', () => {
  expect(JSON.parse(slotPayload({ ...view, phase: 'on-order' }))).toMatchObject({ reason: null });
});

test('an order payload has the keys of the contract in their order, and the detail code verbatim', () => {
  const payload = orderPayload({
    atMs: 1_740_821_400_000,
    level: 17.96,
    requestId: 'r-1',
    message: null,
    httpStatus: 200,
    eventInstanceId: 'e-1',
    detailCode: ' sTRANGE"\u2028code ',
    outcome: 'placed',
    slotId: 'a/b c',
    attempt: 1,
    orderId: 'o-1',
  });
  expect(Object.keys(JSON.parse(payload))).toEqual([
    'orderId',
    'attempt',
    'slotId',
    'outcome',
    'detailCode',
    'eventInstanceId',
    'httpStatus',
    'message',
    'requestId',
    'level',
    'at',
  ]);
  expect(JSON.parse(payload)).toMatchObject({
    detailCode: ' sTRANGE"\u2028code ',
    slotId: 'a/b c',
    level: 18,
    at: '2025-03-01T09:30:00.000Z',
  });
});

test('a connection called __proto__ appears on the device topic', () => {
  const hardware = JSON.parse(
    '{"__proto__":{"driver":"lines","state":"open","lastReadingAtMs":null,"error":null,"badFrames":0,"emptyFrames":0,"reopens":0}}',
  );
  const payload = devicePayload({
    version: '1.0.0',
    startedAtMs: 0,
    clockTrusted: false,
    hardware,
    sensors: {},
    token: { state: 'missing', expiresAtMs: null },
    outbox: { depth: 0, dropped: 0 },
    drs: { error: null },
    store: { state: 'ok', error: null },
    config: { error: null },
    atMs: 0,
  });
  expect(payload).toContain('"__proto__":{"driver":"lines"');
});

test.each([
  [null, null],
  [Number.NaN, null],
  [-0.01, 0],
  [33.349, 33.3],
  [33.351, 33.4],
  [100.2, 100],
])('level %s is %s on the wire', (level, wire) => {
  expect(wireLevel(level)).toBe(wire);
});

test('a time no calendar shows is brought to the nearest that it does', () => {
  expect(wireTime(1e17)).toBe('9999-12-31T23:59:59.999Z');
  expect(wireTime(-5)).toBe('1970-01-01T00:00:00.000Z');
  expect(wireTime(Number.NaN)).toBe('1970-01-01T00:00:00.000Z');
});
