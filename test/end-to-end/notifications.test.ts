import { expect, test } from 'vitest';
import { startRig } from '../support/rig.ts';

test('a cancellation that the cloud relays holds the slot, told twice or not, and a shipment of an old order changes nothing', async () => {
  const rig = await startRig();
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  const instanceId = rig.told.orderEvents('black').at(-1)?.eventInstanceId;
  const notify = (notificationType: string): Promise<void> =>
    rig.publish(
      'notification',
      JSON.stringify({
        notificationInfo: { notificationType },
        orderInfo: { instanceId, slotId: 'black' },
      }),
    );
  await notify('OrderCancelledNotification');
  await rig.untilPhase('black', 'held cancelled-once');
  await notify('OrderCancelledNotification');
  await notify('ItemShippedNotification');
  await rig.linger('black', 11);
  expect(rig.told.standing('black')).toBe('held cancelled-once');
  expect(rig.posts()).toHaveLength(1);
});

test('a subscription that the cloud relays lets a refused order go', async () => {
  const rig = await startRig();
  rig.sandbox.unsubscribe('black');
  rig.show('black', 12);
  await rig.untilPhase('black', 'held unsubscribed');
  rig.sandbox.subscribe('black');
  await rig.publish(
    'notification',
    JSON.stringify({
      notificationInfo: { notificationType: 'SubscriptionChangedNotification' },
      subscriptionInfo: { slotsSubscriptionStatus: { black: { subscribed: true, productInfoList: [] } } },
    }),
  );
  await rig.untilPhase('black', 'on-order');
  expect(rig.sandbox.purchases('black')).toBe(1);
});
