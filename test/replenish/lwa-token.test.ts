import { describe, expect, it } from 'vitest';
import { parseAccessToken } from '../../agent/replenish/access-token.ts';
import type { LwaAnswer } from '../../agent/replenish/lwa-answer.ts';
import { LwaToken } from '../../agent/replenish/lwa-token.ts';
import type { RefreshTokenReading } from '../../agent/replenish/refresh-token-file.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const HOUR_MS = 3_600_000;

/** A refresh token's file and Amazon, both in the test's hand. */
function setUp(content: string | null = 'Atzr|0') {
  const timing = new VirtualTiming();
  const file = { content, isFull: false, stamp: 's0', writes: 0 };
  const asked: { refreshToken: string; atMs: number; answer(answer: LwaAnswer): Promise<void> }[] = [];
  const state = { changes: 0 };
  let onEvent: () => void = () => undefined;
  const read = (): RefreshTokenReading =>
    file.content === null
      ? { token: null, error: 'the file is not there' }
      : { token: file.content, provisioned: file.content };
  const tokens = new LwaToken({
    client: {
      refresh: (refreshToken) =>
        new Promise((resolve) => {
          asked.push({
            refreshToken,
            atMs: timing.nowMs(),
            answer: async (answer) => {
              resolve(answer);
              await new Promise((done) => setImmediate(done));
            },
          });
        }),
    },
    keeper: {
      read,
      replace: (provisioned, token) => {
        if (file.isFull) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        if (file.content !== provisioned) return;
        file.content = token;
        file.writes += 1;
      },
    },
    watch: (listener) => {
      onEvent = listener;
      return { rearm: () => undefined, close: () => undefined };
    },
    secretStamp: () => file.stamp,
    timing,
    random: () => 0.5,
    retry: { firstMs: 2_000, maxMs: 900_000 },
    onChange: () => state.changes++,
  });
  const last = () => {
    const request = asked.at(-1);
    if (request === undefined) throw new Error('nothing was asked for');
    return request;
  };
  const provision = (token: string | null): void => {
    file.content = token;
    onEvent();
  };
  return { timing, file, asked, state, tokens, last, provision, touch: () => onEvent() };
}

function granted(name: string, more: Partial<Extract<LwaAnswer, { kind: 'granted' }>> = {}): LwaAnswer {
  const accessToken = parseAccessToken(`Atza|${name}`);
  if (accessToken === null) throw new Error('no token');
  return { kind: 'granted', accessToken, lifeMs: HOUR_MS, refreshToken: null, ...more };
}

const FAILED: LwaAnswer = { kind: 'failed', message: 'no', retryAfterMs: null, refreshToken: null };
const INVALID_GRANT: LwaAnswer = { kind: 'invalid-grant', message: '400 invalid_grant.' };
const MISCONFIGURED: LwaAnswer = { kind: 'misconfigured', message: '401 invalid_client.' };

describe('an access token of Login with Amazon', () => {
  it('is asked for once at the start, and valid for as long as its answer says from the question on', async () => {
    const { timing, tokens, asked, last } = setUp();
    tokens.start();
    timing.advance(5_000);
    await last().answer(granted('1'));
    expect(asked.map(({ refreshToken }) => refreshToken)).toEqual(['Atzr|0']);
    expect(tokens.current()?.text).toBe('Atza|1');
    expect(tokens.status()).toEqual({ state: 'valid', expiresAtMs: 1_000 + HOUR_MS, error: null });
  });

  it.each([
    ['an hour', HOUR_MS, 60_000, 300_000],
    ['ten minutes', 600_000, 60_000, 120_000],
    ['50 seconds', 50_000, 10_000, 10_000],
  ])('of %s is replaced before its end by a margin that fits', async (_name, lifeMs, leastMs, mostMs) => {
    const { timing, tokens, asked, last } = setUp();
    tokens.start();
    await last().answer(granted('1', { lifeMs }));
    timing.advance(lifeMs - mostMs - 1);
    expect(asked).toHaveLength(1);
    timing.advance(mostMs - leastMs + 1);
    expect(asked).toHaveLength(2);
    expect(tokens.current()?.text).toBe('Atza|1');
    await last().answer(granted('2', { lifeMs }));
    expect(tokens.current()?.text).toBe('Atza|2');
    expect(timing.pending).toBe(1);
  });

  it('of next to no life is not asked for in a loop', async () => {
    const { timing, tokens, asked, last } = setUp();
    tokens.start();
    for (let step = 0; step < 600; step += 1) {
      await last().answer(granted(`${step}`, { lifeMs: 1 }));
      timing.advance(100);
    }
    expect(asked.length).toBeLessThanOrEqual(13);
  });

  it('that has expired is not handed out', async () => {
    const { timing, tokens, last } = setUp();
    tokens.start();
    await last().answer(granted('1'));
    timing.advance(HOUR_MS);
    expect(tokens.current()).toBeNull();
    expect(tokens.status().state).toBe('expired');
  });
});

