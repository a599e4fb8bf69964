import * as v from 'valibot';
import { jsonObject } from '../../config/json-value.ts';
import type { AnswerFacts, ReplenishOutcome } from '../policy/outcome.ts';

/** What one attempt over HTTP came to. */
export type Exchange =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: {
        readonly requestId: string | null;
        readonly errorType: string | null;
        readonly retryAfter: string | null;
        /** When the server sent it, by its own clock. */
        readonly date: string | null;
      };
      /** null when the body was cut off, too large or too slow: the status is known all the same. */
      readonly body: string | null;
    }
  /** The request surely never left: no connection was made. */
  | { readonly kind: 'not-sent'; readonly message: string }
  /** The request left, or may have; there was no status line. */
  | { readonly kind: 'no-answer'; readonly message: string };

/** Longest text of DRS that is kept, characters. Documented ids are at most 255 (docs/dash/replenish-endpoint.html). */
export const TEXT_LENGTH_MAX = 1024;

/** A member that is missing, too long or of another type is as good as none; the rest of the answer still counts. */
const text = v.fallback(v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(TEXT_LENGTH_MAX))), null);

const replenishResult = v.pipe(jsonObject, v.object({ detailCode: text, eventInstanceId: text }));

const errorBody = v.pipe(jsonObject, v.object({ message: v.fallback(v.nullable(v.string()), null) }));

/**
 * An exchange -> what it means for the purchase. Statuses are matched by number only: DRS says `200 Accepted`.
 * A 200 that can't be read, or bears an unknown code, is taken for a placed order: taking it for a failure could buy
 * twice, and the refill that follows settles it either way (drs-api.md, sections 3 and 10.3).
 */
export function classifyReplenish(exchange: Exchange, wallMs: number): ReplenishOutcome {
  if (exchange.kind !== 'answer') {
    const facts = { httpStatus: null, message: exchange.message, requestId: null };
    return exchange.kind === 'not-sent'
      ? { ...facts, kind: 'failed', retryAfterMs: null }
      : { ...facts, kind: 'no-answer' };
  }
  const { status, headers, body } = exchange;
  const requestId = cut(headers.requestId);
  if (status >= 200 && status < 300) return accepted(status, requestId, body);

  const message = errorMessage(body);
  const facts: AnswerFacts = { httpStatus: status, requestId, message: message ?? `DRS answered ${status}.` };
  if (status === 429 || status >= 500) {
    return { ...facts, kind: 'failed', retryAfterMs: retryAfterMs(headers.retryAfter, wallMs) };
  }
  if (status < 400) {
    return {
      ...facts,
      kind: 'failed',
      retryAfterMs: null,
      message: `${status} is not an answer of DRS: a login page of the network is in the way, or replenish.url is wrong.`,
    };
  }
  if (status === 404) return { ...facts, kind: 'unknown-slot' };
  return { ...facts, kind: refusalKind(status, headers.errorType, message) };
}

function accepted(status: number, requestId: string | null, body: string | null): ReplenishOutcome {
  const parsed = v.safeParse(replenishResult, parseJson(body));
  const detailCode = parsed.success ? parsed.output.detailCode : null;
  const answer = {
    httpStatus: status,
    requestId,
    detailCode,
    eventInstanceId: parsed.success ? parsed.output.eventInstanceId : null,
  };
  switch (detailCode) {
    case 'STANDARD_ORDER_PLACED':
    case 'TEST_ORDER_PLACED':
      return { ...answer, kind: 'placed', message: null };
    case 'ORDER_INPROGRESS':
      return { ...answer, kind: 'in-progress', message: null };
    case null:
      return {
        ...answer,
        kind: 'placed',
        message: `DRS answered ${status}, but the answer could not be read; it is taken for a placed order and not repeated.`,
      };
    default:
      return {
        ...answer,
        kind: 'placed',
        message:
          'DRS accepted the request with a code that is not documented; it is taken for a placed order and not repeated.',
      };
  }
}

/** Error type first, message second (drs-api.md, section 10.2). */
function refusalKind(
  status: number,
  errorType: string | null,
  message: string | null,
): 'invalid-token' | 'unsubscribed' | 'refused' {
  const type = (errorType?.split(':', 1)[0] ?? '').toLowerCase();
  const text = (message ?? '').toLowerCase();
  if (type.includes('invalidtoken')) return 'invalid-token';
  if (type.includes('unsubscribed')) return 'unsubscribed';
  if (text.includes('unsubscribed')) return 'unsubscribed';
  if (text.includes('invalid token') || text.includes('expired token') || text.includes('token expired'))
    return 'invalid-token';
  if (status === 401 || status === 403) return 'invalid-token';
  // A 400 that does not explain itself is documented to be "such as a bad token": a refresh costs nothing.
  return status === 400 && message === null && type === '' ? 'invalid-token' : 'refused';
}

/** `Retry-After` (RFC 9110, section 10.2.3): seconds, or an HTTP date that only a roughly right wall clock can read. */
export function retryAfterMs(header: string | null, wallMs: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - wallMs);
}

/** What an error says of itself in its body, cut to a bounded length; null when that is nothing. */
export function errorMessage(body: string | null): string | null {
  const parsed = v.safeParse(errorBody, parseJson(body));
  return cut(parsed.success ? parsed.output.message : null);
}

/** The JSON of a body; null for none, or for something else. */
export function parseJson(body: string | null): unknown {
  if (body === null || body.trim() === '') return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function cut(text: string | null): string | null {
  if (text === null || text === '') return null;
  return text.slice(0, TEXT_LENGTH_MAX);
}
