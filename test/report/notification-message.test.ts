import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_INBOUND_PAYLOAD_BYTES } from '../../agent/report/inbound-limit.ts';
import { parseNotification } from '../../agent/report/notification-message.ts';

function parse(message: unknown) {
  return parseNotification(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));
}

function order(notificationType: string, orderInfo: object) {
  return {
    notificationInfo: {
      notificationType,
      version: '2015-06-05',
      notificationId: 'amzn1.dash.notification.v1.x',
    },
    deviceInfo: { deviceIdentifier: { serialNumber: '1' } },
    orderInfo,
  };
}

describe('a notification', () => {
  it.each([
    ['OrderPlacedNotification', 'order-placed'],
    ['OrderCancelledNotification', 'order-cancelled'],
    ['ItemShippedNotification', 'item-shipped'],
  ])('%s is %s of a slot, with unknown fields ignored', (notificationType, type) => {
    const message = order(notificationType, {
      instanceId: 'i-1',
      slotId: 's-1',
      productInfo: [{ quantity: 1 }],
    });
    expect(parse(message)).toEqual({ kind: 'order', type, slotId: 's-1', instanceId: 'i-1' });
  });

  it('without an instance id still names the slot', () => {
    expect(parse(order('OrderPlacedNotification', { slotId: 's-1' }))).toMatchObject({
      kind: 'order',
      instanceId: null,
    });
  });

  it.each([
    ['version 1', { 's-1': true, 's-2': false }],
    ['version 2', { 's-1': { subscribed: true, productInfoList: [] }, 's-2': { subscribed: false } }],
  ])('of a changed subscription, %s, tells it slot by slot', (_name, slotsSubscriptionStatus) => {
    const message = {
      notificationInfo: { notificationType: 'SubscriptionChangedNotification' },
      subscriptionInfo: { slotsSubscriptionStatus },
    };
    expect(parse(message)).toEqual({
      kind: 'subscriptions',
      subscribed: new Map([
        ['s-1', true],
        ['s-2', false],
      ]),
    });
  });

  it('tells of slots whatever they are called, and nothing of what is called __proto__', () => {
    const statuses = '{"constructor":true,"prototype":{"subscribed":false},"__proto__":true}';
    const info = `"notificationInfo":{"notificationType":"SubscriptionChangedNotification"}`;
    expect(parse(`{${info},"subscriptionInfo":{"slotsSubscriptionStatus":${statuses}}}`)).toEqual({
      kind: 'subscriptions',
      subscribed: new Map([
        ['constructor', true],
        ['prototype', false],
      ]),
    });
  });

  it.each([
    ['a list', [true]],
    ['of a slot without a name', { '': true }],
    ['of a slot that is neither', { 's-1': 'yes' }],
    ['of a slot that is a list', { 's-1': [] }],
  ])('of subscriptions that are %s is dropped', (_name, slotsSubscriptionStatus) => {
    const message = {
      notificationInfo: { notificationType: 'SubscriptionChangedNotification' },
      subscriptionInfo: { slotsSubscriptionStatus },
    };
    expect(parse(message)).toMatchObject({ kind: 'unusable' });
  });

  it('of another type concerns no slot', () => {
    expect(parse(order('DeviceRegisteredNotification', {}))).toEqual({
      kind: 'other',
      type: 'DeviceRegisteredNotification',
    });
    expect(parse(order('constructor', {}))).toMatchObject({ kind: 'other' });
  });

  it.each([
    ['no JSON', 'OrderPlaced'],
    ['a list', []],
    ['without a type', { orderInfo: { slotId: 's-1' } }],
    ['without a slot', order('OrderCancelledNotification', { instanceId: 'i-1' })],
    ['with a slot that is no text', order('OrderCancelledNotification', { slotId: 7 })],
    ['too long', JSON.stringify(order('OrderPlacedNotification', { slotId: 's', x: 'x'.repeat(70_000) }))],
  ])('that is %s is dropped with a reason', (_name, message) => {
    expect(parse(message)).toMatchObject({ kind: 'unusable', refusal: expect.stringContaining('dropped') });
  });

  it('is read up to the size that is handed on, and no further', () => {
    const padded = (bytes: number) =>
      parseNotification(Buffer.from(JSON.stringify(order('DeviceRegisteredNotification', {})).padEnd(bytes)));
    expect(padded(MAX_INBOUND_PAYLOAD_BYTES)).toMatchObject({ kind: 'other' });
    expect(padded(MAX_INBOUND_PAYLOAD_BYTES + 1)).toMatchObject({
      refusal: expect.stringContaining('65536 bytes'),
    });
  });

  it('never makes the parser throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => parseNotification(bytes).kind.length > 0),
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => parse(value).kind.length > 0));
  });
});

it('a device that was deregistered is told of, without anything else in the message', () => {
  const message = { notificationInfo: { notificationType: 'DeviceDeregisteredNotification' } };
  expect(parseNotification(Buffer.from(JSON.stringify(message)))).toEqual({ kind: 'deregistered' });
});
