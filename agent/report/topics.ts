/** Every topic of one device (contract, section 4). Nothing else in the agent spells a topic. */
export type Topics = {
  readonly status: string;
  readonly device: string;
  readonly tokenRequest: string;
  readonly token: string;
  readonly notification: string;
  readonly command: string;
  readonly commandResult: string;
  /** Retained state of one slot. */
  slot(name: string): string;
  /** Order events of one slot. */
  slotOrder(name: string): string;
};

export type ParsedTopic =
  | {
      readonly kind:
        | 'status'
        | 'device'
        | 'token-request'
        | 'token'
        | 'notification'
        | 'command'
        | 'command-result';
    }
  | { readonly kind: 'slot' | 'slot-order'; readonly slot: string };

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
    tokenRequest: `${base}/token/request`,
    token: `${base}/token`,
    notification: `${base}/notification`,
    command: `${base}/command`,
    commandResult: `${base}/command/result`,
    slot: (name) => `${base}/slots/${name}`,
    slotOrder: (name) => `${base}/slots/${name}/order`,
  };
}

/** Reads a topic of this device back; null for any other topic. */
export function parseTopic(prefix: string, deviceId: string, topic: string): ParsedTopic | null {
  const base = `${prefix}/${deviceId}/`;
  if (!topic.startsWith(base)) return null;
  const rest = topic.slice(base.length);
  switch (rest) {
    case 'status':
    case 'device':
    case 'token':
    case 'notification':
    case 'command':
      return { kind: rest };
    case 'token/request':
      return { kind: 'token-request' };
    case 'command/result':
      return { kind: 'command-result' };
    default:
      return parseSlotTopic(rest);
  }
}

function parseSlotTopic(rest: string): ParsedTopic | null {
  const [root, slot, leaf, ...more] = rest.split('/');
  if (root !== 'slots' || slot === undefined || slot === '' || more.length > 0) return null;
  if (leaf === undefined) return { kind: 'slot', slot };
  return leaf === 'order' ? { kind: 'slot-order', slot } : null;
}

/**
 * The MQTT client id: stable, because the broker keeps the session (and a token sent while we were away) under it.
 * No slash, which some brokers refuse in ids.
 */
export function mqttClientId(prefix: string, deviceId: string): string {
  return `${prefix.replaceAll('/', '-')}-${deviceId}`;
}
