import { createHash } from 'node:crypto';
import { type Answer, lwaError, serviceHeaders } from './answer.ts';
import type { Device } from './registration.ts';
import type { TokenForm } from './token-form.ts';
import type { CodeGrant, TokenStore } from './token-store.ts';

/** A client of Login with Amazon: with a secret it lives in a cloud, without one it is a device that uses PKCE. */
export type LwaClient = {
  readonly clientId: string;
  readonly clientSecret: string | null;
  /** False makes every grant an `unauthorized_client`. */
  readonly authorized?: boolean;
};

export type LwaService = {
  readonly clients: readonly LwaClient[];
  readonly tokens: TokenStore;
  /** Lifetime of access tokens, seconds. */
  readonly expiresInS: number;
  /**
   * What a refresh answers as `refresh_token`: the `same`, a new one while the old one dies (`rotate`), or nothing
   * (`omit`). The service's own rule is not documented.
   */
  readonly refreshAnswer: 'same' | 'rotate' | 'omit';
  /** Milliseconds on the clock of the token store. */
  readonly nowMs: () => number;
  /** Called when a code was exchanged: the device is tied to an account from now on. */
  readonly onRegistered: (device: Device) => void;
};

/** Scope of every consent that DRS accepts. */
export const DRS_SCOPE = 'dash:replenish';

const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** Answers a token request, with the token endpoint's own errors. */
export function answerTokenRequest({ params }: TokenForm, service: LwaService): Answer {
  const grantType = params.get('grant_type');
  if (!grantType) return missing('grant_type');
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    return lwaError(
      400,
      'unsupported_grant_type',
      'The authorization grant type is not supported by the authorization server',
    );
  }
  const clientId = params.get('client_id');
  if (!clientId) return missing('client_id');
  const client = service.clients.find((candidate) => candidate.clientId === clientId);
  if (client === undefined) return lwaError(401, 'invalid_client', 'Client authentication failed');
  if (client.clientSecret === null && params.has('client_secret')) return invalid('client_secret');
  if (client.clientSecret !== (params.get('client_secret') ?? null)) {
    return lwaError(401, 'invalid_client', 'Client authentication failed');
  }
  if (client.authorized === false) {
    return lwaError(400, 'unauthorized_client', 'Not authorized for requested operation');
  }
  if (params.has('scope') && params.get('scope') !== DRS_SCOPE) {
    return lwaError(400, 'invalid_scope', 'The request has an invalid parameter : scope');
  }
  return grantType === 'authorization_code'
    ? exchangeCode(params, client, service)
    : refresh(params, client, service);
}

function exchangeCode(params: TokenForm['params'], client: LwaClient, service: LwaService): Answer {
  const code = params.get('code');
  const redirectUri = params.get('redirect_uri');
  const verifier = params.get('code_verifier');
  if (!code) return missing('code');
  if (!redirectUri) return missing('redirect_uri');
  if (client.clientSecret === null && !verifier) return missing('code_verifier');
  if (verifier !== undefined && !VERIFIER.test(verifier)) return invalid('code_verifier');
  const grant = service.tokens.takeCode(code, service.nowMs());
  if (grant === null || grant.clientId !== client.clientId) return invalidGrant('code');
  if (grant.redirectUri !== redirectUri) return invalidGrant('redirect_uri');
  if (!verifierFits(grant, verifier)) return invalidGrant('code_verifier');
  service.onRegistered(grant.device);
  return tokens(grant.device, service, service.tokens.issueRefresh(grant));
}

function refresh(params: TokenForm['params'], client: LwaClient, service: LwaService): Answer {
  const refreshToken = params.get('refresh_token');
  if (!refreshToken) return missing('refresh_token');
  const grant = service.tokens.refreshGrant(refreshToken);
  if (grant === null || grant.clientId !== client.clientId) return invalidGrant('refresh_token');
  switch (service.refreshAnswer) {
    case 'same':
      return tokens(grant.device, service, refreshToken);
    case 'omit':
      return tokens(grant.device, service, null);
    case 'rotate':
      service.tokens.revoke(refreshToken);
      return tokens(grant.device, service, service.tokens.issueRefresh(grant));
  }
}

function verifierFits({ challenge }: CodeGrant, verifier: string | undefined): boolean {
  if (challenge === null) return verifier === undefined;
  if (verifier === undefined) return false;
  const hashed =
    challenge.method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  return hashed === challenge.value;
}

function tokens(device: Device, service: LwaService, refreshToken: string | null): Answer {
  const accessToken = service.tokens.issueAccess(device, service.nowMs() + service.expiresInS * 1000);
  return {
    status: 200,
    reason: 'OK',
    headers: {
      ...serviceHeaders(),
      'Content-Type': 'application/json;charset=UTF-8',
      'Cache-Control': 'no-store',
      Pragma: 'no-cache',
    },
    body: JSON.stringify({
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: service.expiresInS,
      ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
    }),
  };
}

function missing(parameter: string): Answer {
  return lwaError(400, 'invalid_request', `The request is missing a required parameter : ${parameter}`);
}

function invalid(parameter: string): Answer {
  return lwaError(400, 'invalid_request', `The request has an invalid parameter : ${parameter}`);
}

function invalidGrant(parameter: string): Answer {
  return lwaError(400, 'invalid_grant', `The request has an invalid grant parameter : ${parameter}`);
}
