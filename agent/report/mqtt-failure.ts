import type { BrokerTarget } from './connect-plan.ts';
import type { ConnectionStage } from './protocol-choice.ts';

/** Why a connection ended. */
export type Failure = {
  /** What is wrong, where, and what to do. It holds no secret and nothing that the other side wrote. */
  readonly sentence: string;
  /** How far the connection came, where the failure tells; otherwise the connection knows. */
  readonly stage?: ConnectionStage;
  /** The broker holds something for us that must not be sent again. */
  readonly poisoned?: boolean;
};

/** Refusals that the other MQTT version may be spared; 129 and 130 is how some brokers say it. */
const VERSION_REFUSALS: readonly number[] = [1, 129, 130, 132];

/** A failure of the transport. Only the error's code is used: its message may quote what the other side sent. */
export function transportFailure(error: unknown, target: BrokerTarget): Failure {
  const place = placeOf(target);
  const code = errorCode(error);
  const sentence =
    socketFailure(code, place, target) ?? tlsFailure(code, place) ?? unknownFailure(code, place, target);
  // TLS 1.3 refuses a client's certificate only after the transport looked open.
  return code.startsWith('ERR_SSL_') ? { sentence, stage: 'unreached' } : { sentence };
}

/** An error that mqtt.js reported: a CONNECT refused, or the protocol broken by the other side. */
export function clientFailure(error: Error, established: boolean, target: BrokerTarget): Failure {
  const code = 'code' in error && typeof error.code === 'number' ? error.code : null;
  if (code === 149) return oversizedPacket(target);
  if (code !== null && !established) {
    const stage = VERSION_REFUSALS.includes(code) ? 'version-refused' : 'refused';
    return { sentence: connectRefusal(code), stage };
  }
  if (error.message === 'Keepalive timeout') {
    return { sentence: `The broker at ${placeOf(target)} no longer answers: check the network.` };
  }
  return {
    sentence: `What answers at ${placeOf(target)} does not keep to the MQTT protocol: check that mqtt.url names an MQTT broker, and that no login page of the network is in the way.`,
  };
}

/** A broker that took too long. */
export function brokerSilence(target: BrokerTarget, waitedMs: number): Failure {
  return {
    sentence: `The broker at ${placeOf(target)} did not answer within ${waitedMs / 1000} s: check the network and the broker.`,
  };
}

/** A packet too big to be read. The session is given up with it, or the broker would send it again for ever. */
export function oversizedPacket(target: BrokerTarget): Failure {
  return {
    sentence: `The broker at ${placeOf(target)} sent a message far too big: find who publishes it, and limit the message size on the broker.`,
    poisoned: true,
  };
}

/** A connection that ended without any reason given. */
export function unexplainedClose(target: BrokerTarget, established: boolean): Failure {
  const place = placeOf(target);
  return {
    sentence: established
      ? `The broker at ${place} closed the connection: check the broker's log, its access rules (MQTT 3.1.1 knows no other way to refuse a message), and that no other device has the same device.id.`
      : `The broker at ${place} closed the connection before it answered: check the broker's log, and that mqtt.url has the right scheme and port.`,
  };
}

/** What the agent cannot do without; null when the broker offers it. */
export function missingCapability(maximumQos: number, retainAvailable: boolean): Failure | null {
  if (maximumQos > 0 && retainAvailable) return null;
  const missing = maximumQos === 0 ? 'QoS 1' : 'retained messages';
  return {
    sentence: `The broker does not offer ${missing}: allow it in the broker's configuration.`,
    stage: 'refused',
  };
}

function placeOf(target: BrokerTarget): string {
  return `${target.host}:${target.port}`;
}

