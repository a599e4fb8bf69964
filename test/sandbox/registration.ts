/** What a customer chose for a slot. */
export type Product = { readonly asin: string; readonly quantity: number; readonly unit: string };

export type SlotSetup = {
  /** Any string, as the device's maker named it. */
  readonly slotId: string;
  /** Whether the customer has auto-reorder on; default true. */
  readonly subscribed?: boolean;
  readonly products?: readonly Product[];
};

export type DeviceSetup = {
  readonly model: string;
  /** Tells devices apart; unique in one sandbox. */
  readonly serial: string;
  /** True makes every Replenish a test order. */
  readonly isTest: boolean;
  readonly slots: readonly SlotSetup[];
};

export type Slot = { readonly slotId: string; subscribed: boolean; readonly products: readonly Product[] };

/** A unit that can be tied to a customer's account. */
export type Device = {
  readonly model: string;
  readonly serial: string;
  readonly isTest: boolean;
  readonly slots: ReadonlyMap<string, Slot>;
  /** Whether it is tied to an account now. */
  registered: boolean;
};

const SOME_PRODUCT: Product = { asin: 'B00SANDBOX', quantity: 1, unit: 'count' };

/** Makes a registered device. Throws when a slot id is there twice. */
export function registerDevice(setup: DeviceSetup): Device {
  const slots = new Map<string, Slot>();
  for (const { slotId, subscribed = true, products = [SOME_PRODUCT] } of setup.slots) {
    if (slots.has(slotId)) throw new Error(`The slot "${slotId}" is given twice: name each slot once.`);
    slots.set(slotId, { slotId, subscribed, products });
  }
  return { model: setup.model, serial: setup.serial, isTest: setup.isTest, slots, registered: true };
}

/** The body of subscriptionInfo, in the version that the result type names. */
export function subscriptionStatus(device: Device, version: 1 | 2): unknown {
  const entries = [...device.slots.values()].map((slot) => [
    slot.slotId,
    version === 1
      ? slot.subscribed
      : { subscribed: slot.subscribed, productInfoList: slot.subscribed ? slot.products : [] },
  ]);
  return { slotsSubscriptionStatus: Object.fromEntries(entries) };
}
