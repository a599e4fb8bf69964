import type { NotificationType } from '../../agent/policy/decision.ts';
import type { Chance } from './chance.ts';
import type { Drs } from './drs.ts';
import { DAY_MS, MINUTE_MS, type Scene, SECOND_MS } from './scene.ts';

const WIRE_NAMES: Readonly<Record<NotificationType, string>> = {
  'order-placed': 'OrderPlacedNotification',
  'order-cancelled': 'OrderCancelledNotification',
  'item-shipped': 'ItemShippedNotification',
};

/**
 * The maker's cloud as far as Amazon's notifications go: relayed verbatim; late, twice, out of order, or not at all.
 * The one place where notifications can be switched off.
 */
export function relayNotifications(scene: Scene, drs: Drs, send: (payload: string) => void): void {
  const chance = scene.chance('relay');
  const relay = (payload: string): void => {
    if (scene.strikes('notification lost')) return;
    scene.after(delayMs(scene, chance), () => send(payload));
    if (scene.strikes('notification twice')) scene.after(delayMs(scene, chance), () => send(payload));
  };
  drs.onNotification = (slotId, type, instanceId) =>
    relay(
      JSON.stringify({
        notificationInfo: { notificationType: WIRE_NAMES[type] },
        orderInfo: { instanceId, slotId },
      }),
    );
  drs.onSubscription = (slotId, isSubscribed) =>
    relay(
      JSON.stringify({
        notificationInfo: { notificationType: 'SubscriptionChangedNotification' },
        subscriptionInfo: { slotsSubscriptionStatus: { [slotId]: isSubscribed } },
      }),
    );
}

function delayMs(scene: Scene, chance: Chance): number {
  return scene.strikes('notification late')
    ? chance.magnitude(5 * MINUTE_MS, 8 * DAY_MS)
    : chance.between(0.2, 30) * SECOND_MS;
}
