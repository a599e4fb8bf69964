import * as v from 'valibot';
import { jsonObject, jsonRecord } from '../../config/json-value.ts';
import { type Exchange, errorMessage, parseJson, retryAfterMs, TEXT_LENGTH_MAX } from './classify.ts';

/**
 * What one call beside Replenish came to. None of them moves money, so there is no doubt to settle: what got no answer
 * is tried again later.
 */
export type CallAnswer<Said> =
  | { readonly kind: 'done'; readonly said: Said }
  /** DRS named the token as the reason. */
  | { readonly kind: 'invalid-token'; readonly message: string }
  /** Worth another try soon: not sent, no answer, 429, 5xx, a redirect, a page for people. */
  | { readonly kind: 'failed'; readonly message: string; readonly retryAfterMs: number | null }
  /** Said no for a reason that another try does not mend; 404 among them. */
  | { readonly kind: 'refused'; readonly message: string };

/** What `subscriptionInfo` lists: Amazon's slot id -> whether the customer has a product chosen for it. */
export type Subscriptions = ReadonlyMap<string, boolean>;

/** One entry of an order, in words that were made one over the revisions of the API. */
export type OrderItem = {
  readonly status: 'processing' | 'shipped' | 'cancelled' | 'closed' | 'unknown';
  /** Exactly what DRS sent. */
  readonly statusWord: string | null;
  readonly slotId: string | null;
  /** ISO 8601, as sent; null when it is not known, as in order resolution. */
  readonly expectedDeliveryDate: string | null;
};

export type OrderInfo = { readonly items: readonly OrderItem[] };

/** Slots that DRS says have no order in progress any more; null when it did not list any. */
export type CancelledTests = { readonly slotIds: readonly string[] | null };

const SLOTS_MAX = 1024;
const ITEMS_MAX = 64;

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(TEXT_LENGTH_MAX));
const text = v.fallback(v.nullable(id), null);

/** Result version 1 says true or false for a slot, version 2 an object. An entry that is neither says nothing. */
const subscriptionResult = v.object({
  slotsSubscriptionStatus: jsonRecord(
    v.string(),
    v.fallback(v.nullable(v.union([v.boolean(), v.object({ subscribed: v.boolean() })])), null),
  ),
});

const orderItem = v.pipe(jsonObject, v.object({ status: text, slotId: text, expectedDeliveryDate: text }));
const orderResult = v.object({
  orderInfoData: v.object({ orderItems: v.pipe(v.array(orderItem), v.maxLength(ITEMS_MAX)) }),
});

const slotOrderStatus = v.object({
  slotId: id,
  orderStatus: v.pipe(v.string(), v.maxLength(TEXT_LENGTH_MAX)),
});
const cancelResult = v.object({
  slotOrderStatuses: v.pipe(v.array(slotOrderStatus), v.maxLength(SLOTS_MAX)),
});

/** slotStatus, deviceStatus and deregistration: a 200 is all there is to say, with or without a body. */
export function readDone(exchange: Exchange, wallMs: number): CallAnswer<null> {
  return readAnswer(exchange, wallMs, () => null);
}

/** An answer that lists no slots at all is not one: what is known is kept, and it is asked again. */
export function readSubscriptions(exchange: Exchange, wallMs: number): CallAnswer<Subscriptions> {
  return readAnswer(exchange, wallMs, (body) => {
    const result = v.safeParse(subscriptionResult, body);
    if (!result.success) return undefined;
    const slots = Object.entries(result.output.slotsSubscriptionStatus);
    if (slots.length > SLOTS_MAX) return undefined;
    const known = new Map<string, boolean>();
    for (const [slotId, status] of slots)
      if (status !== null) known.set(slotId, typeof status === 'boolean' ? status : status.subscribed);
    return known;
  });
}

export function readOrderInfo(exchange: Exchange, wallMs: number): CallAnswer<OrderInfo> {
  return readAnswer(exchange, wallMs, (body) => {
    const result = v.safeParse(orderResult, body);
    if (!result.success) return undefined;
    const items = result.output.orderInfoData.orderItems.map(({ status, slotId, expectedDeliveryDate }) => ({
      status: STATUS_WORDS.get((status ?? '').toLowerCase()) ?? ('unknown' as const),
      statusWord: status,
      slotId,
      expectedDeliveryDate,
    }));
    return { items };
  });
}

/** Only slots with the one documented status count as free; a success without a list speaks for all that was asked. */
export function readCancelledTests(exchange: Exchange, wallMs: number): CallAnswer<CancelledTests> {
  return readAnswer(exchange, wallMs, (body) => {
    const result = v.safeParse(cancelResult, body);
    if (!result.success) return { slotIds: null };
    const free = result.output.slotOrderStatuses.filter(
      ({ orderStatus }) => orderStatus === 'NO_ORDER_IN_PROGRESS',
    );
    return { slotIds: free.map(({ slotId }) => slotId) };
  });
}

/** The vocabularies of all revisions (docs/dash/getorderinfo-endpoint.html), lower-case. */
const STATUS_WORDS: ReadonlyMap<string, OrderItem['status']> = new Map([
  ['pending', 'processing'],
  ['authorized', 'processing'],
  ['processing', 'processing'],
  ['shipped', 'shipped'],
  ['canceled', 'cancelled'],
  ['cancelled', 'cancelled'],
  ['closed', 'closed'],
]);

/** @param read what a success says, from its JSON, or null where there is none; undefined when it can't be read. */
function readAnswer<Said>(
  exchange: Exchange,
  wallMs: number,
  read: (body: unknown) => Said | undefined,
): CallAnswer<Said> {
  if (exchange.kind !== 'answer') return { kind: 'failed', message: exchange.message, retryAfterMs: null };
  const { status, headers, body } = exchange;
  if (status >= 200 && status < 300) {
    const said = read(parseJson(body));
    if (said !== undefined) return { kind: 'done', said };
    return {
      kind: 'failed',
      message: `DRS answered ${status}, but the answer could not be read.`,
      retryAfterMs: null,
    };
  }
  const said = errorMessage(body);
  const message = said === null ? `DRS answered ${status}.` : `DRS answered ${status}: ${said}`;
  if (status === 429 || status >= 500)
    return { kind: 'failed', message, retryAfterMs: retryAfterMs(headers.retryAfter, wallMs) };
  if (status < 400) {
    const hint = `${status} is not an answer of DRS: check replenish.url.`;
    return { kind: 'failed', message: hint, retryAfterMs: null };
  }
  // Unlike with an order, only the plain word costs a token its good name: a proxy's 401 or a bare 400 does not.
  const type = (headers.errorType?.split(':', 1)[0] ?? '').toLowerCase();
  const isToken = type.includes('invalidtoken') || (said ?? '').toLowerCase().includes('invalid token');
  return isToken ? { kind: 'invalid-token', message } : { kind: 'refused', message };
}
