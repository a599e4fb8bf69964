import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from './exchange.ts';
import type { Fault } from './faults.ts';
import { startFront } from './http-front.ts';
import type { DrsNotification } from './notifications.ts';
import type { Order } from './orders.ts';
import type { RecordedRequest } from './recorder.ts';
import { type SlotControls, slotControls, type TokenControls, tokenControls } from './sandbox-controls.ts';
import { createSandboxModel, type SandboxModel } from './sandbox-model.ts';
import { DEFAULT_OPTIONS, type SandboxOptions } from './sandbox-options.ts';

/**
 * A running stand-in of DRS and Login with Amazon. Calls that name a slot or a device which does not exist throw:
 * that is a mistake of the caller, not of the device under test.
 */
export type Sandbox = TokenControls &
  SlotControls & {
    /** Origin, without a trailing slash; also of the token endpoint. */
    readonly url: string;
    readonly port: number;
    readonly protocol: 'http' | 'https';
    /** Lifetime of the access tokens that it issues unless told otherwise, seconds. */
    readonly expiresInS: number;
    /** What the first device's slots are called. */
    readonly slotIds: readonly string[];
    /** Every request so far, oldest first. */
    readonly requests: readonly RecordedRequest[];
    /** Every deviation from the letter so far. */
    readonly violations: readonly string[];
    readonly notifications: readonly DrsNotification[];
    readonly orders: readonly Order[];
    fault(fault: Fault): void;
    clearFaults(): void;
    /** Moves the test clock of the orders; tokens live on the real one. */
    advance(ms: number): void;
    /** Hands over a notification that waits to be swapped. */
    flushNotifications(): void;
    onNotification(listener: (message: DrsNotification) => void): void;
    /** Heard when the outcome of a request is known, before its answer leaves. */
    onRequest(listener: (request: RecordedRequest) => void): void;
    /** Ends at once, with whatever connections are open. */
    close(): Promise<void>;
  };

/** Starts a sandbox. Fails when the port is taken. */
export async function startSandbox(given: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const options: SandboxOptions = { ...DEFAULT_OPTIONS, ...given };
  const model = createSandboxModel(options);
  const stopped = new AbortController();
  // A delay that close() cuts short is no failure: nobody waits for its answer any more.
  const wait = (delayMs: number): Promise<void> =>
    sleep(delayMs, undefined, { signal: stopped.signal }).catch(() => undefined);
  const front = await startFront({
    host: options.host,
    port: options.port,
    tls: options.tls,
    answer: (request, clientPort) =>
      exchange(request, clientPort, { ...model, lenient: options.lenient, wait }),
    onGarbage: (message) => recordGarbage(model, message),
  }).catch((error: unknown) => {
    model.stop();
    throw error;
  });
  const protocol = options.tls === null ? 'http' : 'https';
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${protocol}://${host}:${front.port}`,
    port: front.port,
    protocol,
    expiresInS: options.expiresInS,
    slotIds: [...(model.devices[0]?.slots.keys() ?? [])],
    get requests() {
      return model.recorder.requests();
    },
    get violations() {
      return model.recorder.violations();
    },
    get notifications() {
      return [...model.notifications];
    },
    get orders() {
      return model.desk.orders();
    },
    ...tokenControls(model, options),
    ...slotControls(model),
    fault: model.faults.add,
    clearFaults: model.faults.clear,
    advance: model.advance,
    flushNotifications: model.notifier.flush,
    onNotification: (listener) => void model.notificationListeners.add(listener),
    onRequest: (listener) => void model.requestListeners.add(listener),
    async close() {
      stopped.abort();
      model.stop();
      await front.close();
    },
  };
}

/** Bytes that are no request leave a trace too: a client by the letter sends none. */
function recordGarbage(model: SandboxModel, message: string): void {
  const request = { method: '-', url: '-', rawHeaders: [], body: Buffer.alloc(0) };
  const understanding = { call: null, slotId: null, violations: [message], fault: null };
  model.recorder.arrive(request, 0, understanding)({ orderRecorded: false, answer: null });
}
