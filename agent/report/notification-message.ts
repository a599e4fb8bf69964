import * as v from 'valibot';
import { jsonRecord } from '../../config/json-value.ts';
import type { NotificationType } from '../policy/decision.ts';
import { MAX_INBOUND_PAYLOAD_BYTES } from './inbound-limit.ts';

/** What a relayed DRS notification means for slots; `slotId` is Amazon's. */
export type Notification =
  | {
      readonly kind: 'order';
      readonly slotId: string;
      readonly type: NotificationType;
      readonly instanceId: string | null;
    }
  | { readonly kind: 'subscriptions'; readonly subscribed: ReadonlyMap<string, boolean> }
  /** The device was taken off Amazon's list: all of its tokens are dead. */
  | { readonly kind: 'deregistered' }
  /** Nothing that a slot has to know. */
  | { readonly kind: 'other'; readonly type: string }
  /** `refusal` says what is wrong with it; it repeats nothing of the message. */
  | { readonly kind: 'unusable'; readonly refusal: string };

const SLOTS_MAX = 1024;

const ORDER_TYPES: Readonly<Record<string, NotificationType>> = {
  OrderPlacedNotification: 'order-placed',
  OrderCancelledNotification: 'order-cancelled',
  ItemShippedNotification: 'item-shipped',
};

/** Unknown fields are to be ignored (docs/dash/notification-messages.html). */
const envelope = v.object({
  notificationInfo: v.object({ notificationType: v.pipe(v.string(), v.maxLength(100)) }),
});
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));
const order = v.object({ orderInfo: v.object({ slotId: id, instanceId: v.fallback(v.nullable(id), null) }) });
/** Version 1 says true or false for a slot, version 2 an object. */
const subscription = v.object({
  subscriptionInfo: v.object({
    slotsSubscriptionStatus: jsonRecord(id, v.union([v.boolean(), v.object({ subscribed: v.boolean() })])),
  }),
});

/** Reads what the cloud relayed on the `notification` topic, verbatim from SNS. */
export function parseNotification(payload: Uint8Array): Notification {
  if (payload.length > MAX_INBOUND_PAYLOAD_BYTES) {
    return unusable(`it is longer than ${MAX_INBOUND_PAYLOAD_BYTES} bytes`);
  }
  const message = parseJson(payload);
  const outer = v.safeParse(envelope, message);
  if (!outer.success) return unusable('it is not JSON with notificationInfo.notificationType');
  const type = outer.output.notificationInfo.notificationType;
  const orderType = Object.hasOwn(ORDER_TYPES, type) ? ORDER_TYPES[type] : undefined;
  if (orderType !== undefined) {
    const read = v.safeParse(order, message);
    if (!read.success) return unusable('an order notification has to name orderInfo.slotId');
    return {
      kind: 'order',
      type: orderType,
      slotId: read.output.orderInfo.slotId,
      instanceId: read.output.orderInfo.instanceId,
    };
  }
  if (type === 'SubscriptionChangedNotification') {
    const read = v.safeParse(subscription, message);
    const slots = read.success ? Object.entries(read.output.subscriptionInfo.slotsSubscriptionStatus) : [];
    if (!read.success || slots.length > SLOTS_MAX) {
      return unusable('a subscription notification has to say subscriptionInfo.slotsSubscriptionStatus');
    }
    return {
      kind: 'subscriptions',
      subscribed: new Map(
        slots.map(([slot, status]) => [slot, typeof status === 'boolean' ? status : status.subscribed]),
      ),
    };
  }
  if (type === 'DeviceDeregisteredNotification') return { kind: 'deregistered' };
  return { kind: 'other', type };
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}

function unusable(what: string): Notification {
  return { kind: 'unusable', refusal: `The notification was dropped: ${what}.` };
}