/** The code of a system, TLS or MQTT error; an empty text when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function socketFailure(code: string, place: string, target: BrokerTarget): string | null {
  switch (code) {
    case 'ECONNREFUSED':
      return `No MQTT broker answers at ${place} (connection refused): check that the broker runs and that mqtt.url names its port.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The broker's name ${target.host} cannot be resolved: check mqtt.url and the network's DNS.`;
    case 'ETIMEDOUT':
      return `The broker at ${place} does not answer (timeout): check the network, the firewall and mqtt.url.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return `There is no route to the broker at ${place}: check this board's network connection.`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `The broker at ${place} broke the connection off: check the broker's log, and that mqtt.url has the right scheme and port.`;
    case 'EACCES':
    case 'EPERM':
      return `This board does not let the agent connect to ${place}: check its firewall and the service unit's restrictions.`;
    default:
      return null;
  }
}

function tlsFailure(code: string, place: string): string | null {
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
    case 'INVALID_CA':
    case 'CERT_UNTRUSTED':
      return `The certificate of the broker at ${place} is not signed by a trusted authority (${code}): set mqtt.caFile to the authority that signed it.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of the broker at ${place} is for another name: use the certificate's name in mqtt.url, or give the broker a certificate for this one.`;
    case 'CERT_HAS_EXPIRED':
      return `The certificate of the broker at ${place} has expired by this board's clock: check the clock, then renew the certificate.`;
    case 'CERT_NOT_YET_VALID':
      return `The certificate of the broker at ${place} is not valid yet by this board's clock: check the clock.`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `The broker at ${place} does not speak TLS on that port: use the broker's TLS port in mqtt.url.`;
    // How Node tells a handshake that failed while it still wrote.
    case 'EPROTO':
      return `No TLS connection comes about with the broker at ${place} (EPROTO): use the broker's TLS port in mqtt.url, and check that no login page of the network is in the way.`;
    default:
      return localPemFailure(code) ?? clientCertificateFailure(code, place);
  }
}

function localPemFailure(code: string): string | null {
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') {
    return 'mqtt.keyFile is not the key of mqtt.certFile: put the pair that belongs together in place.';
  }
  if (!code.startsWith('ERR_OSSL_')) return null;
  return `mqtt.caFile, mqtt.certFile or mqtt.keyFile is not usable (${code}): each must be PEM text, the key without a passphrase.`;
}

function clientCertificateFailure(code: string, place: string): string | null {
  if (!code.startsWith('ERR_SSL_')) return null;
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA/.test(code)) {
    return `The broker at ${place} refuses this board's certificate or its lack (${code}): set mqtt.certFile and mqtt.keyFile to a pair that the broker accepts.`;
  }
  return `No TLS connection comes about with the broker at ${place} (${code}): check that both sides support TLS 1.2 or newer.`;
}

function unknownFailure(code: string, place: string, target: BrokerTarget): string {
  if (target.scheme === 'ws' || target.scheme === 'wss') {
    return `No web socket to the broker at ${place}${target.path} comes about: check the path in mqtt.url (many brokers want /mqtt).`;
  }
  return `The connection to the broker at ${place} failed${code === '' ? '' : ` (${code})`}: check the broker's log.`;
}

/** A sentence for a refused CONNECT; codes of MQTT 3.1.1 (1 to 5) and MQTT 5 (128 on). */
function connectRefusal(code: number): string {
  switch (code) {
    case 1:
    case 129:
    case 130:
    case 132:
      return 'The broker refuses this MQTT version: the agent tries the other one (5 and 3.1.1).';
    case 2:
    case 133:
      return 'The broker refuses the client id: check device.id and mqtt.topicPrefix, and what ids the broker allows.';
    case 3:
    case 136:
    case 137:
      return 'The broker says that it is busy or not available: the agent keeps trying; check the broker if it lasts.';
    case 4:
    case 134:
      return 'The broker refuses the user name or password: check mqtt.username and the content of mqtt.passwordFile.';
    case 5:
    case 135:
      return "The broker does not authorise this client: check mqtt.username, mqtt.passwordFile and the broker's access rules.";
    case 138:
      return 'The broker has banned this client: lift the ban on the broker.';
    case 151:
    case 159:
      return 'The broker limits how often or how many clients connect: the agent keeps trying; raise the limit if it lasts.';
    default:
      return `The broker refuses the connection (code ${code}): check the broker's log.`;
  }
}

/** A sentence for a connection that the broker ended with a DISCONNECT of MQTT 5. */
export function disconnectReason(code: number): string {
  switch (code) {
    case 142:
      return 'Another client connected under the same client id: give every device its own device.id.';
    case 139:
      return 'The broker is shutting down: the agent connects again when it is back.';
    case 135:
      return "The broker withdrew this client's authorisation: check the broker's access rules.";
    case 141:
      return 'The broker heard nothing from this board for too long: check the network.';
    default:
      return `The broker ended the connection (code ${code}): check the broker's log.`;
  }
}

/** A sentence for a PUBLISH that the broker did not take. */
export function publishRefusal(topic: string, error: unknown): string {
  const code = errorCode(error);
  const advice =
    code === '135'
      ? "allow this client to write it in the broker's access rules"
      : "check the broker's log and limits";
  return `The broker refuses the message on ${topic}${code === '' ? '' : ` (code ${code})`}: ${advice}.`;
}

/** A sentence for a topic that the broker does not let us subscribe to. */
export function subscribeRefusal(topic: string): string {
  return `The broker refuses the subscription to ${topic}: allow this client to read it in the broker's access rules.`;
}
