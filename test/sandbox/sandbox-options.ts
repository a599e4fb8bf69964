import type { LwaClient } from './lwa-server.ts';
import type { DeviceSetup, SlotSetup } from './registration.ts';
import { TOKEN_BYTES } from './token-store.ts';

/** How a sandbox behaves. */
export type SandboxOptions = {
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
  /** PEM texts; null serves plain HTTP. */
  readonly tls: { readonly key: string; readonly cert: string } | null;
  /** True records deviations from the letter as violations, but serves what can be served. */
  readonly lenient: boolean;
  readonly model: string;
  readonly serial: string;
  /** True makes every Replenish a test order. */
  readonly isTest: boolean;
  /** Slot ids, or slots with more to say. */
  readonly slots: readonly (string | SlotSetup)[];
  /** More devices; their tokens come from `issueToken({serial})`. */
  readonly otherDevices: readonly DeviceSetup[];
  readonly clients: readonly LwaClient[];
  /** Lifetime of access tokens, seconds of the real clock. */
  readonly expiresInS: number;
  readonly refreshAnswer: 'same' | 'rotate' | 'omit';
  /** Length of tokens, 350 to 2048 bytes. */
  readonly tokenBytes: number;
  /** Time on the test clock in which a customer can cancel; then the order ships. */
  readonly cancelWindowMs: number;
  /** Time on the test clock to mend an order with a problem; then it is cancelled. */
  readonly resolutionMs: number;
  /** Real time after which an order is delivered on its own, for demonstrations; null for never. */
  readonly deliverAfterMs: number | null;
  /** Whether CancelTestOrder sends an OrderCancelled notification; the API's pages do not say. */
  readonly cancelTestOrderMakesNews: boolean;
  readonly notificationVersion: 1 | 2;
  /** True hands over notifications in pairs the wrong way round. */
  readonly swapNotifications: boolean;
};

/** A client with a secret, as a maker's cloud is. */
export const CLOUD_CLIENT = {
  clientId: 'amzn1.application-oa2-client.sandboxcloud',
  clientSecret: 'sandbox-client-secret',
} as const satisfies LwaClient;

/** A client without a secret: a device that exchanges its own code with PKCE. */
export const DEVICE_CLIENT = {
  clientId: 'amzn1.application-oa2-client.sandboxdevice',
  clientSecret: null,
} as const satisfies LwaClient;

export const DEFAULT_OPTIONS: SandboxOptions = {
  host: '127.0.0.1',
  port: 0,
  tls: null,
  lenient: false,
  model: 'SandboxModel1',
  serial: 'SN0001',
  isTest: false,
  slots: ['slot1'],
  otherDevices: [],
  clients: [CLOUD_CLIENT, DEVICE_CLIENT],
  expiresInS: 3600,
  refreshAnswer: 'same',
  tokenBytes: TOKEN_BYTES.min,
  cancelWindowMs: 24 * 3_600_000,
  resolutionMs: 72 * 3_600_000,
  deliverAfterMs: null,
  cancelTestOrderMakesNews: false,
  notificationVersion: 2,
  swapNotifications: false,
};

/** The devices that the options describe. */
export function deviceSetups(options: SandboxOptions): readonly DeviceSetup[] {
  const slots = options.slots.map((slot) => (typeof slot === 'string' ? { slotId: slot } : slot));
  return [
    { model: options.model, serial: options.serial, isTest: options.isTest, slots },
    ...options.otherDevices,
  ];
}
