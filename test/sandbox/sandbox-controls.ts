import type { Change } from './order-desk.ts';
import type { Device } from './registration.ts';
import type { SandboxModel } from './sandbox-model.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import type { CodeGrant } from './token-store.ts';

/** A device other than the first is named by its serial. */
type WhichDevice = { readonly serial?: string };

export type CodeRequest = WhichDevice & {
  readonly redirectUri: string;
  /** Default: the first client. */
  readonly clientId?: string;
  /** A client without a secret must have one. */
  readonly challenge?: CodeGrant['challenge'];
};

/** What can be done to accounts and tokens. */
export type TokenControls = {
  /** An access token as after a consent; 0 seconds for one that has expired. A device that was deregistered is registered anew. */
  issueToken(request?: WhichDevice & { readonly expiresInS?: number }): string;
  issueRefreshToken(request?: WhichDevice & { readonly clientId?: string }): string;
  /** An authorization code as after a consent, good for 5 minutes (0 seconds: expired) and one exchange. */
  issueCode(request: CodeRequest & { readonly expiresInS?: number }): string;
  /** Kills one access or refresh token. */
  revokeToken(token: string): void;
  /** As when the customer removes the device on Amazon: all its tokens die. */
  deregister(which?: WhichDevice): void;
};

/** What can be done to slots and their orders. */
export type SlotControls = {
  /** How many orders were bought for a slot. */
  purchases(slotId: string, which?: WhichDevice): number;
  subscribe(slotId: string, which?: WhichDevice): void;
  unsubscribe(slotId: string, which?: WhichDevice): void;
  deliver(slotId: string, which?: WhichDevice): Change;
  /** As the customer on Amazon: possible for 24 h, and until it ships. */
  cancel(slotId: string, which?: WhichDevice): Change;
  /** With a problem new orders of the slot wait in resolution; without one they come out. */
  setProblem(slotId: string, hasProblem: boolean, which?: WhichDevice): void;
};

/** How long a code is good, seconds. */
const CODE_LIFETIME_S = 300;

export function tokenControls(model: SandboxModel, options: SandboxOptions): TokenControls {
  const firstClientId = options.clients[0]?.clientId ?? '';
  const inMs = (seconds: number): number => model.lwa.nowMs() + seconds * 1000;
  return {
    issueToken({ serial, expiresInS = options.expiresInS } = {}) {
      const device = findDevice(model, serial);
      model.register(device);
      return model.tokens.issueAccess(device, inMs(expiresInS));
    },
    issueRefreshToken({ serial, clientId = firstClientId } = {}) {
      const device = findDevice(model, serial);
      model.register(device);
      return model.tokens.issueRefresh({ device, clientId });
    },
    issueCode({ serial, clientId = firstClientId, redirectUri, challenge = null, expiresInS }) {
      const client = options.clients.find((candidate) => candidate.clientId === clientId);
      if (client === undefined) throw new Error(`The sandbox has no client ${clientId}.`);
      if (client.clientSecret === null && challenge === null) {
        throw new Error(`The client ${clientId} has no secret: its code needs a challenge.`);
      }
      const device = findDevice(model, serial);
      return model.tokens.issueCode(
        { device, clientId, redirectUri, challenge },
        inMs(expiresInS ?? CODE_LIFETIME_S),
      );
    },
    revokeToken: model.tokens.revoke,
    deregister: ({ serial } = {}) => model.drs.deregister(findDevice(model, serial)),
  };
}

export function slotControls(model: SandboxModel): SlotControls {
  const find = (slotId: string, which: WhichDevice = {}): Device => {
    const device = findDevice(model, which.serial);
    if (!device.slots.has(slotId)) throw new Error(`The device ${device.serial} has no slot "${slotId}".`);
    return device;
  };
  const setSubscribed = (slotId: string, which: WhichDevice | undefined, subscribed: boolean): void => {
    const device = find(slotId, which);
    const slot = device.slots.get(slotId);
    if (slot === undefined || slot.subscribed === subscribed) return;
    slot.subscribed = subscribed;
    model.notifier.tellSubscription(device);
  };
  return {
    purchases(slotId, which) {
      const { serial } = find(slotId, which);
      return model.desk.orders().filter((order) => order.serial === serial && order.slotId === slotId).length;
    },
    subscribe: (slotId, which) => setSubscribed(slotId, which, true),
    unsubscribe: (slotId, which) => setSubscribed(slotId, which, false),
    deliver: (slotId, which) => model.desk.deliver(find(slotId, which), slotId),
    cancel: (slotId, which) => model.desk.cancel(find(slotId, which), slotId),
    setProblem: (slotId, hasProblem, which) => model.desk.setProblem(find(slotId, which), slotId, hasProblem),
  };
}

function findDevice(model: SandboxModel, serial: string | undefined): Device {
  const device =
    serial === undefined ? model.devices[0] : model.devices.find((candidate) => candidate.serial === serial);
  if (device === undefined) throw new Error(`The sandbox has no device with the serial "${serial}".`);
  return device;
}
