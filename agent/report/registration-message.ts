import * as v from 'valibot';

/** What a companion app asks on `registration`. */
export type RegistrationMessage =
  | { readonly action: 'begin'; readonly id: string }
  | {
      readonly action: 'finish';
      readonly id: string;
      /** A secret: it goes to Amazon and nowhere else. */
      readonly code: string;
      readonly redirectUri: string;
      readonly state: string;
      readonly clientId: string | null;
    }
  /** `refusal` repeats nothing of the message. */
  | { readonly action: 'unusable'; readonly refusal: string };

const PAYLOAD_BYTES_MAX = 8 * 1024;

const id = v.pipe(v.string(), v.regex(/^[\w.:-]{1,64}$/));
const message = v.variant('action', [
  v.object({ action: v.literal('begin'), id }),
  v.object({
    action: v.literal('finish'),
    id,
    code: v.pipe(v.string(), v.regex(/^[\w.~-]{4,512}$/)),
    redirectUri: v.pipe(v.string(), v.minLength(8), v.maxLength(2048)),
    state: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
    clientId: v.fallback(v.nullable(v.string()), null),
  }),
]);

/** Reads a message of a companion app. Other fields are ignored. */
export function parseRegistrationMessage(payload: Uint8Array): RegistrationMessage {
  const json = payload.length <= PAYLOAD_BYTES_MAX ? parseJson(payload) : undefined;
  const read = v.safeParse(message, json);
  if (read.success) return read.output;
  const refusal =
    'The registration message was dropped: it has to be {id, action: "begin"} or {id, action: "finish", code, redirectUri, state}.';
  return { action: 'unusable', refusal };
}

/** What the app needs for Amazon's page; the verifier behind the challenge stays here. */
export type Challenge = {
  readonly id: string;
  readonly codeChallenge: string;
  readonly model: string;
  readonly serial: string;
  readonly test: boolean;
  readonly clientId: string;
  readonly state: string;
};

export function challengePayload(challenge: Challenge): string {
  const { id: answers, codeChallenge, ...rest } = challenge;
  return JSON.stringify({ id: answers, codeChallenge, codeChallengeMethod: 'S256', ...rest });
}

export function registrationResultPayload(id: string, ok: boolean, text: string): string {
  return JSON.stringify({ id, ok, message: text });
}

/** The parser's own message is dropped: it quotes the text, and the text holds the code. */
function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}
