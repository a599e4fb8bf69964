import { createHash } from 'node:crypto';
import type { RegistrationConfig } from '../../config/config.ts';

/** Scope of every consent that DRS accepts (docs/dash/lwa-web-api.html). */
const SCOPE = 'dash:replenish';

/** What one registration is bound to; made anew for each. */
export type Consent = {
  /** A secret that never leaves the device: 43 to 128 letters, digits, `-`, `.`, `_` or `~`. */
  readonly codeVerifier: string;
  /** Comes back with the code, and tells that it answers our question. */
  readonly state: string;
};

/** What may leave of a verifier: base64url of its SHA-256, without padding (RFC 7636, method S256). */
export function codeChallenge(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}

/**
 * The page on which the customer ties this device to an account (docs/login-with-amazon/authorization-code-grant.html).
 *
 * @param isPublic whether the client proves itself with PKCE, not with a secret.
 */
export function consentUrl(
  registration: RegistrationConfig,
  clientId: string,
  { codeVerifier, state }: Consent,
  isPublic: boolean,
): string {
  const { model, serial, test, nonLive, redirectUri } = registration;
  const device = { device_model: model, serial, is_test_device: test };
  // Must not be sent in production at all, not even as false (docs/dash/lwa-web-api.html).
  const scopeData = { [SCOPE]: nonLive ? { ...device, should_include_non_live: true } : device };
  const challenge = { code_challenge: codeChallenge(codeVerifier), code_challenge_method: 'S256' };
  const url = new URL(registration.consentUrl);
  url.search = new URLSearchParams({
    client_id: clientId,
    scope: SCOPE,
    scope_data: JSON.stringify(scopeData),
    response_type: 'code',
    redirect_uri: redirectUri,
    state,
    ...(isPublic ? challenge : {}),
  }).toString();
  return url.href;
}

export type ConsentAnswer =
  | { readonly ok: true; readonly code: string }
  /** Repeats nothing of what was given. */
  | { readonly ok: false; readonly message: string };

/** Codes of Amazon have some 20 characters; a page that somebody pasted has more. */
const CODE = /^[\w.~-]{4,512}$/;

/**
 * What the browser came back with: the whole address, or only the code in it. The bare code carries no `state`; what
 * binds it to this device is the verifier then, so a client with a secret has to give the address.
 */
export function readConsent(
  given: string,
  {
    redirectUri,
    state,
    isPublic,
  }: { readonly redirectUri: string; readonly state: string; readonly isPublic: boolean },
): ConsentAnswer {
  const text = given.trim();
  const refuse = (message: string): ConsentAnswer => ({ ok: false, message });
  if (CODE.test(text) && isPublic) return { ok: true, code: text };
  if (!URL.canParse(text) || text.length > 8192) {
    return refuse('This is not the address that the browser came back to: paste the whole of it.');
  }
  const url = new URL(text);
  const expected = new URL(redirectUri);
  if (url.origin !== expected.origin || url.pathname !== expected.pathname) {
    return refuse(`The browser comes back to ${redirectUri}: paste the address from there.`);
  }
  const error = url.searchParams.get('error');
  if (error !== null) {
    return refuse(
      error === 'access_denied'
        ? 'The customer did not agree. Nothing was registered.'
        : 'Amazon refused: check clientId and redirectUri against the console, and the model of the device.',
    );
  }
  if (url.searchParams.get('state') !== state) {
    return refuse('The address answers another registration (its state is not ours): begin again.');
  }
  const code = url.searchParams.get('code') ?? '';
  return CODE.test(code) ? { ok: true, code } : refuse('The address holds no code: paste the whole of it.');
}
