import * as z from 'zod/mini';
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
const envelope = z.object({
  notificationInfo: z.object({ notificationType: z.string().check(z.maxLength(100)) }),
});
const id = z.string().check(z.minLength(1), z.maxLength(1024));
const order = z.object({ orderInfo: z.object({ slotId: id, instanceId: z.catch(z.nullable(id), null) }) });
/** Version 1 says true or false for a slot, version 2 an object. */
const subscription = z.object({
  subscriptionInfo: z.object({
    slotsSubscriptionStatus: z.record(id, z.union([z.boolean(), z.object({ subscribed: z.boolean() })])),
  }),
});

/** Reads what the cloud relayed on the `notification` topic, verbatim from SNS. */
export function parseNotification(payload: Uint8Array): Notification {
  if (payload.length > MAX_INBOUND_PAYLOAD_BYTES) {
    return unusable(`it is longer than ${MAX_INBOUND_PAYLOAD_BYTES} bytes`);
  }
  const message = parseJson(payload);
  const outer = envelope.safeParse(message);
  if (!outer.success) return unusable('it is not JSON with notificationInfo.notificationType');
  const type = outer.data.notificationInfo.notificationType;
  const orderType = Object.hasOwn(ORDER_TYPES, type) ? ORDER_TYPES[type] : undefined;
  if (orderType !== undefined) {
    const { data } = order.safeParse(message);
    if (data === undefined) return unusable('an order notification has to name orderInfo.slotId');
    return {
      kind: 'order',
      type: orderType,
      slotId: data.orderInfo.slotId,
      instanceId: data.orderInfo.instanceId,
    };
  }
  if (type === 'SubscriptionChangedNotification') {
    const { data } = subscription.safeParse(message);
    const slots = Object.entries(data?.subscriptionInfo.slotsSubscriptionStatus ?? {});
    if (data === undefined || slots.length > SLOTS_MAX) {
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
