import type { DrsService } from './drs-server.ts';
import { createFaultQueue, type FaultQueue } from './faults.ts';
import type { LwaService } from './lwa-server.ts';
import { createNotifier, type DrsNotification, type Notifier } from './notifications.ts';
import { createOrderDesk, type OrderDesk } from './order-desk.ts';
import { isOpen, type Order } from './orders.ts';
import { createRecorder, type RecordedRequest, type Recorder } from './recorder.ts';
import { type Device, registerDevice } from './registration.ts';
import { deviceSetups, type SandboxOptions } from './sandbox-options.ts';
import { createTokenStore, type TokenStore } from './token-store.ts';

/** Everything that a sandbox knows, wired together; nothing of it listens on a port. */
export type SandboxModel = {
  readonly devices: readonly Device[];
  readonly tokens: TokenStore;
  readonly desk: OrderDesk;
  readonly faults: FaultQueue;
  readonly recorder: Recorder;
  readonly notifier: Notifier;
  readonly lwa: LwaService;
  readonly drs: DrsService;
  readonly notifications: readonly DrsNotification[];
  readonly notificationListeners: Set<(message: DrsNotification) => void>;
  readonly requestListeners: Set<(request: RecordedRequest) => void>;
  readonly purchaseCount: () => number;
  /** Ties a device to an account, with the notification if it was not. */
  readonly register: (device: Device) => void;
  readonly advance: (ms: number) => void;
  /** Lets nothing happen any more by itself. */
  readonly stop: () => void;
};

/** Real time between two looks at what the clock does to open orders. */
const SETTLE_EVERY_MS = 1000;

export function createSandboxModel(options: SandboxOptions): SandboxModel {
  const devices = registerAll(options);
  const tokens = createTokenStore(options.tokenBytes);
  const notifications: DrsNotification[] = [];
  const notificationListeners: SandboxModel['notificationListeners'] = new Set();
  const requestListeners: SandboxModel['requestListeners'] = new Set();
  const deliveries = new Set<NodeJS.Timeout>();
  let advancedMs = 0;
  let purchases = 0;
  // Orders live on the wall clock plus what was advanced; tokens on the monotonic clock, so that advancing a day
  // does not end every session.
  const testClockMs = (): number => Date.now() + advancedMs;

  const notifier = createNotifier({
    version: options.notificationVersion,
    swapped: options.swapNotifications,
    lwaClientId: options.clients[0]?.clientId ?? '',
    nowMs: testClockMs,
    deliver(message) {
      notifications.push(message);
      for (const listener of notificationListeners) listener(message);
    },
  });
  const desk = createOrderDesk({
    timers: options,
    nowMs: testClockMs,
    cancelTestOrderMakesNews: options.cancelTestOrderMakesNews,
    onNews: notifier.tellOrder,
    onPurchase(device, order) {
      purchases += 1;
      if (options.deliverAfterMs !== null) deliverLater(device, order, options.deliverAfterMs);
    },
  });
  const register = (device: Device): void => {
    if (device.registered) return;
    device.registered = true;
    notifier.tellDevice(device, 'DeviceRegisteredNotification');
    notifier.tellSubscription(device);
  };
  const deregister = (device: Device): void => {
    tokens.revokeAll(device);
    if (!device.registered) return;
    device.registered = false;
    notifier.tellDevice(device, 'DeviceDeregisteredNotification');
  };
  const settling = setInterval(desk.settle, SETTLE_EVERY_MS).unref();

  function deliverLater(device: Device, order: Order, afterMs: number): void {
    const timer = setTimeout(() => {
      deliveries.delete(timer);
      const now = desk.find(device, order.instanceId);
      if (now !== null && isOpen(now)) desk.deliver(device, order.slotId);
    }, afterMs);
    deliveries.add(timer);
  }

  return {
    devices,
    tokens,
    desk,
    faults: createFaultQueue(),
    recorder: createRecorder((request) => {
      for (const listener of requestListeners) listener(request);
    }),
    notifier,
    lwa: { ...options, tokens, nowMs: () => performance.now(), onRegistered: register },
    drs: { desk, deregister },
    notifications,
    notificationListeners,
    requestListeners,
    purchaseCount: () => purchases,
    register,
    advance(ms) {
      advancedMs += ms;
      desk.settle();
    },
    stop() {
      clearInterval(settling);
      for (const timer of deliveries) clearTimeout(timer);
    },
  };
}

function registerAll(options: SandboxOptions): readonly Device[] {
  const devices = deviceSetups(options).map(registerDevice);
  const serials = new Set(devices.map((device) => device.serial));
  if (serials.size < devices.length) throw new Error('Two devices have the same serial: give each its own.');
  return devices;
}
