import type { ReplenishOutcome } from '../policy/outcome.ts';
import {
  type CallAnswer,
  type CancelledTests,
  type OrderInfo,
  readCancelledTests,
  readDone,
  readOrderInfo,
  readSubscriptions,
  type Subscriptions,
} from './call-answer.ts';
import { classifyReplenish, type Exchange } from './classify.ts';
import type { HttpDoor } from './http-door.ts';
import { basePathOf, type DrsRequest, drsRequests, type SlotStatus } from './request.ts';

/** DRS, one method per call of a device: one attempt each, which never rejects, never repeats, never logs. */
export type DashClient = {
  replenish(slotId: string, accessToken: string): Promise<ReplenishOutcome>;
  slotStatus(slotId: string, status: SlotStatus, accessToken: string): Promise<CallAnswer<null>>;
  deviceStatus(mostRecentlyActiveAtMs: number, accessToken: string): Promise<CallAnswer<null>>;
  subscriptionInfo(accessToken: string): Promise<CallAnswer<Subscriptions>>;
  orderInfo(eventInstanceId: string, accessToken: string): Promise<CallAnswer<OrderInfo>>;
  /** Of one slot, or of all (null). Test devices only. */
  cancelTestOrders(slotId: string | null, accessToken: string): Promise<CallAnswer<CancelledTests>>;
  /** Ends the registration; every token of the device is dead afterwards. */
  deregister(accessToken: string): Promise<CallAnswer<null>>;
  close(): Promise<void>;
};

export type WallClock = {
  wallMs(): number;
  hearWallMs(toldMs: number): void;
};

/** Request, exchange, meaning. */
export function createDashClient(url: string, door: HttpDoor, wall: WallClock): DashClient {
  const basePath = basePathOf(url);
  // Only a server that has proved who it is may say what time it is.
  const isProven = url.startsWith('https:');
  const requests = (accessToken: string) => drsRequests(basePath, accessToken);
  const ask = async <Answer>(
    request: DrsRequest,
    read: (exchange: Exchange, wallMs: number) => Answer,
  ): Promise<Answer> => {
    const exchange = await door.exchange(request);
    const toldMs = exchange.kind === 'answer' ? Date.parse(exchange.headers.date ?? '') : Number.NaN;
    if (isProven && !Number.isNaN(toldMs)) wall.hearWallMs(toldMs);
    return read(exchange, wall.wallMs());
  };
  return {
    replenish: (slotId, token) => ask(requests(token).replenish(slotId), classifyReplenish),
    slotStatus: (slotId, status, token) => ask(requests(token).slotStatus(slotId, status), readDone),
    deviceStatus: (activeAtMs, token) => ask(requests(token).deviceStatus(activeAtMs), readDone),
    subscriptionInfo: (token) => ask(requests(token).subscriptionInfo(), readSubscriptions),
    orderInfo: (instanceId, token) => ask(requests(token).orderInfo(instanceId), readOrderInfo),
    cancelTestOrders: (slotId, token) => ask(requests(token).cancelTestOrders(slotId), readCancelledTests),
    deregister: (token) => ask(requests(token).deregister(), readDone),
    close: () => door.close(),
  };
}
