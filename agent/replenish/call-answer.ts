import * as z from 'zod/mini';
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

const text = z.catch(z.nullable(z.string().check(z.minLength(1), z.maxLength(TEXT_LENGTH_MAX))), null);
const id = z.string().check(z.minLength(1), z.maxLength(TEXT_LENGTH_MAX));

/** Result version 1 says true or false for a slot, version 2 an object. An entry that is neither says nothing. */
const subscriptionResult = z.object({
  slotsSubscriptionStatus: z.record(
    z.string(),
    z.catch(z.union([z.boolean(), z.object({ subscribed: z.boolean() }), z.null()]), null),
  ),
});

const orderResult = z.object({
  orderInfoData: z.object({
    orderItems: z
      .array(z.object({ status: text, slotId: text, expectedDeliveryDate: text }))
      .check(z.maxLength(ITEMS_MAX)),
  }),
});

const cancelResult = z.object({
  slotOrderStatuses: z
    .array(z.object({ slotId: id, orderStatus: z.string().check(z.maxLength(TEXT_LENGTH_MAX)) }))
    .check(z.maxLength(SLOTS_MAX)),
});

/** slotStatus, deviceStatus and deregistration: a 200 is all there is to say, with or without a body. */
export function readDone(exchange: Exchange, wallMs: number): CallAnswer<null> {
  return readAnswer(exchange, wallMs, () => null);
}

/** An answer that lists no slots at all is not one: what is known is kept, and it is asked again. */
export function readSubscriptions(exchange: Exchange, wallMs: number): CallAnswer<Subscriptions> {
  return readAnswer(exchange, wallMs, (body) => {
    const { data } = subscriptionResult.safeParse(body);
    if (data === undefined) return undefined;
    const slots = Object.entries(data.slotsSubscriptionStatus);
    if (slots.length > SLOTS_MAX) return undefined;
    const known = new Map<string, boolean>();
    for (const [slotId, status] of slots)
      if (status !== null) known.set(slotId, typeof status === 'boolean' ? status : status.subscribed);
    return known;
  });
}

export function readOrderInfo(exchange: Exchange, wallMs: number): CallAnswer<OrderInfo> {
  return readAnswer(exchange, wallMs, (body) => {
    const { data } = orderResult.safeParse(body);
    if (data === undefined) return undefined;
    const items = data.orderInfoData.orderItems.map(({ status, slotId, expectedDeliveryDate }) => ({
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
    const { data } = cancelResult.safeParse(body);
    if (data === undefined) return { slotIds: null };
    const free = data.slotOrderStatuses.filter(({ orderStatus }) => orderStatus === 'NO_ORDER_IN_PROGRESS');
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
