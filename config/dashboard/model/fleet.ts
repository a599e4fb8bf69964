import { createHistory, type History } from './history.ts';
import type { Alert, DeviceReport, Heard, OrderEvent, SlotReport } from './wire.ts';

export type Slot = {
  readonly name: string;
  report: SlotReport | null;
  /** Newest first. */
  orders: readonly OrderEvent[];
};

export type Device = {
  readonly id: string;
  /** null before the status has come. */
  isOnline: boolean | null;
  report: DeviceReport | null;
  /** The gravest first; null from an agent that does not tell any. */
  alerts: readonly Alert[] | null;
  readonly slots: Map<string, Slot>;
  /** Counts what was heard of it: whoever keeps something made from it sees by this when to make it anew. */
  revision: number;
};

/** What a message changed: the state before it, as far as there was one. */
export type Change =
  | { readonly kind: 'ignored' }
  | { readonly kind: 'status'; readonly device: Device; readonly before: boolean | null }
  | { readonly kind: 'alerts'; readonly device: Device; readonly before: readonly Alert[] | null }
  | { readonly kind: 'device'; readonly device: Device; readonly before: DeviceReport | null }
  | {
      readonly kind: 'slot';
      readonly device: Device;
      readonly slot: string;
      readonly before: SlotReport | null;
      readonly now: SlotReport;
    }
  | { readonly kind: 'order'; readonly device: Device; readonly slot: string; readonly order: OrderEvent }
  | { readonly kind: 'gone'; readonly device: string; readonly slot: string | null };

/** All that the page knows; bounded, whatever a broker sends. */
export type Fleet = {
  hear(heard: Heard): Change;
  readonly devices: ReadonlyMap<string, Device>;
  readonly history: History;
  /** Messages about devices and slots beyond the bounds. */
  overflow(): number;
};

const DEVICES_MAX = 20_000;
const SLOTS_MAX = 64;
const ORDERS_MAX = 30;

/** PURE but for what it holds itself. */
export function createFleet(devicesMax = DEVICES_MAX): Fleet {
  const devices = new Map<string, Device>();
  const history = createHistory();
  let overflow = 0;

  const deviceOf = (id: string): Device | null => {
    const known = devices.get(id);
    if (known !== undefined) return known;
    if (devices.size >= devicesMax) return null;
    const device: Device = { id, isOnline: null, report: null, alerts: null, slots: new Map(), revision: 0 };
    devices.set(id, device);
    return device;
  };

  const learn = (heard: Exclude<Heard, { kind: 'gone' }>): Change => {
    const device = deviceOf(heard.device);
    const slot = device === null || !('slot' in heard) ? null : slotOf(device, heard.slot);
    if (device === null || ('slot' in heard && slot === null)) {
      overflow += 1;
      return { kind: 'ignored' };
    }
    device.revision += 1;
    if (heard.kind === 'status') {
      const before = device.isOnline;
      device.isOnline = heard.isOnline;
      return { kind: 'status', device, before };
    }
    if (heard.kind === 'alerts') {
      const before = device.alerts;
      device.alerts = heard.alerts;
      return { kind: 'alerts', device, before };
    }
    if (heard.kind === 'device') {
      const before = device.report;
      device.report = heard.report;
      return { kind: 'device', device, before };
    }
    if (slot === null) return { kind: 'ignored' };
    if (heard.kind === 'slot') {
      const before = slot.report;
      slot.report = heard.report;
      history.add(historyKey(device.id, slot.name), heard.report.at, heard.report.level);
      return { kind: 'slot', device, slot: slot.name, before, now: heard.report };
    }
    const { order } = heard;
    // Delivered again after a lost acknowledgement: orderId and attempt tell.
    const isKnown = slot.orders.some(
      ({ orderId, attempt, outcome }) =>
        orderId === order.orderId && attempt === order.attempt && outcome === order.outcome,
    );
    if (isKnown) return { kind: 'ignored' };
    slot.orders = [order, ...slot.orders].slice(0, ORDERS_MAX);
    return { kind: 'order', device, slot: slot.name, order };
  };

  return {
    devices,
    history,
    overflow: () => overflow,
    hear(heard) {
      if (heard.kind !== 'gone') return learn(heard);
      const device = devices.get(heard.device);
      if (device === undefined) return { kind: 'ignored' };
      device.revision += 1;
      if (heard.slot === null) devices.delete(heard.device);
      else if (!device.slots.delete(heard.slot)) return { kind: 'ignored' };
      return heard;
    },
  };
}

/** Name of a slot's levels in the history; ids hold no slash. */
export function historyKey(device: string, slot: string): string {
  return `${device}/${slot}`;
}

function slotOf(device: Device, name: string): Slot | null {
  const known = device.slots.get(name);
  if (known !== undefined) return known;
  if (device.slots.size >= SLOTS_MAX) return null;
  const slot: Slot = { name, report: null, orders: [] };
  device.slots.set(name, slot);
  return slot;
}
