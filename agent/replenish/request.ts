import { isoTime } from '../system/iso-instant.ts';

/** One HTTP request to DRS, or to Login with Amazon, as it goes on the wire. */
export type DrsRequest = {
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** Percent-encoded, with the base URL's own path in front. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Default none. */
  readonly body?: string;
};

/** What DRS is told of a slot. Quantities in the unit agreed for the device, times in wall milliseconds. */
export type SlotStatus = {
  /** When replenishment is expected to be needed. */
  readonly expectedReplenishmentAtMs: number;
  /** What is left in the container; decimals are allowed. */
  readonly remainingQuantity: number;
  /** What a full container holds. */
  readonly originalQuantity: number;
  readonly lastUseAtMs: number;
};

const TYPE_PREFIX = 'com.amazon.dash.replenishment.';

/**
 * The calls of a device, to the letter of the API's table (docs/dash/api-overview.html and the page of each endpoint).
 * Ids are any strings and go percent-encoded; the token goes raw, `|` and all; a type of content is named only where
 * there is one.
 */
export type DrsRequests = {
  /** `POST /replenish/{slotId}`, no body (docs/dash/replenish-endpoint.html). */
  replenish(slotId: string): DrsRequest;
  /** `POST /slotStatus/{slotId}` (docs/dash/slotstatus-endpoint.html). */
  slotStatus(slotId: string, status: SlotStatus): DrsRequest;
  /** `POST /deviceStatus` (docs/dash/devicestatus-endpoint.html). */
  deviceStatus(mostRecentlyActiveAtMs: number): DrsRequest;
  /** `GET /subscriptionInfo`, result version 2 (docs/dash/getsubscriptioninfo-endpoint.html). */
  subscriptionInfo(): DrsRequest;
  /** `GET /getOrderInfo/{eventInstanceId}` (docs/dash/getorderinfo-endpoint.html). */
  orderInfo(eventInstanceId: string): DrsRequest;
  /** `DELETE /testOrders/slots/{slotId}`, or of all slots (docs/dash/canceltestorder-endpoint.html). */
  cancelTestOrders(slotId: string | null): DrsRequest;
  /** `DELETE /registration`, input version 2: no model or serial in the path (docs/dash/deregistration-endpoint.html). */
  deregister(): DrsRequest;
};

/** @param basePath path of the configured base URL without a slash at its end; '' for Amazon's own. */
export function drsRequests(basePath: string, accessToken: string): DrsRequests {
  const make = (
    method: DrsRequest['method'],
    path: string,
    [input, result]: readonly [input: string, result: string],
    body?: object,
  ): DrsRequest => {
    const headers = {
      Authorization: `Bearer ${accessToken}`,
      'x-amzn-type-version': TYPE_PREFIX + input,
      'x-amzn-accept-type': TYPE_PREFIX + result,
    };
    const head = { method, path: `${basePath}/${path}` };
    if (body === undefined) return { ...head, headers };
    return {
      ...head,
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    };
  };
  const cancel = ['DrsCancelTestOrdersInput@1.0', 'DrsCancelTestOrdersResult@1.0'] as const;
  return {
    replenish: (slotId) =>
      make('POST', `replenish/${encodeURIComponent(slotId)}`, [
        'DrsReplenishInput@1.0',
        'DrsReplenishResult@1.0',
      ]),
    slotStatus: (slotId, status) =>
      make(
        'POST',
        `slotStatus/${encodeURIComponent(slotId)}`,
        ['DrsSlotStatusInput@1.0', 'DrsSlotStatusResult@1.0'],
        slotStatusBody(status),
      ),
    deviceStatus: (atMs) =>
      make('POST', 'deviceStatus', ['DrsDeviceStatusInput@1.0', 'DrsDeviceStatusResult@1.0'], {
        mostRecentlyActiveDate: drsTime(atMs),
      }),
    subscriptionInfo: () =>
      make('GET', 'subscriptionInfo', ['DrsSubscriptionInfoInput@1.0', 'DrsSubscriptionInfoResult@2.0']),
    orderInfo: (eventInstanceId) =>
      make('GET', `getOrderInfo/${encodeURIComponent(eventInstanceId)}`, [
        'DrsOrderInfoInput@1.0',
        'DrsOrderInfoResult@1.0',
      ]),
    cancelTestOrders: (slotId) =>
      make(
        'DELETE',
        slotId === null ? 'testOrders' : `testOrders/slots/${encodeURIComponent(slotId)}`,
        cancel,
      ),
    deregister: () => make('DELETE', 'registration', ['DrsDeregisterInput@2.0', 'DrsDeregisterResult@1.0']),
  };
}

/** All five are listed as data that must be passed; stock on hand is nothing that a sensor could see: 0 for unknown. */
function slotStatusBody(status: SlotStatus): object {
  return {
    expectedReplenishmentDate: drsTime(status.expectedReplenishmentAtMs),
    remainingQuantityInUnit: status.remainingQuantity,
    originalQuantityInUnit: status.originalQuantity,
    totalQuantityOnHand: 0,
    lastUseDate: drsTime(status.lastUseAtMs),
  };
}

/** ISO 8601, UTC, whole seconds, `Z`: as in the samples of the API. */
function drsTime(wallMs: number): string {
  return isoTime(wallMs).replace(/\.\d{3}Z$/, 'Z');
}

/** The path of a base URL in the form that `drsRequests` takes. */
export function basePathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '');
}
