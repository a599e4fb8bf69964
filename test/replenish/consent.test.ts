import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ConsentAnswer, codeChallenge, consentUrl, readConsent } from '../../agent/replenish/consent.ts';
import { keepPending, takePending } from '../../agent/replenish/pending-registration.ts';

const REGISTRATION = {
  model: 'M1',
  serial: 'SN+1',
  redirectUri: 'https://maker.example/back',
  consentUrl: 'https://www.amazon.co.uk/ap/oa',
  test: true,
  nonLive: true,
};
const CONSENT = { codeVerifier: 'v'.repeat(43), state: 'our-state-of-16-letters' };

it('the challenge is that of the example in RFC 7636', () => {
  expect(codeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  );
});

it('the page of a test device says so, and one of a client with a secret has no challenge', () => {
  const url = new URL(consentUrl(REGISTRATION, 'amzn1.x', CONSENT, false));
  expect(url.host).toBe('www.amazon.co.uk');
  expect([...url.searchParams.keys()]).not.toContain('code_challenge');
  expect(JSON.parse(url.searchParams.get('scope_data') ?? '')).toEqual({
    'dash:replenish': {
      device_model: 'M1',
      serial: 'SN+1',
      is_test_device: true,
      should_include_non_live: true,
    },
  });
  expect(consentUrl(REGISTRATION, 'amzn1.x', CONSENT, true)).not.toContain(CONSENT.codeVerifier);
});

describe('what the browser came back with', () => {
  const read = (given: string, isPublic = true): ConsentAnswer =>
    readConsent(given, { redirectUri: REGISTRATION.redirectUri, state: CONSENT.state, isPublic });
  const back = (query: string): string => `${REGISTRATION.redirectUri}?${query}`;

  it.each([
    ['the whole address', ` ${back(`code=ANdNAV&scope=dash:replenish&state=${CONSENT.state}`)}\n`],
    ['the bare code', ' ANdNAV '],
  ])('is %s', (_name, given) => {
    expect(read(given)).toEqual({ ok: true, code: 'ANdNAV' });
  });

  it.each([
    ['another state', back('code=ANdNAV&state=x'), /another registration/],
    ['no state', back('code=ANdNAV'), /another registration/],
    ['another page', `https://elsewhere.example/?code=ANdNAV&state=${CONSENT.state}`, /comes back to/],
    ['a refusal', back('error=access_denied'), /did not agree/],
    ['another error', back('error=invalid_scope'), /check clientId/],
    ['no code', back(`state=${CONSENT.state}`), /holds no code/],
    ['nothing', '', /paste the whole/],
    ['nonsense', 'what? ANdNAV', /paste the whole/],
    ['far too much', back(`code=ANdNAV&x=${'x'.repeat(9_000)}`), /paste the whole/],
  ])('with %s is refused, and not repeated', (_name, given, sentence) => {
    const answer = read(given);
    expect(answer.ok ? '' : answer.message).toMatch(sentence);
    expect(JSON.stringify(answer)).not.toContain('ANdNAV');
  });

  it('needs its state where no verifier binds the code', () => {
    expect(read('ANdNAV', false).ok).toBe(false);
  });
});

describe('between two steps', () => {
  const now = { bootId: 'b', monotonicMs: 1_000, wallMs: 0, wallTrusted: false };
  const setUp = (): string => {
    const stateDir = mkdtempSync(join(tmpdir(), 'pending-'));
    onTestFinished(() => rmSync(stateDir, { recursive: true }));
    keepPending(stateDir, CONSENT, now);
    return stateDir;
  };

  it('a registration is kept, and taken once', () => {
    const stateDir = setUp();
    expect(takePending(stateDir, { ...now, monotonicMs: 3_601_000 })).toEqual(CONSENT);
    expect(readdirSync(stateDir)).toEqual([]);
    expect(takePending(stateDir, now)).toBeNull();
  });

  it.each([
    ['more than an hour', { ...now, monotonicMs: 3_602_000 }],
    ['a reboot that nobody can tell the length of', { ...now, bootId: 'c', monotonicMs: 1_000 }],
  ])('it ends after %s', (_name, later) => {
    expect(takePending(setUp(), later)).toBeNull();
  });

  it.each(['', '{', '{"codeVerifier":"short","state":"x"}'])('it is none when damaged: %j', (content) => {
    const stateDir = setUp();
    writeFileSync(join(stateDir, 'registration.json'), content);
    expect(takePending(stateDir, now)).toBeNull();
  });
});
