import { tlsOptions } from './broker-stream.ts';
import type { ConnectPlan } from './connect-plan.ts';
import { MAX_INBOUND_PAYLOAD_BYTES } from './inbound-limit.ts';
import type { OutgoingMessage } from './publish-window.ts';
import type { ConnectionRequest } from './reconnecting-link.ts';

/**
 * A silent link costs two packets a minute, and either side finds the other dead within 90 s. Whoever has
 * something to say finds out sooner, by the wait for its acknowledgement.
 */
const KEEPALIVE_S = 60;
/** A token sent while we are away is kept this long; it would hardly live longer. */
const SESSION_EXPIRY_S = 24 * 60 * 60;

/** mqtt.js's options for one connection that it must neither make again nor log. */
export function clientOptions(request: ConnectionRequest) {
  const { plan, version, statusTopic } = request;
  const versionFive = {
    properties: {
      sessionExpiryInterval: statusTopic === null ? 0 : SESSION_EXPIRY_S,
      maximumPacketSize: MAX_INBOUND_PAYLOAD_BYTES,
    },
  };
  return {
    protocolId: 'MQTT',
    protocolVersion: version,
    clientId: request.clientId,
    clean: request.cleanStart,
    keepalive: KEEPALIVE_S,
    ...(plan.username === null ? {} : { username: plan.username }),
    ...(plan.password === null ? {} : { password: plan.password }),
    ...(statusTopic === null
      ? {}
      : { will: { topic: statusTopic, payload: Buffer.from('offline'), qos: 1 as const, retain: true } }),
    ...(version === 5 ? versionFive : {}),
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    timerVariant: 'native',
    // Otherwise the library builds a table of 65,536 buffers for packet ids.
    writeCache: false,
    // Otherwise DEBUG=mqttjs* in the environment prints every packet, the password with it.
    log: () => {},
  } as const;
}

/** With the retain flag as published (MQTT 5): a command that was sent to be kept is known by it. */
export const SUBSCRIBE_OPTIONS = { qos: 1, rap: true } as const;

/** mqtt.js's options for one message. */
export function publishOptions({ retain, correlationData }: OutgoingMessage) {
  if (correlationData === undefined) return { qos: 1, retain } as const;
  return { qos: 1, retain, properties: { correlationData: Buffer.from(correlationData) } } as const;
}

/** Options of the web socket under MQTT; `ws` reads the TLS settings from `wsOptions`. */
export function webSocketOptions(plan: ConnectPlan) {
  const { scheme, host, port, path } = plan.target;
  return {
    protocol: scheme,
    protocolId: 'MQTT',
    hostname: host.includes(':') ? `[${host}]` : host,
    port,
    path,
    wsOptions: {
      ...tlsOptions(plan),
      perMessageDeflate: false,
      maxPayload: 4 * MAX_INBOUND_PAYLOAD_BYTES,
    },
  } as const;
}
