import { type Answer, drsError, drsResult } from './answer.ts';
import type { CallRule } from './calls.ts';
import type { CheckedRequest } from './letter-check.ts';
import { expectedDeliveryDate } from './notifications.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Order } from './orders.ts';
import { type Device, type Slot, subscriptionStatus } from './registration.ts';

export type DrsService = {
  readonly desk: OrderDesk;
  /** Unties the device and kills its tokens. */
  readonly deregister: (device: Device) => void;
};

/** Answers a call that is by the letter, or let pass, and whose token picked a device. */
export function answerDrs(
  rule: CallRule,
  request: CheckedRequest,
  device: Device,
  service: DrsService,
): Answer {
  const ok = (body?: unknown): Answer => drsResult(rule.reason, request.resultType, body);
  switch (rule.call) {
    case 'replenish':
      return onSlot(request, device, (slot) => replenish(slot, device, service.desk, ok));
    case 'slotStatus':
      return onSlot(request, device, () => ok());
    case 'deviceStatus':
      return ok();
    case 'subscriptionInfo':
      return ok(subscriptionStatus(device, request.resultType.endsWith('@1.0') ? 1 : 2));
    case 'getOrderInfo':
      return orderInfo(request.params.get('eventInstanceId') ?? '', device, service.desk, ok);
    case 'cancelTestOrder':
      return onSlot(request, device, (slot) => cancelTestOrders([slot], device, service.desk, ok));
    case 'cancelTestOrders':
      return cancelTestOrders([...device.slots.values()], device, service.desk, ok);
    case 'deregisterV1':
      if (request.params.get('modelId') !== device.model || request.params.get('serial') !== device.serial) {
        return drsError(400, 'The model or the serial in the path is not that of the token.');
      }
      service.deregister(device);
      return ok();
    case 'deregister':
      service.deregister(device);
      return ok();
  }
}

function onSlot(request: CheckedRequest, device: Device, answer: (slot: Slot) => Answer): Answer {
  const slotId = request.params.get('slotId') ?? '';
  const slot = device.slots.get(slotId);
  return slot === undefined ? drsError(404, `The device has no slot ${slotId}.`) : answer(slot);
}

function replenish(slot: Slot, device: Device, desk: OrderDesk, ok: (body: unknown) => Answer): Answer {
  if (!slot.subscribed) {
    return drsError(400, `Unable to place order - slot : <${slot.slotId}> is unsubscribed.`);
  }
  const { detailCode, order } = desk.replenish(device, slot);
  return ok({ eventInstanceId: order.instanceId, detailCode });
}

function orderInfo(
  instanceId: string,
  device: Device,
  desk: OrderDesk,
  ok: (body: unknown) => Answer,
): Answer {
  const order = desk.find(device, instanceId);
  if (order === null) return drsError(400, `The device has no order ${instanceId}.`);
  const status = orderStatus(order);
  const orderItems = order.products.map(({ asin, quantity }) => ({
    asin,
    quantity,
    slotId: order.slotId,
    status,
    expectedDeliveryDate: order.stage === 'in-resolution' ? null : expectedDeliveryDate(order),
  }));
  return ok({ orderInfoData: { instanceId, orderItems } });
}

/** The later vocabulary of the API; it has no word for a delivery. */
function orderStatus(order: Order): 'Processing' | 'Shipped' | 'Cancelled' {
  switch (order.stage) {
    case 'in-resolution':
    case 'cancellable':
      return 'Processing';
    case 'shipped':
    case 'delivered':
      return 'Shipped';
    case 'cancelled':
      return 'Cancelled';
  }
}

function cancelTestOrders(
  slots: readonly Slot[],
  device: Device,
  desk: OrderDesk,
  ok: (body: unknown) => Answer,
): Answer {
  if (!device.isTest) return drsError(400, 'The device is not a test device.');
  for (const slot of slots) desk.cancelTest(device, slot.slotId);
  return ok({
    slotOrderStatuses: slots.map((slot) => ({ slotId: slot.slotId, orderStatus: 'NO_ORDER_IN_PROGRESS' })),
  });
}