describe('a failure that passes', () => {
  it('is followed by ever longer waits, and honours Retry-After', async () => {
    const { timing, tokens, asked, last } = setUp();
    tokens.start();
    for (let count = 0; count < 14; count += 1) {
      await last().answer(FAILED);
      expect(timing.pending).toBe(1);
      timing.advance(timing.nextInMs ?? 0);
    }
    const waits = asked.slice(1).map(({ atMs }, index) => atMs - (asked[index]?.atMs ?? 0));
    expect(waits.slice(0, 4)).toEqual([1_500, 3_000, 6_000, 12_000]);
    expect(waits.at(-1)).toBe(675_000);
    await last().answer({ ...FAILED, kind: 'failed', retryAfterMs: 2 * HOUR_MS });
    expect(timing.nextInMs).toBe(2 * HOUR_MS);
  });

  it('leaves the token at hand in use, says why, and is forgotten with the next one', async () => {
    const { timing, tokens, last } = setUp();
    tokens.start();
    await last().answer(granted('1'));
    timing.advance(HOUR_MS - 60_000);
    await last().answer(FAILED);
    expect(tokens.current()?.text).toBe('Atza|1');
    expect(tokens.status()).toMatchObject({ state: 'valid', error: 'no' });
    timing.advance(2_000);
    await last().answer(granted('2'));
    expect(tokens.status()).toMatchObject({ state: 'valid', error: null });
  });
});

describe('a refresh token that Amazon replaces', () => {
  it('is durable before the access token that came with it is seen, and is the next to be used', async () => {
    const { timing, tokens, file, last } = setUp();
    tokens.start();
    await last().answer(granted('1', { refreshToken: 'Atzr|1' }));
    expect([file.content, tokens.current()?.text]).toEqual(['Atzr|1', 'Atza|1']);
    timing.advance(HOUR_MS);
    expect(last().refreshToken).toBe('Atzr|1');
  });

  it('is no news when its own file event comes', async () => {
    const { timing, tokens, asked, last, touch } = setUp();
    tokens.start();
    await last().answer(granted('1', { refreshToken: 'Atzr|1' }));
    touch();
    timing.advance(60_000);
    expect(asked).toHaveLength(1);
  });

  it('costs no write when it is the same', async () => {
    const { tokens, file, last } = setUp();
    tokens.start();
    await last().answer(granted('1', { refreshToken: 'Atzr|0' }));
    expect(file.writes).toBe(0);
    expect(tokens.current()?.text).toBe('Atza|1');
  });

  it('that no disk takes holds the access token back until one does, and nothing is asked meanwhile', async () => {
    const { timing, tokens, file, asked, last } = setUp();
    file.isFull = true;
    tokens.start();
    await last().answer(granted('1', { refreshToken: 'Atzr|1' }));
    timing.advance(60_000);
    expect(tokens.current()).toBeNull();
    expect(tokens.status().error).toMatch(/could not be written \(ENOSPC\)/);
    file.isFull = false;
    timing.advance(60_000);
    expect([file.content, tokens.current()?.text]).toEqual(['Atzr|1', 'Atza|1']);
    expect(asked).toHaveLength(1);
  });

  it('is kept even when the rest of its answer is of no use', async () => {
    const { timing, tokens, file, last } = setUp();
    tokens.start();
    await last().answer({ ...FAILED, kind: 'failed', refreshToken: 'Atzr|1' });
    expect(file.content).toBe('Atzr|1');
    timing.advance(2_000);
    expect(last().refreshToken).toBe('Atzr|1');
  });

  it('is kept when the answer comes after the stop', async () => {
    const { tokens, file, timing, last, state } = setUp();
    tokens.start();
    tokens.stop();
    const isFinished = tokens.finished();
    await last().answer(granted('1', { refreshToken: 'Atzr|1' }));
    await isFinished;
    expect(file.content).toBe('Atzr|1');
    expect([timing.pending, state.changes]).toEqual([0, 0]);
  });

  it('does not displace one that was provisioned while the request was out', async () => {
    const { timing, tokens, file, last, provision } = setUp();
    tokens.start();
    const late = last();
    provision('Atzr|new');
    await late.answer(granted('1', { refreshToken: 'Atzr|1' }));
    expect(file.content).toBe('Atzr|new');
    expect(tokens.current()).toBeNull();
    timing.advance(1_000);
    expect(last().refreshToken).toBe('Atzr|new');
  });
});

