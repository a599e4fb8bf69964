import type { Cancel, Timing } from '../../hardware/timing.ts';
import {
  type AccessToken,
  isRejected,
  LIFETIME_ASSUMED_MS,
  parseAccessToken,
  type TokenLifetime,
  type TokenRequestReason,
  type TokenSource,
  type TokenStatus,
  withRejected,
} from './access-token.ts';

export type MqttTokenSource = TokenSource & {
  /** A token message arrived. Returns a refusal for the log, or null when it was taken. */
  offer(accessToken: string, lifetime: TokenLifetime): string | null;
  /** The broker can be reached (again): what could not be asked for is asked for now. */
  connected(): void;
};

export type MqttTokenDeps = {
  readonly timing: Timing;
  readonly wall: () => { readonly wallMs: number; readonly wallTrusted: boolean };
  /** Publishes on `token/request`; false when there is no connection. */
  readonly request: (reason: TokenRequestReason) => boolean;
  readonly onChange: () => void;
};

/** Ask this long before expiry, or after four fifths of a short life. */
const MARGIN_MS_MAX = 300_000;

/** Pause before an unanswered request is repeated; doubles up to the maximum. */
const REPEAT_FIRST_MS = 10_000;
const REPEAT_MS_MAX = 600_000;

/**
 * Access tokens that the maker's cloud sends over MQTT: asked for at the start, before expiry by the monotonic clock
 * (a board without an RTC boots with a wrong date), and when DRS refuses one.
 */
export function createMqttToken({ timing, wall, request, onChange }: MqttTokenDeps): MqttTokenSource {
  let token: AccessToken | null = null;
  let expiresAtMs: number | null = null;
  let rejected: readonly string[] = [];
  /** Why another token is wanted; null while the one at hand will do. */
  let wanted: TokenRequestReason | null = 'start';
  let repeatMs = REPEAT_FIRST_MS;
  let cancelTimer: Cancel | null = null;
  let cancelExpiry: Cancel | null = null;

  const isExpired = (): boolean => expiresAtMs !== null && timing.nowMs() >= expiresAtMs;

  /** A timer may ring a moment before its time: whether it has come is for the clock to say. */
  const awaitExpiry = (): void => {
    const restMs = expiresAtMs === null ? 0 : expiresAtMs - timing.nowMs();
    if (restMs > 0) cancelExpiry = timing.after(restMs, awaitExpiry);
    else onChange();
  };

  const ask = (): void => {
    // While none is wanted, the timer is the one that will want the next.
    if (wanted === null) return;
    cancelTimer?.();
    if (!request(wanted === 'expiring' && isExpired() ? 'expired' : wanted)) return;
    cancelTimer = timing.after(repeatMs, ask);
    repeatMs = Math.min(repeatMs * 2, REPEAT_MS_MAX);
  };

  const want = (reason: TokenRequestReason): void => {
    wanted = reason;
    repeatMs = REPEAT_FIRST_MS;
    ask();
  };

  const settle = (lifeMs: number): void => {
    cancelTimer?.();
    wanted = null;
    const marginMs = Math.min(MARGIN_MS_MAX, lifeMs / 5);
    cancelTimer = timing.after(lifeMs - marginMs, () => want('expiring'));
  };

  const lifetimeMs = (lifetime: TokenLifetime): number => {
    if (lifetime.kind === 'in') return lifetime.ms;
    const { wallMs, wallTrusted } = wall();
    // With a clock that nobody believes, a date says nothing: DRS will tell when the token is over.
    return lifetime.kind === 'at' && wallTrusted ? lifetime.wallMs - wallMs : LIFETIME_ASSUMED_MS;
  };

  return {
    start: () => undefined,
    connected: () => {
      repeatMs = REPEAT_FIRST_MS;
      ask();
    },
    current: () => (token === null || isExpired() ? null : token),
    status: (): TokenStatus => {
      const error =
        token === null
          ? 'No access token has come over MQTT yet. While the broker is connected it is asked for on token/request; the cloud, or a person, publishes it on token.'
          : null;
      if (token === null) return { state: 'missing', expiresAtMs: null, error };
      if (isRejected(token, rejected)) return { state: 'rejected', expiresAtMs, error };
      return { state: isExpired() ? 'expired' : 'valid', expiresAtMs, error };
    },
    refresh: (rejectedFingerprint) => {
      // Every slot that the token failed says so; one request serves them all.
      const isKnown = rejected.includes(rejectedFingerprint) && wanted !== null;
      rejected = withRejected(rejected, rejectedFingerprint);
      if (!isKnown && (token === null || token.fingerprint === rejectedFingerprint)) want('rejected');
      onChange();
    },
    offer: (text, lifetime) => {
      const offered = parseAccessToken(text);
      if (offered === null) return 'The token that came over MQTT is not an access token; it was dropped.';
      const lifeMs = lifetimeMs(lifetime);
      if (lifeMs <= 0) return 'The token that came over MQTT had expired already; it was dropped.';
      if (isRejected(offered, rejected)) {
        // No answer to the request for another one, which goes on being repeated; and what is at hand may be good.
        return 'The token that came over MQTT is one that DRS has refused; it was dropped. Send a new one.';
      }
      token = offered;
      expiresAtMs = timing.nowMs() + lifeMs;
      cancelExpiry?.();
      awaitExpiry();
      settle(lifeMs);
      onChange();
      return null;
    },
    stop: () => {
      cancelTimer?.();
      cancelExpiry?.();
    },
  };
}
