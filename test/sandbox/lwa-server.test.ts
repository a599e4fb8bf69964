import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { CLOUD_CLIENT, DEVICE_CLIENT, type SandboxOptions } from './sandbox-options.ts';
import { drsRequest, type Incoming, send } from './send.ts';

const REDIRECT_URI = 'https://example.net/back?x=1';
const VERIFIER = randomBytes(40).toString('base64url');
const S256 = {
  value: createHash('sha256').update(VERIFIER).digest('base64url'),
  method: 'S256',
} as const;
const CLOUD = { client_id: CLOUD_CLIENT.clientId, client_secret: CLOUD_CLIENT.clientSecret };
const DEVICE = { client_id: DEVICE_CLIENT.clientId };

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

async function restart(options: Partial<SandboxOptions>): Promise<void> {
  await sandbox.close();
  sandbox = await startSandbox(options);
}

type Params = Readonly<Record<string, string>>;
type Tokens = { readonly access_token: string; readonly refresh_token?: string };

function post(body: string, contentType = 'application/x-www-form-urlencoded'): Promise<Incoming> {
  const headers = [['Content-Type', contentType]] as const;
  return send(sandbox.url, { method: 'POST', path: '/auth/o2/token', headers, body });
}

function ask(params: Params): Promise<Incoming> {
  return post(new URLSearchParams(params).toString());
}

function refresh(refreshToken: string, client: Params = CLOUD): Promise<Incoming> {
  return ask({ grant_type: 'refresh_token', refresh_token: refreshToken, ...client });
}

function exchange(code: string, more: Params = CLOUD): Promise<Incoming> {
  return ask({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, ...more });
}

function issueDeviceCode(challenge: { value: string; method: 'S256' | 'plain' } = S256): string {
  return sandbox.issueCode({ redirectUri: REDIRECT_URI, clientId: DEVICE_CLIENT.clientId, challenge });
}

function expectError(answer: Incoming, status: number, error: string, description: string): void {
  expect([answer.status, answer.json]).toEqual([status, { error, error_description: description }]);
}

async function works(accessToken: string): Promise<boolean> {
  return (await send(sandbox.url, drsRequest('deviceStatus', '/deviceStatus', accessToken))).status === 200;
}

