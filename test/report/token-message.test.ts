import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACCESS_TOKEN_BYTES_MAX, parseAccessToken } from '../../agent/replenish/access-token.ts';
import { parseTokenMessage } from '../../agent/report/token-message.ts';

const parse = (value: unknown) => parseTokenMessage(Buffer.from(JSON.stringify(value)));

test('a lifetime in seconds is counted from arrival', () => {
  expect(parse({ accessToken: 'Atza|abc', expiresIn: 3600 })).toEqual({
    ok: true,
    accessToken: 'Atza|abc',
    lifetime: { kind: 'in', ms: 3_600_000 },
  });
});

test('an end of life is taken as a wall time, whatever its offset', () => {
  const lifetime = { kind: 'at', wallMs: Date.UTC(2030, 0, 31, 11) };
  expect(parse({ accessToken: 'a', expiresAt: '2030-01-31T11:00:00.000Z' })).toMatchObject({ lifetime });
  expect(parse({ accessToken: 'a', expiresAt: '2030-01-31T12:00:00+01:00' })).toMatchObject({ lifetime });
});

test('without either the lifetime is unknown', () => {
  expect(parse({ accessToken: 'a' })).toMatchObject({ lifetime: { kind: 'unknown' } });
  expect(parse({ accessToken: 'a', expiresIn: null, expiresAt: null })).toMatchObject({
    lifetime: { kind: 'unknown' },
  });
});

test('with both, the one that needs no clock counts', () => {
  expect(parse({ accessToken: 'a', expiresIn: 60, expiresAt: '2030-01-31T11:00:00.000Z' })).toMatchObject({
    lifetime: { kind: 'in', ms: 60_000 },
  });
});

test('other fields are ignored', () => {
  expect(parse({ accessToken: 'a', refresh_token: 'b', expiresIn: 1 })).toMatchObject({ ok: true });
});

test('what is a token is decided in one place: a message is taken exactly when its token would be', () => {
  const length = fc.integer({ min: ACCESS_TOKEN_BYTES_MAX - 2, max: ACCESS_TOKEN_BYTES_MAX + 2 });
  const texts = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 4 }),
    fc.string({ maxLength: 20 }),
    length.map((characters) => 'x'.repeat(characters)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(parse({ accessToken: text }).ok).toBe(parseAccessToken(text) !== null);
    }),
  );
});

test('a token of 2048 characters is taken, and of one more is refused with the limit', () => {
  expect(parse({ accessToken: 'x'.repeat(2048) })).toMatchObject({ ok: true });
  expect(parse({ accessToken: 'x'.repeat(2049) })).toMatchObject({
    refusal: expect.stringContaining('1 to 2048 visible ASCII characters'),
  });
});

const secret = 'Atza|SECRETSECRET';

test.each([
  ['a token too long', { accessToken: secret.repeat(200) }, /accessToken/],
  ['an empty token', { accessToken: '' }, /accessToken/],
  ['a token with a space', { accessToken: `${secret} x` }, /accessToken/],
  ['a token with a line break', { accessToken: `${secret}\r\nx-evil: 1` }, /accessToken/],
  ['a token beyond ASCII', { accessToken: `${secret}é` }, /accessToken/],
  ['a token that is no text', { accessToken: [secret] }, /accessToken/],
  ['a lifetime of nothing', { accessToken: secret, expiresIn: 0 }, /expiresIn/],
  ['a lifetime as text', { accessToken: secret, expiresIn: secret }, /expiresIn/],
  ['a lifetime in milliseconds', { accessToken: secret, expiresIn: 3_600_000_000 }, /expiresIn/],
  ['a date without time', { accessToken: secret, expiresAt: '2030-01-31' }, /expiresAt/],
  ['a day that no calendar has', { accessToken: secret, expiresAt: '2030-02-30T00:00:00Z' }, /expiresAt/],
  ['a date that is none', { accessToken: secret, expiresAt: secret }, /expiresAt/],
  ['a list', [secret], /JSON object/],
  ['a text', secret, /JSON object/],
  ['null', null, /JSON object/],
])('%s is refused with a sentence that does not give it away', (_name, value, sentence) => {
  const message = parse(value);
  expect(message.ok ? '' : message.refusal).toMatch(sentence);
  expect(JSON.stringify(message)).not.toContain('SECRET');
});

test('text that is not JSON is refused without being quoted', () => {
  const message = parseTokenMessage(Buffer.from(`{"accessToken": ${secret}`));
  expect(message).toMatchObject({ ok: false });
  expect(JSON.stringify(message)).not.toContain('SECRET');
});

test('bytes that are not UTF-8 are refused', () => {
  const bytes = Buffer.from('{"accessToken":"a?"}');
  bytes[bytes.indexOf('?')] = 0xff;
  expect(parseTokenMessage(bytes)).toMatchObject({ ok: false });
});

test('more than 8 KiB is refused unread', () => {
  const padded = (bytes: number) => Buffer.from('{"accessToken":"a"}'.padEnd(bytes));
  expect(parseTokenMessage(padded(8192))).toMatchObject({ ok: true });
  expect(parseTokenMessage(padded(8193))).toMatchObject({ ok: false });
});

test('whatever arrives is taken or refused with a sentence, and a token that was taken fits a header', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 9000 }),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .record(
        { accessToken: fc.anything(), expiresIn: fc.anything(), expiresAt: fc.anything() },
        { requiredKeys: [] },
      )
      .map((value) =>
        Buffer.from(JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? null : part))),
      ),
  );
  fc.assert(
    fc.property(bytes, (payload) => {
      const message = parseTokenMessage(payload);
      if (message.ok) expect(message.accessToken).toMatch(/^[\x21-\x7e]{1,2048}$/);
      else expect(message.refusal).toMatch(/^The token message was refused: .+\.$/);
    }),
  );
});
