import { randomBytes } from 'node:crypto';
import type { Device } from './registration.ts';

/** What the customer's consent gave; good for one exchange within five minutes. */
export type CodeGrant = {
  readonly device: Device;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | null;
};

export type RefreshGrant = { readonly device: Device; readonly clientId: string };

/** Every token that is alive. Times are milliseconds on one clock of the caller's choice. */
export type TokenStore = {
  issueAccess(device: Device, expiresAtMs: number): string;
  issueRefresh(grant: RefreshGrant): string;
  issueCode(grant: CodeGrant, expiresAtMs: number): string;
  /** The device that an access token picks, or null when it is unknown, expired or dead. */
  deviceOf(accessToken: string, nowMs: number): Device | null;
  refreshGrant(refreshToken: string): RefreshGrant | null;
  /** Takes a code out for good: whatever comes of the exchange, there is no second. */
  takeCode(code: string, nowMs: number): CodeGrant | null;
  /** Kills one access or refresh token. */
  revoke(token: string): void;
  /** Kills every access token, refresh token and code of a device. */
  revokeAll(device: Device): void;
};

/** Shortest and longest access token that Login with Amazon promises, bytes. */
export const TOKEN_BYTES = { min: 350, max: 2048 } as const;

/** @param tokenBytes how long tokens are made, see TOKEN_BYTES. */
export function createTokenStore(tokenBytes: number): TokenStore {
  if (!Number.isInteger(tokenBytes) || tokenBytes < TOKEN_BYTES.min || tokenBytes > TOKEN_BYTES.max) {
    throw new Error(`A token is ${TOKEN_BYTES.min} to ${TOKEN_BYTES.max} bytes long, not ${tokenBytes}.`);
  }
  const access = new Map<string, { readonly device: Device; readonly expiresAtMs: number }>();
  const refresh = new Map<string, RefreshGrant>();
  const codes = new Map<string, CodeGrant & { readonly expiresAtMs: number }>();
  const keep = <T>(where: Map<string, T>, token: string, grant: T): string => {
    where.set(token, grant);
    return token;
  };
  return {
    issueAccess: (device, expiresAtMs) =>
      keep(access, randomToken('Atza|', tokenBytes), { device, expiresAtMs }),
    issueRefresh: (grant) => keep(refresh, randomToken('Atzr|', tokenBytes), grant),
    issueCode: (grant, expiresAtMs) => keep(codes, randomToken('', 20), { ...grant, expiresAtMs }),
    deviceOf(accessToken, nowMs) {
      const grant = access.get(accessToken);
      return grant !== undefined && nowMs < grant.expiresAtMs ? grant.device : null;
    },
    refreshGrant: (token) => refresh.get(token) ?? null,
    takeCode(code, nowMs) {
      const grant = codes.get(code);
      codes.delete(code);
      return grant !== undefined && nowMs < grant.expiresAtMs ? grant : null;
    },
    revoke(token) {
      access.delete(token);
      refresh.delete(token);
    },
    revokeAll(device) {
      for (const tokens of [access, refresh, codes]) {
        for (const [token, grant] of tokens) if (grant.device === device) tokens.delete(token);
      }
    },
  };
}

function randomToken(prefix: string, bytes: number): string {
  return (prefix + randomBytes(bytes).toString('base64url')).slice(0, bytes);
}