describe('the code grant', () => {
  test('gives a client with a secret both tokens, as documented', async () => {
    const answer = await exchange(sandbox.issueCode({ redirectUri: REDIRECT_URI }));
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json;charset=UTF-8',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    });
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^Atza\|[\w-]{345}$/),
      refresh_token: expect.stringMatching(/^Atzr\|[\w-]{345}$/),
      token_type: 'bearer',
      expires_in: 3600,
    });
    const { access_token, refresh_token = '' } = answer.json as Tokens;
    expect(await works(access_token)).toBe(true);
    expect((await refresh(refresh_token)).status).toBe(200);
    expect(sandbox.violations).toEqual([]);
  });

  test.each([
    ['S256', S256],
    ['plain', { value: VERIFIER, method: 'plain' } as const],
  ])('gives a client without one both tokens for its verifier, method %s', async (_, challenge) => {
    const answer = await exchange(issueDeviceCode(challenge), { ...DEVICE, code_verifier: VERIFIER });
    expect(answer.status).toBe(200);
    expect((await refresh((answer.json as Tokens).refresh_token ?? '', DEVICE)).status).toBe(200);
  });

  test('takes a code once, for five minutes, from its own client, with its own redirect', async () => {
    const bad = 'The request has an invalid grant parameter : ';
    const code = sandbox.issueCode({ redirectUri: REDIRECT_URI });
    expect((await exchange(code)).status).toBe(200);
    expectError(await exchange(code), 400, 'invalid_grant', `${bad}code`);
    const expired = sandbox.issueCode({ redirectUri: REDIRECT_URI, expiresInS: 0 });
    expectError(await exchange(expired), 400, 'invalid_grant', `${bad}code`);
    expectError(await exchange(issueDeviceCode()), 400, 'invalid_grant', `${bad}code`);
    const other = sandbox.issueCode({ redirectUri: 'https://example.net/other' });
    expectError(await exchange(other), 400, 'invalid_grant', `${bad}redirect_uri`);
  });

  test('refuses a verifier that does not fit, is too short, or is missing', async () => {
    const wrong = VERIFIER.replaceAll(/./g, 'x');
    expectError(
      await exchange(issueDeviceCode(), { ...DEVICE, code_verifier: wrong }),
      400,
      'invalid_grant',
      'The request has an invalid grant parameter : code_verifier',
    );
    expectError(
      await exchange(issueDeviceCode(), { ...DEVICE, code_verifier: 'short' }),
      400,
      'invalid_request',
      'The request has an invalid parameter : code_verifier',
    );
    expectError(
      await exchange(issueDeviceCode(), DEVICE),
      400,
      'invalid_request',
      'The request is missing a required parameter : code_verifier',
    );
  });

  test('dies with the registration', async () => {
    const code = sandbox.issueCode({ redirectUri: REDIRECT_URI });
    sandbox.deregister();
    expect((await exchange(code)).json).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('the refresh grant', () => {
  test('gives the same refresh token unless told otherwise, and both stay good', async () => {
    const refreshToken = sandbox.issueRefreshToken();
    const first = (await refresh(refreshToken)).json as Tokens;
    const second = (await refresh(refreshToken)).json as Tokens;
    expect([first.refresh_token, second.refresh_token]).toEqual([refreshToken, refreshToken]);
    expect(await works(first.access_token)).toBe(true);
    expect(await works(second.access_token)).toBe(true);
  });

  test('rotates when asked for: the old refresh token dies', async () => {
    await restart({ refreshAnswer: 'rotate' });
    const old = sandbox.issueRefreshToken();
    const { refresh_token: next = '' } = (await refresh(old)).json as Tokens;
    expect(next).not.toBe(old);
    expect((await refresh(old)).json).toMatchObject({ error: 'invalid_grant' });
    expect((await refresh(next)).status).toBe(200);
  });

  test('sends no refresh token when asked for', async () => {
    await restart({ refreshAnswer: 'omit' });
    expect((await refresh(sandbox.issueRefreshToken())).json).not.toHaveProperty('refresh_token');
  });

  test('honours the lifetime and the length of tokens', async () => {
    await restart({ expiresInS: 0, tokenBytes: 2048 });
    const answer = (await refresh(sandbox.issueRefreshToken())).json as Tokens;
    expect(answer).toMatchObject({ expires_in: 0 });
    expect(answer.access_token).toHaveLength(2048);
    expect(await works(answer.access_token)).toBe(false);
  });

  test('is refused after deregistration, for good', async () => {
    const refreshToken = sandbox.issueRefreshToken();
    const token = sandbox.issueToken();
    expect((await send(sandbox.url, drsRequest('deregister', '/registration', token))).status).toBe(200);
    const answer = await refresh(refreshToken);
    expectError(answer, 400, 'invalid_grant', 'The request has an invalid grant parameter : refresh_token');
    expect(answer.headers['x-amzn-errortype']).toBe(
      'OA2InvalidGrantException:http://internal.amazon.com/coral/com.amazon.panda/',
    );
    expect(await works(token)).toBe(false);
  });

  test('is refused for the refresh token of another client', async () => {
    const foreign = sandbox.issueRefreshToken({ clientId: DEVICE_CLIENT.clientId });
    expect((await refresh(foreign)).json).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('a token request is refused', () => {
  const good = { grant_type: 'refresh_token', refresh_token: 'x', ...CLOUD };
  const without = (name: string): Params =>
    Object.fromEntries(Object.entries(good).filter(([other]) => other !== name));

  test.each(['grant_type', 'client_id', 'refresh_token'])('without %s', async (name) => {
    expectError(
      await ask(without(name)),
      400,
      'invalid_request',
      `The request is missing a required parameter : ${name}`,
    );
  });

  test.each(['code', 'redirect_uri'])('without %s', async (name) => {
    const params = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'y', ...CLOUD };
    const rest = Object.fromEntries(Object.entries(params).filter(([other]) => other !== name));
    expectError(
      await ask(rest),
      400,
      'invalid_request',
      `The request is missing a required parameter : ${name}`,
    );
  });

  test('for another grant', async () => {
    expectError(
      await ask({ ...good, grant_type: 'password' }),
      400,
      'unsupported_grant_type',
      'The authorization grant type is not supported by the authorization server',
    );
  });

  test.each([
    ['with a wrong secret', { ...good, client_secret: 'no' }],
    ['without the secret', without('client_secret')],
    ['from an unknown client', { ...good, client_id: 'no' }],
  ])('%s', async (_, params) => {
    expectError(await ask(params), 401, 'invalid_client', 'Client authentication failed');
  });

  test('with a secret from a client that has none', async () => {
    expectError(
      await ask({ ...good, ...DEVICE }),
      400,
      'invalid_request',
      'The request has an invalid parameter : client_secret',
    );
  });

  test('for another scope', async () => {
    expectError(
      await ask({ ...good, scope: 'profile' }),
      400,
      'invalid_scope',
      'The request has an invalid parameter : scope',
    );
  });

  test('from a client that may not use the service', async () => {
    await restart({ clients: [{ ...CLOUD_CLIENT, authorized: false }] });
    expectError(await ask(good), 400, 'unauthorized_client', 'Not authorized for requested operation');
  });

  test('on demand, with an error of the service itself', async () => {
    sandbox.fault({ kind: 'status', call: 'token', status: 503, message: 'busy', retryAfterS: 2 });
    const answer = await ask(good);
    expectError(answer, 503, 'ServerError', 'busy');
    expect(answer.headers['retry-after']).toBe('2');
    sandbox.fault({ kind: 'invalid-token', call: 'token' });
    expect((await refresh(sandbox.issueRefreshToken())).json).toMatchObject({ error: 'invalid_grant' });
  });

  const encoded = new URLSearchParams(good).toString();
  test.each([
    ['as JSON', JSON.stringify(good), 'application/json', /Content-Type must be/],
    ['with a raw | in a value', `${encoded}&code=a|b`, undefined, /value of code is not percent-encoded/],
    ['with a broken escape', `${encoded}&code=%zz`, undefined, /value of code is not percent-encoded/],
    ['with a parameter twice', `${encoded}&grant_type=x`, undefined, /grant_type was sent twice/],
    ['with an unknown parameter', `${encoded}&redirect_url=x`, undefined, /"redirect_url"/],
    ['with an empty body', '', undefined, /parameter without a name/],
  ])('%s, and recorded as a violation', async (_, body, contentType, message) => {
    const answer = await post(body, contentType);
    expect([answer.status, answer.json]).toEqual([
      400,
      { error: 'invalid_request', error_description: expect.stringMatching(message) },
    ]);
    expect(sandbox.violations.join()).toMatch(message);
  });

  test.each([
    ['GET', '/auth/o2/token'],
    ['POST', '/auth/O2/token'],
    ['POST', '/auth/o2/token?x=1'],
  ])('as %s %s', async (method, path) => {
    const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as const;
    const answer = await send(sandbox.url, { method, path, headers, body: encoded });
    expect(answer.json).toMatchObject({ error: 'invalid_request' });
    expect(sandbox.violations).toHaveLength(1);
  });
});

test('a code for a client without a secret needs a challenge', () => {
  expect(() => sandbox.issueCode({ redirectUri: 'x', clientId: DEVICE_CLIENT.clientId })).toThrow(
    'challenge',
  );
  expect(() => sandbox.issueCode({ redirectUri: 'x', clientId: 'nobody' })).toThrow('no client nobody');
});
