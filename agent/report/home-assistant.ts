import type { Config } from '../../config/config.ts';
import { type Topics, topics } from './topics.ts';

/** What Home Assistant is told of a device; it reads the topics that the agent publishes anyway. */
export type DiscoverySettings = {
  /** First part of the topics that Home Assistant looks at, usually `homeassistant`. */
  readonly discoveryPrefix: string;
  readonly deviceId: string;
  /** For people; null for the id. */
  readonly deviceName: string | null;
  readonly version: string;
  readonly topics: Topics;
  readonly slots: ReadonlyArray<{ readonly name: string; readonly title: string | null }>;
  /** Slots that were announced once and are no more. */
  readonly goneSlots: readonly string[];
  /** Whether the device takes commands: only then there is something to press. */
  readonly takesCommands: boolean;
};

type Component = Readonly<Record<string, unknown>>;

const PHASES = ['unknown', 'stocked', 'low', 'ordering', 'in-doubt', 'on-order', 'held'];

/** A retained message on a topic that is not the device's own. */
export type Announcement = { readonly topic: string; readonly payload: string };

/** The announcement that a configuration asks for; null for none. */
export function announcementOf(
  { mqtt, device, slots }: Config,
  version: string,
  goneSlots: readonly string[],
): Announcement | null {
  if (mqtt.homeAssistant === null) return null;
  const settings: DiscoverySettings = {
    discoveryPrefix: mqtt.homeAssistant.discoveryPrefix,
    deviceId: device.id,
    deviceName: device.name,
    version,
    topics: topics(mqtt.topicPrefix, device.id),
    slots: Object.entries(slots).map(([name, slot]) => ({ name, title: slot.name })),
    goneSlots,
    takesCommands: mqtt.commands,
  };
  return { topic: discoveryTopic(settings), payload: discoveryPayload(settings) };
}

/**
 * The one topic of a device (https://www.home-assistant.io/integrations/mqtt, "Discovery topic"). The device id stands
 * in it by itself, so that a broker's access list can speak of it; our prefix is the node id.
 */
export function discoveryTopic({
  discoveryPrefix,
  deviceId,
  topics,
}: Pick<DiscoverySettings, 'discoveryPrefix' | 'deviceId' | 'topics'>): string {
  const prefix = topics.device.slice(0, -`/${deviceId}/device`.length);
  return `${discoveryPrefix}/device/${safe(prefix)}/${deviceId}/config`;
}

/** The retained message that makes a device, with all its slots, appear in Home Assistant. JSON text. */
export function discoveryPayload(settings: DiscoverySettings): string {
  const { deviceId, deviceName, version, topics, slots, goneSlots } = settings;
  const id = objectIdOf(topics);
  const components = new Map<string, Component>();
  for (const [key, component] of deviceComponents(settings)) components.set(key, component);
  for (const slot of slots) {
    for (const [key, component] of slotComponents(settings, slot)) components.set(key, component);
  }
  // A component that is only left out stays for ever: its platform alone takes it away.
  for (const slot of goneSlots) {
    for (const [key, { platform }] of slotComponents(settings, { name: slot, title: null })) {
      if (!components.has(key)) components.set(key, { platform });
    }
  }
  return JSON.stringify({
    device: {
      identifiers: [id],
      name: deviceName ?? deviceId,
      manufacturer: 'replenish-agent',
      model: 'Dash Replenishment agent',
      sw_version: version,
    },
    origin: { name: 'replenish-agent', sw_version: version },
    availability_topic: topics.status,
    payload_available: 'online',
    payload_not_available: 'offline',
    qos: 1,
    components: Object.fromEntries(
      [...components].map(([key, component]) => [
        key,
        'name' in component ? { ...component, unique_id: `${id}_${key}` } : component,
      ]),
    ),
  });
}

/** Base topic without slashes: unique at a broker. */
function objectIdOf({ device }: Topics): string {
  return safe(device.replace(/\/device$/, ''));
}

/** In the letters that Home Assistant allows in ids. */
function safe(text: string): string {
  return text.replaceAll('-', '--').replaceAll(/[^A-Za-z0-9_-]/g, '-');
}

