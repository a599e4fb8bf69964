import * as z from 'zod/mini';

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

const id = z.string().check(z.regex(/^[\w.:-]{1,64}$/));
const message = z.discriminatedUnion('action', [
  z.object({ action: z.literal('begin'), id }),
  z.object({
    action: z.literal('finish'),
    id,
    code: z.string().check(z.regex(/^[\w.~-]{4,512}$/)),
    redirectUri: z.string().check(z.minLength(8), z.maxLength(2048)),
    state: z.string().check(z.minLength(1), z.maxLength(128)),
    clientId: z.catch(z.nullable(z.string()), null),
  }),
]);

/** Reads a message of a companion app. Other fields are ignored. */
export function parseRegistrationMessage(payload: Uint8Array): RegistrationMessage {
  const json = payload.length <= PAYLOAD_BYTES_MAX ? parseJson(payload) : undefined;
  const { data } = message.safeParse(json);
  if (data !== undefined) return data;
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
