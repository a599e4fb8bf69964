import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { devicePayload } from '../../agent/report/device-payload.ts';
import { orderPayload, slotPayload } from '../../agent/report/payload.ts';
import { readMessage } from '../../config/dashboard/model/wire.ts';
import { deviceViews, orderEvents, slotViews } from '../report/views.ts';
import { DEVICE, SLOT } from './fleet-publisher.ts';
import { PHASES_ON_WIRE } from './samples.ts';

const read = (topic: string, payload: unknown) =>
  readMessage(
    'site/hall-2',
    `site/hall-2/${topic}`,
    typeof payload === 'string' ? payload : JSON.stringify(payload),
  );

const ORDER = {
  orderId: 'a-1',
  attempt: 1,
  slotId: 'Beans',
  outcome: 'placed',
  detailCode: 'TEST_ORDER_PLACED',
  eventInstanceId: null,
  httpStatus: 200,
  message: null,
  requestId: null,
  level: 12.5,
  at: '2026-11-23T12:00:00.000Z',
};

describe('readMessage', () => {
  test('reads what an agent publishes, and takes times as numbers', () => {
    expect(read('machine-1/status', 'online')).toEqual({
      kind: 'status',
      device: 'machine-1',
      isOnline: true,
    });
    expect(read('machine-1/slots/beans', SLOT)).toMatchObject({
      kind: 'slot',
      device: 'machine-1',
      slot: 'beans',
      report: { phase: 'stocked', level: 74, at: Date.parse(SLOT.at) },
    });
    expect(read('machine-1/device', DEVICE)).toMatchObject({ report: { token: { state: 'valid' } } });
    expect(read('machine-1/slots/beans/order', ORDER)).toMatchObject({
      order: { detailCode: 'TEST_ORDER_PLACED', level: 12.5 },
    });
  });

  test.each(PHASES_ON_WIRE)('knows the phase %s', (phase) => {
    expect(read('m/slots/a', { ...SLOT, phase, reason: phase === 'held' ? 'auth' : null })).not.toBeNull();
  });

  test('lets a newer agent say more', () => {
    expect(read('m/slots/a', { ...SLOT, somethingNew: { deep: [1] } })).not.toBeNull();
  });

  test('hears that a device or a slot was removed', () => {
    expect(read('m/status', '')).toEqual({ kind: 'gone', device: 'm', slot: null });
    expect(read('m/slots/a', '')).toEqual({ kind: 'gone', device: 'm', slot: 'a' });
  });

  test.each([
    ['m/slots/a', { ...SLOT, level: 101 }],
    ['m/slots/a', { ...SLOT, level: '74' }],
    ['m/slots/a', { ...SLOT, phase: '<b>' }],
    ['m/slots/a', { ...SLOT, at: 'yesterday' }],
    ['m/slots/a', { ...SLOT, why: 'x'.repeat(1_001) }],
    ['m/slots/a', '{'],
    ['m/slots/a', 'null'],
    ['m/slots/<img src=x>', SLOT],
    ['m/slots/a/b', SLOT],
    ['m/slots/a/order/more', ORDER],
    ['m/slots', SLOT],
    ['m/alerts', '{}'],
    ['m/alerts', [{ id: 'clock', severity: 'worst', since: SLOT.at, text: 'x' }]],
    ['m/status', 'ONLINE'],
    ['m/token', '{"accessToken": "Atza|x"}'],
    ['<script>/status', 'online'],
    ['m/device', { ...DEVICE, hardware: [] }],
    ['m/device', { ...DEVICE, outbox: { depth: -1, dropped: 0 } }],
    ['m/device', JSON.stringify(DEVICE).replace(/"dropped":\d+/, '"dropped":1e999')],
    ['m/slots/a', JSON.stringify(SLOT).replace(/"raw":[^,]+/, '"raw":1e999')],
  ])('leaves %s out when it is no report', (topic, payload) => {
    expect(read(topic, payload)).toBeNull();
  });

  test('leaves out what stands under another prefix', () => {
    expect(readMessage('replenish', 'replenish2/m/status', 'online')).toBeNull();
    expect(readMessage('replenish', 'replenish', 'online')).toBeNull();
  });

  test('shows characters that pose as others for what they are', () => {
    expect(read('m/slots/a', { ...SLOT, why: 'safe\u202etxt.exe\u0007' })).toMatchObject({
      report: { why: 'safe\ufffdtxt.exe\ufffd' },
    });
  });

  test('takes any topic and any payload without failing', () => {
    const words = fc.constantFrom(
      'm',
      'slots',
      'a',
      'order',
      'device',
      'status',
      '__proto__',
      'constructor',
      '',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 6 }), fc.oneof(fc.json(), fc.string()), (topic, payload) => {
        const heard = readMessage('p', ['p', ...topic].join('/'), payload);
        expect(heard === null || typeof heard.kind === 'string').toBe(true);
      }),
    );
  });
});

describe('the page', () => {
  test('understands whatever an agent can publish', () => {
    fc.assert(
      fc.property(slotViews, deviceViews, orderEvents, (slot, device, order) => {
        expect(read('m/slots/a', slotPayload(slot))?.kind).toBe('slot');
        expect(read('m/device', devicePayload(device))?.kind).toBe('device');
        expect(read('m/slots/a/order', orderPayload(order))?.kind).toBe('order');
      }),
    );
  });
});
