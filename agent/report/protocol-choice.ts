import type { ProtocolVersion } from './link.ts';

/**
 * How far a connection came:
 * `unreached` no transport (name, TCP, TLS), `unanswered` a transport but no CONNACK, `version-refused` and
 * `refused` a CONNACK that says no, `established` a CONNACK that says yes.
 */
export type ConnectionStage = 'unreached' | 'unanswered' | 'version-refused' | 'refused' | 'established';

/** Which MQTT version to try next, and what it rests on. */
export type ProtocolChoice = {
  readonly version: ProtocolVersion;
  /** The version of the last connection that stood; null before the first. */
  readonly worked: ProtocolVersion | null;
  /** Attempts in a row that got a transport and no CONNACK. */
  readonly unanswered: number;
  /** Whether the last attempt was refused for its version. */
  readonly versionRefused: boolean;
  /** The next attempt needs no pause: the broker is well, and only the version was wrong. */
  readonly atOnce: boolean;
};

/** MQTT 5 first: it brings reasons for refusals, and response topics for commands. */
export const FIRST_CHOICE: ProtocolChoice = {
  version: 5,
  worked: null,
  unanswered: 0,
  versionRefused: false,
  atOnce: true,
};

/** A connection on 3.1.1 that stood this long earns MQTT 5 another try: the broker may have been upgraded. */
const RETRY_NEWEST_AFTER_MS = 60 * 60 * 1000;

/**
 * What to try after a connection, or an attempt, ended.
 *
 * - A refusal by version is plain: the other version, at once. Refused for both in a row: only after a pause.
 * - A close before CONNACK is how some old brokers refuse MQTT 5, and also how a load balancer without a broker
 *   looks. As long as nothing ever worked the versions alternate; once one did, it gets two tries of three. So
 *   neither version is ever locked out, whatever the broker becomes.
 * - A lost connection comes back on its version. Only from 3.1.1 after an hour or more is 5 tried first, which
 *   costs a broker without it one refused CONNECT and no more than one an hour.
 */
export function chooseAfter(
  choice: ProtocolChoice,
  ended: { readonly stage: ConnectionStage; readonly connectedForMs: number },
): ProtocolChoice {
  const plain = { ...choice, unanswered: 0, versionRefused: false, atOnce: false };
  switch (ended.stage) {
    case 'version-refused':
      return {
        ...plain,
        version: other(choice.version),
        versionRefused: true,
        atOnce: !choice.versionRefused,
      };
    case 'unanswered': {
      const unanswered = choice.unanswered + 1;
      return { ...plain, unanswered, version: afterSilence(choice, unanswered) };
    }
    case 'established': {
      const probe = choice.version === 4 && ended.connectedForMs >= RETRY_NEWEST_AFTER_MS;
      return { ...plain, worked: choice.version, version: probe ? 5 : choice.version };
    }
    case 'unreached':
      return { ...choice, atOnce: false };
    case 'refused':
      return plain;
  }
}

function afterSilence(choice: ProtocolChoice, unanswered: number): ProtocolVersion {
  if (choice.worked === null) return other(choice.version);
  return unanswered % 3 === 2 ? other(choice.worked) : choice.worked;
}

function other(version: ProtocolVersion): ProtocolVersion {
  return version === 5 ? 4 : 5;
}
