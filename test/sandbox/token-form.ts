import { headerValues, type RawRequest } from './raw-request.ts';

/** The parameters of a token request, and what deviates from the letter, one sentence each. */
export type TokenForm = {
  readonly params: ReadonlyMap<string, string>;
  readonly violations: readonly string[];
};

export const TOKEN_PATH = '/auth/o2/token';

const KNOWN = new Set([
  'grant_type',
  'code',
  'redirect_uri',
  'client_id',
  'client_secret',
  'code_verifier',
  'refresh_token',
  'scope',
]);
const CONTENT_TYPE = /^application\/x-www-form-urlencoded(;\s*charset=utf-8)?$/i;
/** What may stand in a form without an escape; a token's `|` may not. */
const ENCODED = /^(?:[A-Za-z0-9*._~!'()+-]|%[0-9A-Fa-f]{2})*$/;

/** Reads a form-encoded token request. */
export function readTokenForm(request: RawRequest): TokenForm {
  const violations: string[] = [];
  if (request.url !== TOKEN_PATH) violations.push(`the path must be ${TOKEN_PATH}, found ${request.url}`);
  if (request.method !== 'POST') violations.push(`the method must be POST, found ${request.method}`);
  const contentTypes = headerValues(request, 'content-type');
  if (contentTypes.length !== 1 || !CONTENT_TYPE.test(contentTypes[0] ?? '')) {
    violations.push(
      `the Content-Type must be application/x-www-form-urlencoded, found "${contentTypes.join()}"`,
    );
  }
  const params = new Map<string, string>();
  for (const pair of request.body.toString('latin1').split('&')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
    if (name === '') violations.push('the form has a parameter without a name');
    else if (!KNOWN.has(name))
      violations.push(`the form has a parameter "${name}" that the service does not know`);
    if (params.has(name)) violations.push(`the parameter ${name} was sent twice`);
    if (!ENCODED.test(value)) violations.push(`the value of ${name} is not percent-encoded`);
    params.set(name, decode(value));
  }
  return { params, violations };
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
