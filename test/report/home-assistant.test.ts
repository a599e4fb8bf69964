import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import {
  type DiscoverySettings,
  discoveryPayload,
  discoveryTopic,
} from '../../agent/report/home-assistant.ts';
import { topics } from '../../agent/report/topics.ts';

const SETTINGS: DiscoverySettings = {
  discoveryPrefix: 'homeassistant',
  deviceId: 'kitchen-printer-7',
  deviceName: 'Kitchen printer',
  version: '1.2.3',
  topics: topics('site/hall-2', 'kitchen-printer-7'),
  slots: [
    { name: 'black', title: 'Black ink' },
    { name: 'light-cyan', title: null },
  ],
  goneSlots: [],
  takesCommands: true,
};

/** What Home Assistant's documentation of MQTT discovery and of the three platforms allows, as far as it is used. */
const template = { type: 'string', pattern: String.raw`\{\{.*\}\}` };
const topic = { type: 'string', minLength: 1, pattern: '^[^+#]+$' };
const common = {
  name: { type: 'string', minLength: 1 },
  unique_id: { type: 'string', pattern: '^[A-Za-z0-9_-]+$' },
  icon: { type: 'string', pattern: '^mdi:[a-z-]+$' },
  entity_category: { enum: ['diagnostic', 'config'] },
  enabled_by_default: { type: 'boolean' },
};
const state = { state_topic: topic, value_template: template };
const platform = (name: string, properties: object, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  required: ['platform', 'name', 'unique_id', ...required],
  properties: { platform: { const: name }, ...common, ...properties },
});
const isValid = new Ajv2020({ strict: false }).compile({
  type: 'object',
  additionalProperties: false,
  required: ['device', 'origin', 'components'],
  properties: {
    device: {
      type: 'object',
      additionalProperties: false,
      required: ['identifiers', 'name'],
      properties: {
        identifiers: { type: 'array', minItems: 1, items: { type: 'string' } },
        name: { type: 'string' },
        manufacturer: { type: 'string' },
        model: { type: 'string' },
        sw_version: { type: 'string' },
      },
    },
    origin: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: { name: { type: 'string' }, sw_version: { type: 'string' } },
    },
    availability_topic: topic,
    payload_available: { type: 'string' },
    payload_not_available: { type: 'string' },
    qos: { enum: [0, 1, 2] },
    components: {
      type: 'object',
      propertyNames: { pattern: '^[A-Za-z0-9_-]+$' },
      additionalProperties: {
        oneOf: [
          platform(
            'sensor',
            {
              ...state,
              unit_of_measurement: { const: '%' },
              state_class: { const: 'measurement' },
              device_class: { enum: ['enum', 'timestamp'] },
              options: { type: 'array', items: { type: 'string' } },
              suggested_display_precision: { type: 'integer' },
              json_attributes_topic: topic,
            },
            ['state_topic'],
          ),
          platform(
            'binary_sensor',
            {
              ...state,
              device_class: { const: 'problem' },
              json_attributes_topic: topic,
              json_attributes_template: template,
            },
            ['state_topic'],
          ),
          platform('button', { command_topic: topic, command_template: template, retain: { const: false } }, [
            'command_topic',
          ]),
          // The platform alone takes a component away.
          {
            type: 'object',
            additionalProperties: false,
            required: ['platform'],
            properties: { platform: { enum: ['sensor', 'binary_sensor', 'button'] } },
          },
        ],
      },
    },
  },
});

function payload(changes: Partial<DiscoverySettings> = {}) {
  return JSON.parse(discoveryPayload({ ...SETTINGS, ...changes }));
}

test('the announcement keeps to what Home Assistant documents', () => {
  isValid(payload({ goneSlots: ['magenta'] }));
  expect(isValid.errors).toBeNull();
});

test('the topic is one for the whole device, and tells a hyphen from a slash', () => {
  expect(discoveryTopic(SETTINGS)).toBe('homeassistant/device/site-hall--2/kitchen-printer-7/config');
  const other = { ...SETTINGS, topics: topics('site-hall/2', 'kitchen-printer-7') };
  expect(discoveryTopic(other)).not.toBe(discoveryTopic(SETTINGS));
});

test('each slot has its level, phase, problem, forecast and last order, each with an id of its own', () => {
  const { components } = payload();
  const names = Object.values<{ name: string }>(components).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'Black ink',
      'Black ink phase',
      'Black ink problem',
      'Black ink empty',
      'Black ink last order',
      'light-cyan',
    ]),
  );
  const ids = Object.values<{ unique_id: string }>(components).map(({ unique_id }) => unique_id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(components['slot_black-level']).toMatchObject({
    state_topic: 'site/hall-2/kitchen-printer-7/slots/black',
    unit_of_measurement: '%',
  });
});

test('no two slots share a component', () => {
  const slots = ['a', 'a-level', 'a--level'].map((name) => ({ name, title: null }));
  expect(Object.keys(payload({ slots }).components)).toHaveLength(3 * 6 + 5);
});

test('a slot that is gone leaves its platforms only, so that Home Assistant forgets it', () => {
  const { components } = payload({ goneSlots: ['magenta'] });
  expect(components['slot_magenta-level']).toEqual({ platform: 'sensor' });
  expect(components['slot_magenta-problem']).toEqual({ platform: 'binary_sensor' });
});

test('a slot that came back is no longer gone', () => {
  expect(payload({ goneSlots: ['black'] })).toEqual(payload());
});

test('what should be known of the device is one problem, with the sentences as its attributes', () => {
  const { alerts } = payload().components;
  expect(alerts).toMatchObject({
    platform: 'binary_sensor',
    device_class: 'problem',
    state_topic: 'site/hall-2/kitchen-printer-7/alerts',
    json_attributes_topic: 'site/hall-2/kitchen-printer-7/alerts',
  });
  expect(alerts.value_template).toContain("rejectattr('severity', 'eq', 'info')");
  expect(alerts.json_attributes_template).toContain("map(attribute='text')");
});

test('there is something to press only where commands are taken, and ordering has to be switched on first', () => {
  const { components } = payload();
  expect(components['slot_black-press']).toMatchObject({
    command_topic: 'site/hall-2/kitchen-printer-7/command',
    enabled_by_default: false,
    retain: false,
  });
  const { components: mute } = payload({ takesCommands: false });
  expect(Object.values<{ platform: string }>(mute).filter(({ platform }) => platform === 'button')).toEqual(
    [],
  );
});

test('a press is a command with an id of its own that is void a minute later', () => {
  const { command_template: text } = payload().components['slot_black-press'];
  const command = JSON.parse(
    text
      .replace('{{ (now().timestamp() * 1000) | int }}', '1763900000000')
      .replace(/"\{\{ \(utcnow.*\}\}"/, '"2026-11-23T12:01:00.000Z"'),
  );
  expect(command).toEqual({
    id: 'ha-1763900000000',
    command: 'order',
    slot: 'black',
    expiresAt: '2026-11-23T12:01:00.000Z',
  });
});
