import mqtt from 'mqtt';
import type { Settings } from './model/settings.ts';
import { PAYLOAD_BYTES_MAX } from './model/wire.ts';

/** How things stand with the broker. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** `isFinal`: it is not tried again by itself. */
  | { readonly kind: 'lost'; readonly why: string; readonly isFinal: boolean };

export type BrokerDeps = {
  readonly settings: Settings;
  readonly password: string;
  /** 0 up to 1. */
  readonly random: () => number;
  readonly onState: (state: LinkState) => void;
  /** @param payload null when it is too long for any report. */
  readonly onMessage: (topic: string, payload: string | null) => void;
};

export type Broker = { close(): void };

const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 15_000;
const CONNECT_MS_MAX = 10_000;
const KEEPALIVE_S = 30;

/**
 * DOOR mqtt. Listens to all devices under the prefix, and comes back by itself. The page publishes nothing. MQTT 3.1.1,
 * which every broker speaks; QoS 0, because brokers bound what they queue at QoS 1 and a fleet is more than that.
 */
export function connectBroker({ settings, password, random, onState, onMessage }: BrokerDeps): Broker {
  const { brokerUrl, topicPrefix, username } = settings;
  const topics = ['status', 'device', 'alerts', 'slots/+', 'slots/+/order'].map(
    (leaf) => `${topicPrefix}/+/${leaf}`,
  );
  let retryMs = RETRY_FIRST_MS;
  let why = 'The broker can not be reached.';
  onState({ kind: 'connecting' });
  const client = mqtt.connect(brokerUrl, {
    protocolVersion: 4,
    clean: true,
    clientId: `dashboard-${Math.floor(random() * 2 ** 48).toString(36)}`,
    ...(username === '' ? {} : { username, password }),
    connectTimeout: CONNECT_MS_MAX,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: retryMs,
    resubscribe: false,
    // The other kind of timer is a worker made of text, which the page forbids.
    timerVariant: 'native',
  });
  const decoder = new TextDecoder();
  /** One after the other: a broker bounds what it holds ready for one reader at a time. */
  const subscribe = (from: number): void => {
    const topic = topics[from];
    if (topic === undefined) {
      onState({ kind: 'connected' });
      return;
    }
    client.subscribe(topic, { qos: 0 }, (error, grants) => {
      const isRefused = error !== null || (grants ?? []).some(({ qos }) => qos > 2);
      if (!isRefused) subscribe(from + 1);
      else onState({ kind: 'lost', why: `The broker does not let this user read ${topic}.`, isFinal: false });
    });
  };
  client.on('connect', () => {
    retryMs = RETRY_FIRST_MS;
    why = 'The connection to the broker broke.';
    subscribe(0);
  });
  client.on('message', (topic, payload) => {
    onMessage(topic, payload.byteLength > PAYLOAD_BYTES_MAX ? null : decoder.decode(payload));
  });
  client.on('error', (error) => {
    const code: unknown = Reflect.get(error, 'code');
    // CONNACK 4 and 5 of MQTT 3.1.1: the same credentials would be refused again.
    if (code !== 4 && code !== 5) return;
    why = 'The broker refuses the user name or the password.';
    onState({ kind: 'lost', why, isFinal: true });
    client.end(true);
  });
  client.on('close', () => {
    if (client.disconnecting) return;
    retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
    client.options.reconnectPeriod = retryMs * (0.5 + random() / 2);
    onState({ kind: 'lost', why, isFinal: false });
  });
  return { close: () => void client.end(true) };
}
