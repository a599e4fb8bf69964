import { randomUUID } from 'node:crypto';
import {
  cancelOrder,
  cancelTestOrder,
  deliverOrder,
  isOpen,
  type Order,
  type OrderNews,
  type OrderStep,
  type OrderTimers,
  resolveProblem,
  settleOrder,
} from './orders.ts';
import type { Device, Slot } from './registration.ts';
import { type ReplenishStep, replenishSlot } from './slot-lock.ts';

/** What became of an admin's wish; `why` is a sentence. */
export type Change = { readonly done: true } | { readonly done: false; readonly why: string };

export type OrderDeskOptions = {
  readonly timers: OrderTimers;
  /** The test clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly cancelTestOrderMakesNews: boolean;
  readonly onNews: (device: Device, order: Order, news: OrderNews) => void;
  /** Called once for every new purchase. */
  readonly onPurchase: (device: Device, order: Order) => void;
};

/** Keeps every order ever placed and moves it along. */
export type OrderDesk = {
  replenish(device: Device, slot: Slot): ReplenishStep;
  /** Lets the clock act on every open order. */
  settle(): void;
  deliver(device: Device, slotId: string): Change;
  /** As the customer does on Amazon: within 24 h, not once it shipped. */
  cancel(device: Device, slotId: string): Change;
  cancelTest(device: Device, slotId: string): void;
  /** While a slot has a problem its new orders go into resolution; without it they come out. */
  setProblem(device: Device, slotId: string, hasProblem: boolean): void;
  find(device: Device, instanceId: string): Order | null;
  /** Oldest first. */
  orders(): readonly Order[];
};

export function createOrderDesk(options: OrderDeskOptions): OrderDesk {
  const orders = new Map<string, Order>();
  const latestOf = new Map<string, string>();
  const problems = new Set<string>();
  const devices = new Map<string, Device>();

  const latest = (device: Device, slotId: string): Order | null =>
    orders.get(latestOf.get(slotKey(device, slotId)) ?? '') ?? null;
  const keep = ({ order, news }: OrderStep): void => {
    orders.set(order.instanceId, order);
    const device = devices.get(order.serial);
    if (device !== undefined) for (const item of news) options.onNews(device, order, item);
  };
  const settle = (): void => {
    for (const order of orders.values()) keep(settleOrder(order, options.nowMs(), options.timers));
  };

  return {
    replenish(device, slot) {
      settle();
      const key = slotKey(device, slot.slotId);
      const { serial, isTest } = device;
      const { slotId, products } = slot;
      const draft = { instanceId: newInstanceId(), serial, slotId, isTest, products };
      const step = replenishSlot(latest(device, slotId), draft, problems.has(key), options.nowMs());
      devices.set(serial, device);
      latestOf.set(key, step.order.instanceId);
      keep(step);
      if (step.purchased) options.onPurchase(device, step.order);
      return step;
    },
    settle,
    deliver(device, slotId) {
      settle();
      const order = latest(device, slotId);
      return change(
        order && deliverOrder(order, options.nowMs()),
        keep,
        `no order is open for slot ${slotId}`,
      );
    },
    cancel(device, slotId) {
      settle();
      const order = latest(device, slotId);
      const why =
        order?.stage === 'shipped'
          ? `the order of slot ${slotId} has shipped; a customer can cancel for 24 h only`
          : `no order is open for slot ${slotId}`;
      return change(order && cancelOrder(order, options.nowMs()), keep, why);
    },
    cancelTest(device, slotId) {
      settle();
      const order = latest(device, slotId);
      if (order !== null) keep(cancelTestOrder(order, options.nowMs(), options.cancelTestOrderMakesNews));
    },
    setProblem(device, slotId, hasProblem) {
      settle();
      const key = slotKey(device, slotId);
      if (hasProblem) problems.add(key);
      else problems.delete(key);
      const order = latest(device, slotId);
      if (!hasProblem && order !== null && isOpen(order)) keep(resolveProblem(order, options.nowMs()));
    },
    find(device, instanceId) {
      settle();
      const order = orders.get(instanceId);
      return order !== undefined && order.serial === device.serial ? order : null;
    },
    orders: () => [...orders.values()],
  };
}

function change(step: OrderStep | null, keep: (step: OrderStep) => void, why: string): Change {
  if (step === null) return { done: false, why };
  keep(step);
  return { done: true };
}

function slotKey(device: Device, slotId: string): string {
  return JSON.stringify([device.serial, slotId]);
}

/** Shaped as observed: base64 of `r.<uuid>.<uuid>` after a fixed prefix. */
function newInstanceId(): string {
  return `amzn1.dash.v2.o.${Buffer.from(`r.${randomUUID()}.${randomUUID()}`).toString('base64')}`;
}
