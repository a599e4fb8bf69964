import * as v from 'valibot';
import { finiteNumber, jsonObject } from '../../config/json-value.ts';
import { ACCESS_TOKEN_BYTES_MAX, parseAccessToken, type TokenLifetime } from '../replenish/access-token.ts';
import { ISO_INSTANT } from '../system/iso-instant.ts';

export type TokenMessage =
  | { readonly ok: true; readonly accessToken: string; readonly lifetime: TokenLifetime }
  /** A sentence that says what is wrong; it never holds any part of the payload. */
  | { readonly ok: false; readonly refusal: string };

const MAX_PAYLOAD_BYTES = 8 * 1024;
/** Ten years: what lies beyond is a unit mistake (milliseconds for seconds), not a lifetime. */
const MAX_EXPIRES_IN_S = 10 * 365 * 24 * 3600;

const schema = v.pipe(
  jsonObject,
  v.object({
    accessToken: v.pipe(
      v.string(),
      v.check((text) => parseAccessToken(text) !== null),
    ),
    expiresIn: v.nullish(v.pipe(finiteNumber, v.gtValue(0), v.maxValue(MAX_EXPIRES_IN_S))),
    expiresAt: v.nullish(v.pipe(v.string(), v.regex(ISO_INSTANT))),
  }),
);

const REFUSALS: Readonly<Record<string, string>> = {
  accessToken: `accessToken must be 1 to ${ACCESS_TOKEN_BYTES_MAX} visible ASCII characters without spaces`,
  expiresIn: `expiresIn must be a number of seconds above 0 and at most ${MAX_EXPIRES_IN_S}`,
  expiresAt: 'expiresAt must be an ISO 8601 time with Z or an offset, such as 2030-01-31T12:00:00.000Z',
};

/**
 * Reads what the cloud sent on the `token` topic: `{accessToken, expiresIn}` with seconds, or
 * `{accessToken, expiresAt}`; when both are there, `expiresIn` counts, because it needs no right wall clock.
 * Other fields are ignored.
 */
export function parseTokenMessage(payload: Uint8Array): TokenMessage {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    return refuse(`it is ${payload.length} bytes long, and ${MAX_PAYLOAD_BYTES} is the most`);
  }
  const value = parseJson(payload);
  if (value === undefined) return refuse('it is not JSON in UTF-8');
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) {
    const field = parsed.issues[0].path?.[0].key;
    return refuse(REFUSALS[String(field)] ?? 'it is not a JSON object with accessToken in it');
  }
  const { accessToken, expiresIn, expiresAt } = parsed.output;
  return { ok: true, accessToken, lifetime: lifetimeOf(expiresIn ?? null, expiresAt ?? null) };
}

function lifetimeOf(expiresInS: number | null, expiresAt: string | null): TokenLifetime {
  if (expiresInS !== null) return { kind: 'in', ms: Math.round(expiresInS * 1000) };
  if (expiresAt !== null) return { kind: 'at', wallMs: Date.parse(expiresAt) };
  return { kind: 'unknown' };
}

/** The parser's own message is dropped: it quotes the text, and the text holds the token. */
function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}

function refuse(why: string): TokenMessage {
  return { ok: false, refusal: `The token message was refused: ${why}. Send it again in the right form.` };
}
