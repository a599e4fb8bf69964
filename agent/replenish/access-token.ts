import { createHash } from 'node:crypto';

/** An access token of Login with Amazon. The text itself goes into the Authorization header and nowhere else. */
export type AccessToken = {
  readonly text: string;
  /**
   * Tells tokens apart in records and logs without giving them away. Worked out when it is asked for: a device that
   * neither orders nor speaks TLS does without cryptography, which is 3 MB.
   */
  readonly fingerprint: string;
};

/**
 * Why a token is asked for: `start` there is none yet, `expiring` the one at hand ends soon, `expired` it ended,
 * `rejected` DRS called it invalid.
 */
export type TokenRequestReason = 'start' | 'expiring' | 'expired' | 'rejected';

/** How long a delivered token lives. `in` counts from its arrival and is immune to a wrong wall clock. */
export type TokenLifetime =
  | { readonly kind: 'in'; readonly ms: number }
  | { readonly kind: 'at'; readonly wallMs: number }
  | { readonly kind: 'unknown' };

/**
 * In the words of `device.token.state` on the wire. `rejected`: DRS called it invalid. Only with Login with Amazon on the
 * device: `revoked` the refresh token is accepted no more, `misconfigured` the client is not. `not-needed`: the device
 * asks Amazon for nothing.
 */
export type TokenState =
  | 'missing'
  | 'valid'
  | 'expired'
  | 'rejected'
  | 'revoked'
  | 'misconfigured'
  | 'not-needed';

/** Whether no token has to be waited for; by its state as people see it. */
export function isTokenSettled(state: string): boolean {
  return state === 'valid' || state === 'not-needed';
}

export type TokenStatus = {
  readonly state: TokenState;
  /** Monotonic time of expiry; null when unknown or without a token. */
  readonly expiresAtMs: number | null;
  /** What is wrong and what to do, for a technician; null while all is well. */
  readonly error: string | null;
};

/** Where access tokens come from. Every call returns at once; news arrive through the `onChange` it was built with. */
export type TokenSource = {
  start(): void;
  /** The token that may be used now, or null. */
  current(): AccessToken | null;
  status(): TokenStatus;
  /** DRS called this token invalid: get another one. */
  refresh(rejectedFingerprint: string): void;
  stop(): void;
};

/** LwA gives an hour (docs/login-with-amazon/access-token.html); taken when a lifetime can't be known. */
export const LIFETIME_ASSUMED_MS = 3_600_000;

/** LwA: an access token has at most 2048 bytes (docs/login-with-amazon/access-token.html). */
export const ACCESS_TOKEN_BYTES_MAX = 2048;

/**
 * Takes a text for an access token, or says why it can't be one. Only visible ASCII may enter a header:
 * anything else would be an injection or a wrong file.
 */
export function parseAccessToken(text: string): AccessToken | null {
  if (text.length === 0 || text.length > ACCESS_TOKEN_BYTES_MAX || !/^[\x21-\x7e]+$/.test(text)) return null;
  let fingerprint: string | null = null;
  return {
    text,
    get fingerprint() {
      fingerprint ??= createHash('sha256').update(text).digest('hex').slice(0, 16);
      return fingerprint;
    },
  };
}

/** More refused tokens than these are not remembered: a cloud that sends old ones again sends the last few. */
const REJECTED_MAX = 8;

/** Remembers the fingerprint of a token that DRS called invalid, at the expense of the oldest. */
export function withRejected(rejected: readonly string[], fingerprint: string): readonly string[] {
  return [...rejected.filter((known) => known !== fingerprint), fingerprint].slice(-REJECTED_MAX);
}

/** Whether DRS called this token invalid, as far as is remembered. */
export function isRejected(token: AccessToken, rejected: readonly string[]): boolean {
  return rejected.length > 0 && rejected.includes(token.fingerprint);
}
