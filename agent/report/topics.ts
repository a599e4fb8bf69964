import type { OutboxEntry } from '../store/outbox.ts';

/** Every topic of one device (contract, section 4). Nothing else in the agent spells a topic. */
export type Topics = {
  readonly status: string;
  readonly device: string;
  /** What somebody should know of, as a list; retained. */
  readonly alerts: string;
  readonly tokenRequest: string;
  readonly token: string;
  readonly notification: string;
  readonly command: string;
  readonly commandResult: string;
  readonly registration: string;
  readonly registrationChallenge: string;
  readonly registrationResult: string;
  /** Retained state of one slot. */
  slot(name: string): string;
  /** Order events of one slot. */
  slotOrder(name: string): string;
  /** What Alexa shall know of the device's sensors; retained. */
  readonly capabilities: string;
  /** The last amount that Alexa was told of one slot; retained. */
  slotInventory(name: string): string;
  /** Uses of one slot. */
  slotConsumed(name: string): string;
};

/**
 * The topics of a device.
 * @param prefix `mqtt.topicPrefix`; may hold slashes, holds no wildcard (the configuration sees to both).
 * @param deviceId `device.id`.
 */
export function topics(prefix: string, deviceId: string): Topics {
  const base = `${prefix}/${deviceId}`;
  return {
    status: `${base}/status`,
    device: `${base}/device`,
    alerts: `${base}/alerts`,
    tokenRequest: `${base}/token/request`,
    token: `${base}/token`,
    notification: `${base}/notification`,
    command: `${base}/command`,
    commandResult: `${base}/command/result`,
    registration: `${base}/registration`,
    registrationChallenge: `${base}/registration/challenge`,
    registrationResult: `${base}/registration/result`,
    slot: (name) => `${base}/slots/${name}`,
    slotOrder: (name) => `${base}/slots/${name}/order`,
    capabilities: `${base}/inventory/capabilities`,
    slotInventory: (name) => `${base}/slots/${name}/inventory`,
    slotConsumed: (name) => `${base}/slots/${name}/inventory/consumed`,
  };
}

/** Where an entry of the outbox goes. */
export function outboxTopic(names: Topics, { kind, slot }: Pick<OutboxEntry, 'kind' | 'slot'>): string {
  return kind === 'order' ? names.slotOrder(slot) : names.slotConsumed(slot);
}

/** Bytes of the longest response topic that is used. */
const RESPONSE_TOPIC_BYTES_MAX = 512;

/** Wildcards, and control characters: `\p{Cc}`, spelled out, because V8 would load tables of ICU for the name. */
const NOT_PUBLISHABLE = /[+#]|[^ -~\u00a0-\uffff]/;

/**
 * Whether an answer may go to a topic that a sender named: one that a message can be published on, that is not the
 * broker's own, and that has no other meaning for this device. Below `command/` everything means answers.
 */
export function mayAnswerOn(names: Topics, topic: string): boolean {
  if (topic === '' || Buffer.byteLength(topic) > RESPONSE_TOPIC_BYTES_MAX) return false;
  if (NOT_PUBLISHABLE.test(topic) || topic.startsWith('$')) return false;
  const base = names.command.slice(0, -'command'.length);
  return !topic.startsWith(base) || topic.startsWith(`${names.command}/`);
}

/**
 * The MQTT client id: stable, because the broker keeps the session (and a token sent while we were away) under it.
 * No slash, which some brokers refuse in ids.
 */
export function mqttClientId(prefix: string, deviceId: string): string {
  return `${prefix.replaceAll('/', '-')}-${deviceId}`;
}
