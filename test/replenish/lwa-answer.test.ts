import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../agent/replenish/classify.ts';
import { classifyTokenAnswer, type LwaAnswer, parseRefreshToken } from '../../agent/replenish/lwa-answer.ts';
import { exchangeRequest, refreshRequest } from '../../agent/replenish/lwa-request.ts';

function answer(status: number, body: unknown, retryAfter: string | null = null): LwaAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { requestId: null, errorType: null, retryAfter, date: null };
  return classifyTokenAnswer({ kind: 'answer', status, headers, body: text }, 0);
}

const GOOD = { access_token: 'Atza|1', token_type: 'bearer', expires_in: 3600, refresh_token: 'Atzr|1' };

describe('an answer with tokens', () => {
  it('is read, and what is not known in it ignored', () => {
    expect(answer(200, { ...GOOD, scope: 'x', more: [1] })).toEqual({
      kind: 'granted',
      accessToken: { text: 'Atza|1', fingerprint: expect.any(String) },
      lifeMs: 3_600_000,
      refreshToken: 'Atzr|1',
    });
  });

  it.each([
    ['a numeric string', { expires_in: '3573' }, 3_573_000],
    ['nothing', { expires_in: undefined }, 3_600_000],
    ['nonsense', { expires_in: 'soon' }, 3_600_000],
    ['a unit mistake', { expires_in: 1e12 }, 3_600_000],
  ])('lives as long as it says, or the usual hour: %s', (_name, change, lifeMs) => {
    expect(answer(200, { ...GOOD, ...change })).toMatchObject({ kind: 'granted', lifeMs });
  });

  it('lives the usual hour when its end is no number that a clock could reach', () => {
    for (const lifetime of ['1e999', '-1e999'])
      expect(answer(200, `{"access_token":"Atza|1","expires_in":${lifetime}}`)).toMatchObject({
        kind: 'granted',
        lifeMs: 3_600_000,
      });
  });

  it.each([undefined, null, '', 7, 'two words'])('keeps the old refresh token for %j', (token) => {
    expect(answer(200, { ...GOOD, refresh_token: token })).toMatchObject({
      kind: 'granted',
      refreshToken: null,
    });
  });

  it.each(['Bearer', 'BEARER', undefined, null])('may name the type bearer as %j', (type) => {
    expect(answer(200, { ...GOOD, token_type: type }).kind).toBe('granted');
  });

  it.each([
    ['another type', { token_type: 'mac' }],
    ['a type that is no text', { token_type: 7 }],
    ['no access token', { access_token: undefined }],
    ['an access token that no header can hold', { access_token: 'Atza|\r\nX: 1' }],
    ['an access token that is over', { expires_in: 0 }],
  ])('with %s is of no use, and its refresh token is kept all the same', (_name, change) => {
    expect(answer(200, { ...GOOD, ...change })).toMatchObject({ kind: 'failed', refreshToken: 'Atzr|1' });
  });

  it('that is longer than any of Amazon is not read', () => {
    expect(answer(200, { ...GOOD, padding: 'x'.repeat(16 * 1024) })).toMatchObject({
      kind: 'failed',
      refreshToken: null,
    });
  });
});

describe('an answer without tokens', () => {
  it.each([
    [400, 'invalid_grant', 'invalid-grant'],
    [401, 'invalid_client', 'misconfigured'],
    [400, 'unauthorized_client', 'misconfigured'],
    [400, 'unsupported_grant_type', 'misconfigured'],
    [400, 'invalid_scope', 'misconfigured'],
    [400, 'invalid_request', 'misconfigured'],
    [400, 'something_new', 'failed'],
    [429, 'invalid_grant', 'failed'],
    [500, 'ServerError', 'failed'],
    [503, 'invalid_grant', 'failed'],
    [404, undefined, 'failed'],
  ])('%i %s means %s', (status, error, kind) => {
    const meaning = answer(status, { error, error_description: 'Atzr|planted', request_id: 'r-1' });
    expect(meaning.kind).toBe(kind);
    expect(JSON.stringify(meaning)).toContain(String(status));
    expect(JSON.stringify(meaning)).not.toContain('planted');
  });

  it('honours Retry-After', () => {
    expect(answer(503, '', '30')).toMatchObject({ kind: 'failed', retryAfterMs: 30_000 });
  });

  it.each([
    [200, '<html>Welcome to the hotel</html>'],
    [511, '\n<!doctype html>'],
    [302, ''],
  ])('that is a web page (%i) names the network and the url', (status, body) => {
    const page = answer(status, body);
    expect(page.kind).toBe('failed');
    expect(page.kind === 'failed' && page.message).toMatch(/web page.*network.*replenish\.token\.url/);
  });

  it('passes on why there was none', () => {
    const exchange: Exchange = { kind: 'not-sent', message: 'nothing listens' };
    expect(classifyTokenAnswer(exchange, 0)).toMatchObject({ kind: 'failed', message: 'nothing listens' });
  });

  it('whatever it holds, is never an error of the program and never a token that is none', () => {
    const value = fc.oneof(fc.jsonValue(), fc.string());
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.dictionary(fc.constantFrom('access_token', 'token_type', 'expires_in', 'error', 'x'), value),
    );
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), body, (status, content) => {
        const meaning = answer(status, content);
        if (meaning.kind === 'granted') expect(meaning.lifeMs).toBeGreaterThan(0);
      }),
    );
  });
});

describe('a token request', () => {
  const publicClient = { clientId: 'amzn1.x', clientSecret: null };

  it('of a public client is form-encoded to the letter, without secret and redirect', () => {
    expect(refreshRequest('/auth/o2/token', publicClient, 'Atzr|a+b/c=')).toEqual({
      method: 'POST',
      path: '/auth/o2/token',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      body: 'grant_type=refresh_token&refresh_token=Atzr%7Ca%2Bb%2Fc%3D&client_id=amzn1.x',
    });
  });

  it('of a client with a secret bears the secret', () => {
    const { body } = refreshRequest('/t', { clientId: 'x', clientSecret: 's&s' }, 'r');
    expect(body).toBe('grant_type=refresh_token&refresh_token=r&client_id=x&client_secret=s%26s');
  });

  it('for a code bears the verifier, or else the secret', () => {
    const grant = { code: 'c', redirectUri: 'https://x/y', codeVerifier: 'v' };
    expect(exchangeRequest('/t', publicClient, grant).body).toBe(
      'grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fx%2Fy&client_id=amzn1.x&code_verifier=v',
    );
    expect(exchangeRequest('/t', { ...publicClient, clientSecret: 's' }, grant).body).toBe(
      'grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fx%2Fy&client_id=amzn1.x&client_secret=s',
    );
  });
});

it('a refresh token is bounded, visible ASCII', () => {
  expect(parseRefreshToken('x'.repeat(2048))).not.toBeNull();
  for (const text of ['', 'x'.repeat(2049), 'a b', 'a\nb', 'ä']) expect(parseRefreshToken(text)).toBeNull();
});
