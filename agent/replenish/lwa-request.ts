import type { DrsRequest } from './request.ts';

/** Who asks Login with Amazon. A device without a secret is a public client, which proves itself with PKCE. */
export type LwaClientId = { readonly clientId: string; readonly clientSecret: string | null };

/** What the customer's consent came back with. */
export type CodeGrant = {
  readonly code: string;
  /** To the letter as in the consent. */
  readonly redirectUri: string;
  readonly codeVerifier: string;
};

/**
 * Another access token for a refresh token (docs/login-with-amazon/refresh-token.html). A public client sends no secret,
 * and nobody a `redirect_uri`: Amazon's own samples have none.
 *
 * @param path of the token endpoint.
 */
export function refreshRequest(path: string, client: LwaClientId, refreshToken: string): DrsRequest {
  return formRequest(path, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...credentials(client),
  });
}

/**
 * The first tokens for an authorization code. A public client adds its verifier, one with a secret the secret
 * (docs/dash/lwa-mobile-sdk.html, docs/dash/lwa-web-api.html).
 */
export function exchangeRequest(path: string, client: LwaClientId, grant: CodeGrant): DrsRequest {
  return formRequest(path, {
    grant_type: 'authorization_code',
    code: grant.code,
    redirect_uri: grant.redirectUri,
    ...credentials(client),
    ...(client.clientSecret === null ? { code_verifier: grant.codeVerifier } : {}),
  });
}

function credentials({ clientId, clientSecret }: LwaClientId): Readonly<Record<string, string>> {
  return { client_id: clientId, ...(clientSecret === null ? {} : { client_secret: clientSecret }) };
}

function formRequest(path: string, parameters: Readonly<Record<string, string>>): DrsRequest {
  return {
    method: 'POST',
    path,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    body: new URLSearchParams(parameters).toString(),
  };
}