describe('a refresh token that is accepted no more', () => {
  it('is never used again, is said to be revoked, and a new one is taken up when it appears', async () => {
    const { timing, tokens, asked, last, provision, touch } = setUp();
    tokens.start();
    await last().answer(INVALID_GRANT);
    for (let look = 0; look < 1_000; look += 1) timing.advance(30_000);
    touch();
    tokens.refresh('whatever');
    expect(asked).toHaveLength(1);
    expect(tokens.status()).toMatchObject({
      state: 'revoked',
      error: expect.stringContaining('register this device again'),
    });
    provision('Atzr|1');
    timing.advance(1_000);
    expect(last().refreshToken).toBe('Atzr|1');
    await last().answer(granted('1'));
    expect(tokens.status()).toMatchObject({ state: 'valid', error: null });
  });

  it('is noticed to be replaced within half a minute when no event tells of it', async () => {
    const { timing, tokens, file, asked, last } = setUp();
    tokens.start();
    await last().answer(INVALID_GRANT);
    file.content = 'Atzr|1';
    timing.advance(31_000);
    expect(asked).toHaveLength(2);
  });
});

describe('a client that is refused', () => {
  it('is asked for again when its secret changes, and once an hour for what is mended at Amazon', async () => {
    const { timing, tokens, file, asked, last } = setUp();
    tokens.start();
    await last().answer(MISCONFIGURED);
    expect(tokens.status()).toMatchObject({ state: 'misconfigured', error: '401 invalid_client.' });
    timing.advance(HOUR_MS - 60_000);
    expect(asked).toHaveLength(1);
    timing.advance(120_000);
    expect(asked).toHaveLength(2);
    await last().answer(MISCONFIGURED);
    file.stamp = 's1';
    timing.advance(31_000);
    expect(asked).toHaveLength(3);
  });
});

describe('a missing file', () => {
  it('is said to be missing, and taken up when it appears', async () => {
    const { timing, tokens, asked, last, provision } = setUp(null);
    tokens.start();
    timing.advance(HOUR_MS);
    expect(asked).toHaveLength(0);
    expect(tokens.status()).toMatchObject({ state: 'missing', error: 'the file is not there' });
    provision('Atzr|1');
    timing.advance(0);
    await last().answer(granted('1'));
    expect(tokens.current()?.text).toBe('Atza|1');
  });
});

describe('an access token that DRS refuses', () => {
  it('is replaced by one request, however many slots complain', async () => {
    const { timing, tokens, asked, last } = setUp();
    tokens.start();
    await last().answer(granted('1'));
    timing.advance(10_000);
    const { fingerprint } = tokens.current() ?? { fingerprint: '' };
    for (let slot = 0; slot < 8; slot += 1) tokens.refresh(fingerprint);
    expect(tokens.status().state).toBe('rejected');
    timing.advance(0);
    for (let slot = 0; slot < 8; slot += 1) tokens.refresh(fingerprint);
    timing.advance(5_000);
    expect(asked).toHaveLength(2);
    await last().answer(granted('2'));
    tokens.refresh(fingerprint);
    timing.advance(60_000);
    expect(asked).toHaveLength(2);
    expect(tokens.status().state).toBe('valid');
  });

  it('time and again, whatever Amazon gives, is asked for ever more slowly', async () => {
    const { timing, tokens, asked, last } = setUp();
    tokens.start();
    for (let count = 0; timing.nowMs() < 24 * HOUR_MS; count += 1) {
      await last().answer(granted(`${count}`));
      tokens.refresh(tokens.current()?.fingerprint ?? '');
      timing.advance(timing.nextInMs ?? 0);
    }
    expect(asked.length).toBeLessThan(24 * 6);
  });
});
