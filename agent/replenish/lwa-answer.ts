import * as v from 'valibot';
import { finiteNumber, jsonObject } from '../../config/json-value.ts';
import { type AccessToken, LIFETIME_ASSUMED_MS, parseAccessToken } from './access-token.ts';
import { type Exchange, retryAfterMs } from './classify.ts';

/** What a token request came to. No message repeats anything of an answer but Amazon's code and request id. */
export type LwaAnswer =
  | {
      readonly kind: 'granted';
      readonly accessToken: AccessToken;
      /** Milliseconds from now; above 0. */
      readonly lifeMs: number;
      /** The one to use from now on; null when the old one stays. */
      readonly refreshToken: string | null;
    }
  /** For good: the code or the refresh token is not accepted any more. */
  | { readonly kind: 'invalid-grant'; readonly message: string }
  /** Until somebody corrects the client, here or in Amazon's console. */
  | { readonly kind: 'misconfigured'; readonly message: string }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly retryAfterMs: number | null;
      /** An answer that can't be used may still have replaced the refresh token. */
      readonly refreshToken: string | null;
    };

/** Two tokens of 2048 bytes and the words around them take some 5 KiB (drs-api.md, section 11.5). */
const BODY_LENGTH_MAX = 16 * 1024;

/** LwA: a refresh token has at most 2048 bytes (docs/login-with-amazon/refresh-token.html). */
const REFRESH_TOKEN_BYTES_MAX = 2048;

/** Ten years: what lies beyond is no lifetime. */
const LIFETIME_S_MAX = 10 * 365 * 24 * 3600;

/** Errors that another request with the same settings can't mend (drs-api.md, section 11.6). */
const OF_THE_CLIENT: Readonly<Record<string, string>> = {
  invalid_client: 'check replenish.token.clientId, and the client secret',
  unauthorized_client: 'allow this client to use Dash Replenishment in the developer console',
  unsupported_grant_type: 'check replenish.token.url',
  invalid_scope: 'allow this client to use Dash Replenishment in the developer console',
  invalid_request: 'check replenish.token.url and clientId; a client with a secret needs clientSecretFile',
};

const seconds = v.union([finiteNumber, v.pipe(v.string(), v.regex(/^\d{1,10}$/), v.transform(Number))]);

/** Unknown members are ignored, and one that makes no sense is as good as none: a new refresh token must not get lost. */
const granted = v.pipe(
  jsonObject,
  v.object({
    access_token: v.fallback(v.nullable(v.string()), null),
    // Optional outside, or the fallback would also stand in for a missing one, which is as good as bearer.
    token_type: v.optional(v.fallback(v.nullable(v.string()), 'none of ours')),
    expires_in: v.fallback(v.nullable(seconds), null),
    refresh_token: v.fallback(v.nullable(v.string()), null),
  }),
);

const refused = v.object({
  error: v.pipe(v.string(), v.regex(/^[\w-]{1,60}$/)),
  request_id: v.fallback(v.nullable(v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/))), null),
});

/** An exchange with the token endpoint -> what it means. */
export function classifyTokenAnswer(exchange: Exchange, wallMs: number): LwaAnswer {
  if (exchange.kind !== 'answer') return failed(exchange.message);
  const { status, headers, body } = exchange;
  const isPage = body?.trimStart().startsWith('<') === true;
  if (isPage || (status >= 300 && status < 400)) {
    return failed(
      `Not Login with Amazon but a web page answered (${status}): a login page of the network is in the way, or replenish.token.url is wrong.`,
      retryAfterMs(headers.retryAfter, wallMs),
    );
  }
  const json = parseJson(body);
  if (status === 200) return readGrant(json);
  const refusal = v.safeParse(refused, json);
  const { error, request_id: requestId } = refusal.success
    ? refusal.output
    : { error: null, request_id: null };
  const answered = `Login with Amazon answered ${status}${error === null ? '' : ` ${error}`}`;
  const cited = `${answered}${requestId === null ? '' : ` (request ${requestId})`}`;
  if (status >= 400 && status < 500 && status !== 429 && error !== null) {
    if (error === 'invalid_grant') return { kind: 'invalid-grant', message: `${cited}.` };
    const remedy = Object.hasOwn(OF_THE_CLIENT, error) ? OF_THE_CLIENT[error] : undefined;
    if (remedy !== undefined) return { kind: 'misconfigured', message: `${cited}: ${remedy}.` };
  }
  return failed(`${cited}.`, retryAfterMs(headers.retryAfter, wallMs));
}

function readGrant(json: unknown): LwaAnswer {
  const read = v.safeParse(granted, json);
  const grant = read.success ? read.output : null;
  const refreshToken = parseRefreshToken(grant?.refresh_token ?? '');
  const accessToken = parseAccessToken(grant?.access_token ?? '');
  if (grant === null || accessToken === null) {
    return failed('Login with Amazon answered 200 without an access token.', null, refreshToken);
  }
  if ((grant.token_type ?? 'bearer').toLowerCase() !== 'bearer') {
    return failed('Login with Amazon gave a token that is not of the type bearer.', null, refreshToken);
  }
  const { expires_in: lifeS } = grant;
  if (lifeS !== null && lifeS <= 0) {
    return failed('Login with Amazon gave an access token that has expired already.', null, refreshToken);
  }
  const lifeMs = lifeS === null || lifeS > LIFETIME_S_MAX ? LIFETIME_ASSUMED_MS : lifeS * 1000;
  return { kind: 'granted', accessToken, lifeMs, refreshToken };
}

/** A refresh token as it may stand in a file or an answer: visible ASCII, bounded. Null for anything else. */
export function parseRefreshToken(text: string): string | null {
  return text.length > 0 && text.length <= REFRESH_TOKEN_BYTES_MAX && /^[\x21-\x7e]+$/.test(text)
    ? text
    : null;
}

function failed(
  message: string,
  retryAfter: number | null = null,
  refreshToken: string | null = null,
): LwaAnswer {
  return { kind: 'failed', message, retryAfterMs: retryAfter, refreshToken };
}

function parseJson(body: string | null): unknown {
  if (body === null || body.length > BODY_LENGTH_MAX) return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
