import type { SlotFacts } from './alert-conditions.ts';
import { type Alert, type AlertBook, NO_ALERTS, reviewAlerts } from './alerts.ts';
import type { DeviceView } from './device-payload.ts';
import type { SlotView } from './payload.ts';

/** Keeps the list of alerts up to what was reported last. It looks when it is asked to, and has no timer. */
export type AlertWatch = {
  /** As of the last look. */
  current(): readonly Alert[];
  sawSlot(slot: string, view: SlotView): void;
  /** The slot is no more. */
  forgetSlot(slot: string): void;
  sawDevice(view: DeviceView): void;
  /** Looks at all slots, which with many of them is worth doing once for much that was seen. */
  look(): readonly Alert[];
  /** Everything at once, as at a heartbeat. */
  sawAll(device: DeviceView, slots: ReadonlyMap<string, SlotView>): readonly Alert[];
};

export type AlertWatchDeps = {
  readonly clock: { nowMs(): number };
  /** Which entry of `hardware:` a slot is read from; null when that is not known. */
  readonly connectionOf: (slot: string) => string | null;
};

export function createAlertWatch({ clock, connectionOf }: AlertWatchDeps): AlertWatch {
  let book: AlertBook = NO_ALERTS;
  let device: DeviceView | null = null;
  let slots = new Map<string, SlotView>();

  const look = (): readonly Alert[] => {
    // Nothing is said of a device that has not been looked at.
    if (device === null) return book.alerts;
    const { hardware } = device;
    const facts = [...slots].map(([slot, view]): [string, SlotFacts] => {
      const connection = connectionOf(slot);
      const isKnown = connection !== null && Object.hasOwn(hardware, connection);
      return [slot, { view, connectionError: isKnown ? (hardware[connection]?.error ?? null) : null }];
    });
    book = reviewAlerts(book, { device, slots: new Map(facts), nowMs: clock.nowMs() });
    return book.alerts;
  };

  return {
    current: () => book.alerts,
    sawSlot: (slot, view) => {
      slots.set(slot, view);
    },
    forgetSlot: (slot) => {
      slots.delete(slot);
    },
    sawDevice: (view) => {
      device = view;
    },
    look,
    sawAll: (view, views) => {
      device = view;
      slots = new Map(views);
      return look();
    },
  };
}