function deviceComponents({ topics, takesCommands }: DiscoverySettings): Array<[string, Component]> {
  const state = { state_topic: topics.device, entity_category: 'diagnostic' };
  const components: Array<[string, Component]> = [
    [
      'token',
      { platform: 'sensor', name: 'Access token', ...state, value_template: '{{ value_json.token.state }}' },
    ],
    [
      'outbox',
      {
        platform: 'sensor',
        name: 'Reports waiting',
        ...state,
        state_class: 'measurement',
        value_template: '{{ value_json.outbox.depth }}',
      },
    ],
    [
      'clock',
      {
        platform: 'binary_sensor',
        name: 'Clock',
        ...state,
        device_class: 'problem',
        value_template: "{{ 'OFF' if value_json.clockTrusted else 'ON' }}",
      },
    ],
    [
      'alerts',
      {
        platform: 'binary_sensor',
        name: 'Alerts',
        state_topic: topics.alerts,
        device_class: 'problem',
        value_template: "{{ 'ON' if value_json | rejectattr('severity', 'eq', 'info') | list else 'OFF' }}",
        json_attributes_topic: topics.alerts,
        json_attributes_template: "{{ {'alerts': value_json | map(attribute='text') | list} | tojson }}",
      },
    ],
  ];
  if (takesCommands) {
    const refresh = { ...button(topics, 'report', null), entity_category: 'diagnostic' };
    components.push(['report', { ...refresh, name: 'Report now' }]);
  }
  return components;
}

function slotComponents(
  { topics, takesCommands }: DiscoverySettings,
  { name, title }: DiscoverySettings['slots'][number],
): Array<[string, Component]> {
  const called = title ?? name;
  const state = { state_topic: topics.slot(name) };
  // Hyphens are doubled so that no two names make one key.
  const key = (kind: string): string => `slot_${name.replaceAll('-', '--')}-${kind}`;
  const components: Array<[string, Component]> = [
    [
      key('level'),
      {
        platform: 'sensor',
        name: called,
        ...state,
        unit_of_measurement: '%',
        state_class: 'measurement',
        suggested_display_precision: 0,
        icon: 'mdi:cup-water',
        value_template: '{{ value_json.level }}',
        json_attributes_topic: topics.slot(name),
      },
    ],
    [
      key('phase'),
      {
        platform: 'sensor',
        name: `${called} phase`,
        ...state,
        device_class: 'enum',
        options: PHASES,
        icon: 'mdi:cart-outline',
        value_template: '{{ value_json.phase }}',
      },
    ],
    [
      key('problem'),
      {
        platform: 'binary_sensor',
        name: `${called} problem`,
        ...state,
        device_class: 'problem',
        value_template:
          "{{ 'ON' if value_json.phase in ['held', 'in-doubt'] or value_json.sensor != 'ok' or value_json.warning else 'OFF' }}",
      },
    ],
    [
      key('empty'),
      {
        platform: 'sensor',
        name: `${called} empty`,
        ...state,
        device_class: 'timestamp',
        value_template: '{{ value_json.emptyAt }}',
      },
    ],
    [
      key('order'),
      {
        platform: 'sensor',
        name: `${called} last order`,
        ...state,
        icon: 'mdi:package-variant',
        value_template:
          "{{ (value_json.lastOrder.detailCode or value_json.lastOrder.outcome) if value_json.lastOrder else 'none' }}",
      },
    ],
  ];
  if (takesCommands) {
    // Off until somebody switches it on: it spends money at a touch.
    const press = { ...button(topics, 'order', name), enabled_by_default: false, icon: 'mdi:cart-plus' };
    components.push([key('press'), { ...press, name: `Order ${called}` }]);
  }
  return components;
}

/** Every press has an id of its own, and is void a minute later: a command that waits at a broker must not order. */
function button(topics: Topics, command: string, slot: string | null): Component {
  const where = slot === null ? '' : `"slot":"${slot}",`;
  return {
    platform: 'button',
    command_topic: topics.command,
    command_template: `{"id":"ha-{{ (now().timestamp() * 1000) | int }}","command":"${command}",${where}"expiresAt":"{{ (utcnow() + timedelta(seconds=60)).strftime('%Y-%m-%dT%H:%M:%S.000Z') }}"}`,
    retain: false,
  };
}
