import { randomUUID } from 'node:crypto';
import type { Order, OrderNews } from './orders.ts';
import { type Device, type Product, subscriptionStatus } from './registration.ts';

export type NotificationType =
  | 'DeviceRegisteredNotification'
  | 'DeviceDeregisteredNotification'
  | 'SubscriptionChangedNotification'
  | 'OrderPlacedNotification'
  | 'OrderCancelledNotification'
  | 'ItemShippedNotification';

/** The body of one message to the maker's topic. */
export type DrsNotification = {
  readonly notificationInfo: {
    readonly notificationType: NotificationType;
    readonly lwaClientId: string;
    readonly notificationTime: string;
    readonly notificationId: string;
    /** The same in both generations of the message. */
    readonly version: '2015-06-05';
  };
  readonly deviceInfo: {
    readonly deviceIdentifier: { readonly serialNumber: string };
    readonly productIdentifier: { readonly modelId: string };
  };
  readonly customerInfo: { readonly directedCustomerId: string };
  readonly subscriptionInfo?: unknown;
  readonly orderInfo?: {
    readonly instanceId: string;
    readonly slotId: string;
    readonly productInfo?: readonly unknown[];
    readonly estimatedDeliveryDate?: string;
  };
};

export type NotifierOptions = {
  /** Generation of the messages: 1 has no ASINs and no product lists in subscriptions. */
  readonly version: 1 | 2;
  /** True hands over every pair of messages the wrong way round, as the topic may. */
  readonly swapped: boolean;
  readonly lwaClientId: string;
  /** The test clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly deliver: (message: DrsNotification) => void;
};

export type Notifier = {
  tellDevice(device: Device, type: 'DeviceRegisteredNotification' | 'DeviceDeregisteredNotification'): void;
  tellSubscription(device: Device): void;
  tellOrder(device: Device, order: Order, news: OrderNews): void;
  /** Hands over a message that waits for its partner. */
  flush(): void;
};

const CUSTOMER_ID = 'amzn1.account.SANDBOXCUSTOMER';
const ORDER_TYPES = {
  placed: 'OrderPlacedNotification',
  shipped: 'ItemShippedNotification',
  cancelled: 'OrderCancelledNotification',
} as const;
/** When the sandbox's parcels are due after the order's last change. */
const TRANSIT_MS = 3 * 86_400_000;

/** Makes messages and hands each to `deliver`, in order or in swapped pairs. */
export function createNotifier(options: NotifierOptions): Notifier {
  let waiting: DrsNotification | null = null;
  const flush = (): void => {
    const message = waiting;
    waiting = null;
    if (message !== null) options.deliver(message);
  };
  const send = (message: DrsNotification): void => {
    if (options.swapped && waiting === null) {
      waiting = message;
      return;
    }
    options.deliver(message);
    flush();
  };
  return {
    tellDevice: (device, type) => send(envelope(device, type, options)),
    tellSubscription: (device) =>
      send({
        ...envelope(device, 'SubscriptionChangedNotification', options),
        subscriptionInfo: subscriptionStatus(device, options.version),
      }),
    tellOrder: (device, order, news) =>
      send({
        ...envelope(device, ORDER_TYPES[news], options),
        orderInfo: {
          instanceId: order.instanceId,
          slotId: order.slotId,
          ...(news === 'cancelled' ? {} : productInfo(order, options.version)),
        },
      }),
    flush,
  };
}

/** When an order is expected to arrive, ISO 8601 with milliseconds. */
export function expectedDeliveryDate(order: Order): string {
  return new Date(order.stageSinceMs + TRANSIT_MS).toISOString();
}

function envelope(
  device: Device,
  notificationType: NotificationType,
  options: NotifierOptions,
): DrsNotification {
  return {
    notificationInfo: {
      notificationType,
      lwaClientId: options.lwaClientId,
      notificationTime: new Date(options.nowMs()).toISOString(),
      notificationId: `amzn1.dash.notification.v1.${randomUUID()}`,
      version: '2015-06-05',
    },
    deviceInfo: {
      deviceIdentifier: { serialNumber: device.serial },
      productIdentifier: { modelId: device.model },
    },
    customerInfo: { directedCustomerId: CUSTOMER_ID },
  };
}

function productInfo(
  order: Order,
  version: 1 | 2,
): Pick<NonNullable<DrsNotification['orderInfo']>, 'productInfo' | 'estimatedDeliveryDate'> {
  const estimatedDeliveryDate = expectedDeliveryDate(order);
  if (version === 1) {
    return { productInfo: order.products.map(withoutAsin), estimatedDeliveryDate };
  }
  return { productInfo: order.products.map((product) => ({ ...product, estimatedDeliveryDate })) };
}

function withoutAsin({ quantity, unit }: Product): Omit<Product, 'asin'> {
  return { quantity, unit };
}
