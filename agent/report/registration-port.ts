import { randomBytes } from 'node:crypto';
import type { ReplenishConfig } from '../../config/config.ts';
import { type Consent, codeChallenge } from '../replenish/consent.ts';
import { createLwaClient } from '../replenish/lwa-client.ts';
import { type RegistrationResult, registerDevice } from '../replenish/register-device.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { Publisher } from './link.ts';
import {
  challengePayload,
  parseRegistrationMessage,
  type RegistrationMessage,
  registrationResultPayload,
} from './registration-message.ts';
import type { Topics } from './topics.ts';

export type RegistrationPortDeps = {
  readonly replenish: ReplenishConfig;
  readonly names: Pick<Topics, 'registration' | 'registrationChallenge' | 'registrationResult'>;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly clock: Clock;
  readonly log: Log;
};

/** A customer takes minutes to agree. */
const LIFETIME_MS = 3_600_000;

/** A person tries a few times; then one more each minute. */
const BURST = 5;
const REFILL_MS = 60_000;

type Finish = Extract<RegistrationMessage, { action: 'finish' }>;

/**
 * Registration by a companion app over MQTT. The verifier is made here, stays in memory and serves once; the code that
 * comes is never logged and never repeated.
 */
export function createRegistrationPort(deps: RegistrationPortDeps): (payload: Uint8Array) => Promise<void> {
  const { names, clock, log } = deps;
  let credit = BURST;
  let creditedAtMs = clock.nowMs();
  let pending: { readonly consent: Consent; readonly beganAtMs: number } | null = null;

  const isTooOften = (): boolean => {
    const nowMs = clock.nowMs();
    credit = Math.min(BURST, credit + (nowMs - creditedAtMs) / REFILL_MS);
    creditedAtMs = nowMs;
    if (credit < 1) return true;
    credit -= 1;
    return false;
  };

  const publish = (topic: string, payload: string): void => {
    deps.publisher.publish(topic, payload, { retain: false }).catch((error: unknown) => {
      log.warn({ topic }, `The answer to a registration could not be sent: ${String(error)}`);
    });
  };

  const begin = (id: string): RegistrationResult | null => {
    const { token, registration } = deps.replenish;
    if (token.source !== 'lwa' || registration === null || token.clientSecretFile !== null) return NOT_HERE;
    const consent = {
      codeVerifier: randomBytes(48).toString('base64url'),
      state: randomBytes(24).toString('base64url'),
    };
    pending = { consent, beganAtMs: clock.nowMs() };
    const { model, serial, test } = registration;
    const challenge = { id, model, serial, test, clientId: token.clientId, state: consent.state };
    const codeChallengeText = codeChallenge(consent.codeVerifier);
    publish(
      names.registrationChallenge,
      challengePayload({ ...challenge, codeChallenge: codeChallengeText }),
    );
    return null;
  };

  const finish = async ({ code, redirectUri, state, clientId }: Finish): Promise<RegistrationResult> => {
    const { token, timeouts } = deps.replenish;
    if (token.source !== 'lwa') return NOT_HERE;
    if (pending === null || clock.nowMs() - pending.beganAtMs > LIFETIME_MS) return NOT_BEGUN;
    if (state !== pending.consent.state) return NOT_BEGUN;
    const { codeVerifier } = pending.consent;
    pending = null;
    if (clientId !== null && clientId !== token.clientId) return OTHER_CLIENT;
    const client = createLwaClient({ ...token, timeouts }, clock);
    const result = await registerDevice(client, token.refreshTokenFile, { code, redirectUri, codeVerifier });
    await client.close();
    return result;
  };

  return async (payload) => {
    const message = parseRegistrationMessage(payload);
    if (message.action === 'unusable') {
      log.warn({ topic: names.registration }, message.refusal);
      return;
    }
    const { id } = message;
    let result: RegistrationResult | null = TOO_OFTEN;
    if (!isTooOften()) result = message.action === 'begin' ? begin(id) : await finish(message);
    if (result === null) return;
    log.info({ topic: names.registration, ok: result.ok }, result.message);
    publish(names.registrationResult, registrationResultPayload(id, result.ok, result.message));
  };
}

const NOT_HERE = {
  ok: false,
  message:
    'This device can not be registered over MQTT: set replenish.token.source to lwa without a client secret, and replenish.registration.',
};
const NOT_BEGUN = {
  ok: false,
  message: 'No registration with this state was begun here within the last hour: begin again.',
};
const OTHER_CLIENT = {
  ok: false,
  message: 'The code is for another client than replenish.token.clientId: begin again.',
};
const TOO_OFTEN = { ok: false, message: 'Too many registration messages: wait a minute.' };
