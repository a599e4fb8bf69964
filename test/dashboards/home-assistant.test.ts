import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { discoveryPayload } from '../../agent/report/home-assistant.ts';
import { topics } from '../../agent/report/topics.ts';
import { CHECKOUT } from '../support/agent-process.ts';
import { documentedMessages } from '../support/asyncapi.ts';

const FOLDER = join(CHECKOUT, 'config/dashboards/home-assistant');
const automationsText = readFileSync(join(FOLDER, 'automations.yaml'), 'utf8');
const dashboardText = readFileSync(join(FOLDER, 'dashboard.yaml'), 'utf8');
const automations: unknown = parse(automationsText);
const dashboard: unknown = parse(dashboardText);

/** The device of which the files speak, as the agent announces it. */
const announced: { components: Record<string, { platform: string; name: string }> } = JSON.parse(
  discoveryPayload({
    discoveryPrefix: 'homeassistant',
    deviceId: 'kitchen-printer-7',
    deviceName: 'Kitchen printer',
    version: '0.1.0',
    topics: topics('replenish', 'kitchen-printer-7'),
    slots: [
      { name: 'black', title: 'Black ink' },
      { name: 'cyan', title: 'Cyan ink' },
    ],
    goneSlots: [],
    takesCommands: true,
  }),
);

/** As Home Assistant makes ids: the name of the device and that of the entity, in lower case, with underscores. */
const entityIds = Object.values(announced.components).map(
  ({ platform, name }) =>
    `${platform}.${`Kitchen printer ${name}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`,
);

const text = { type: 'string', minLength: 1 };
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const list = (items: object) => ({ type: 'array', minItems: 1, items });

/** What Home Assistant documents of automations (docs/automation/yaml, docs/automation/trigger), as far as it is used. */
const condition = object({ condition: { const: 'template' }, value_template: text }, [
  'condition',
  'value_template',
]);
const notification = (name: string, required: readonly string[]) =>
  object(
    {
      action: { const: `persistent_notification.${name}` },
      data: object(Object.fromEntries(required.map((key) => [key, text])), required),
    },
    ['action', 'data'],
  );
const simpleAction = {
  oneOf: [
    notification('create', ['notification_id', 'title', 'message']),
    notification('dismiss', ['notification_id']),
  ],
};
const action = {
  oneOf: [
    ...simpleAction.oneOf,
    object({ variables: { type: 'object', additionalProperties: text } }, ['variables']),
    // From pairs: an object literal with `then` looks like a promise to the linter.
    object(
      Object.fromEntries([
        ['if', list(condition)],
        ...['then', 'else'].map((key) => [key, list(simpleAction)]),
      ]),
      ['if', 'then'],
    ),
  ],
};
const trigger = {
  oneOf: [
    object({ trigger: { const: 'mqtt' }, topic: text, payload: text }, ['trigger', 'topic']),
    object(
      {
        trigger: { const: 'state' },
        entity_id: list(text),
        attribute: text,
        to: list(text),
        for: { type: 'string', pattern: '^\\d\\d:\\d\\d:\\d\\d$' },
      },
      ['trigger', 'entity_id'],
    ),
  ],
};
const automationsSchema = list(
  object(
    {
      id: text,
      alias: text,
      description: text,
      mode: { enum: ['single', 'restart', 'queued', 'parallel'] },
      max: { type: 'integer', minimum: 1 },
      triggers: list(trigger),
      conditions: list(condition),
      actions: list(action),
    },
    ['id', 'alias', 'triggers', 'actions'],
  ),
);

/** What it documents of dashboards and of the cards (dashboards/dashboards, dashboards/cards). */
const card = (type: string, properties: object, required: readonly string[]) =>
  object({ type: { const: type }, title: text, name: text, icon: text, ...properties }, [
    'type',
    ...required,
  ]);
const bound = { type: 'number' };
const row = {
  oneOf: [
    object({ entity: text, name: text }, ['entity']),
    object({ type: { const: 'attribute' }, entity: text, attribute: text, name: text }, [
      'type',
      'entity',
      'attribute',
    ]),
  ],
};
const gauge = card(
  'gauge',
  {
    entity: text,
    min: bound,
    max: bound,
    severity: object({ green: bound, yellow: bound, red: bound }, ['green', 'yellow', 'red']),
  },
  ['entity'],
);
const tap = object(
  {
    action: { const: 'perform-action' },
    perform_action: text,
    target: object({ entity_id: text }),
    confirmation: object({ text }, ['text']),
  },
  ['action', 'perform_action', 'confirmation'],
);
const dashboardSchema = object(
  {
    title: text,
    views: list(
      object(
        {
          title: text,
          path: { type: 'string', pattern: '^[a-z-]+$' },
          icon: text,
          cards: list({
            oneOf: [
              card('markdown', { content: text }, ['content']),
              card('horizontal-stack', { cards: list(gauge) }, ['cards']),
              card('history-graph', { hours_to_show: { type: 'integer' }, entities: list(row) }, [
                'entities',
              ]),
              card('entities', { entities: list(row) }, ['entities']),
              card('button', { entity: text, tap_action: tap }, ['tap_action']),
            ],
          }),
        },
        ['title', 'cards'],
      ),
    ),
  },
  ['views'],
);

function mistakes(schema: object, value: unknown): unknown {
  const isValid = new Ajv2020({ strict: false }).compile(schema);
  isValid(value);
  return isValid.errors;
}

/** Names that a pattern with one group finds. */
const named = (source: string, pattern: RegExp): readonly string[] =>
  [...new Set([...source.matchAll(pattern)].map(([, name = '']) => name))].toSorted();

/** Fields that config/asyncapi.yaml shows of a message. */
function fieldsOf(name: string): readonly string[] {
  const message = documentedMessages.find((documented) => documented.name === name);
  return (message?.examples ?? []).flat().flatMap((example) => Object.keys(Object(example)));
}

describe.each([
  ['automations.yaml', automationsText],
  ['dashboard.yaml', dashboardText],
])('%s', (_, source) => {
  test('names entities that the agent announces, and no others', () => {
    const entities = named(source, /\b((?:binary_sensor|sensor|button)\.kitchen_printer\w+)/g);
    expect(entities.length).toBeGreaterThan(1);
    expect(entities.filter((entity) => !entityIds.includes(entity))).toEqual([]);
  });
});

describe('the automations', () => {
  test('keep to what Home Assistant documents', () => {
    expect(mistakes(automationsSchema, automations)).toBeNull();
  });

  test('listen to topics and read fields that are documented', () => {
    const heard = named(automationsText, /^ +topic: (\S+)$/gm);
    expect(heard).toEqual(['replenish/+/alerts', 'replenish/+/slots/+/order', 'replenish/+/status']);
    for (const topic of heard) {
      const under = topic.replace('replenish/+/', '').replaceAll('+', 'black');
      expect(documentedMessages.some(({ matches, action }) => action === 'send' && matches(under))).toBe(
        true,
      );
    }
    const fields = named(automationsText, /payload_json\.(\w+)/g);
    expect(fields).toEqual(['detailCode', 'level', 'orderId', 'outcome']);
    expect(fields.filter((field) => !fieldsOf('order').includes(field))).toEqual([]);
    const attributes = named(automationsText, /attribute(?:: |=')(\w+)|rejectattr\('(\w+)/g).filter(Boolean);
    const known = [...fieldsOf('slot'), ...fieldsOf('alerts')];
    expect(attributes).toEqual(['sensor', 'text']);
    expect(attributes.filter((attribute) => !known.includes(attribute))).toEqual([]);
  });
});

describe('the dashboard', () => {
  test('keeps to what Home Assistant documents', () => {
    expect(mistakes(dashboardSchema, dashboard)).toBeNull();
  });

  test('reads attributes that a level and the alerts have', () => {
    const read = [
      ...named(dashboardText, /\bslot\.(\w+)/g),
      ...named(dashboardText, /attributes\.(\w+)/g),
      ...named(dashboardText, /attribute: (\w+)/g),
    ];
    expect(read).toContain('subscribed');
    expect(read.filter((name) => name !== 'alerts' && !fieldsOf('slot').includes(name))).toEqual([]);
    expect(JSON.stringify(announced.components['alerts'])).toContain("{'alerts':");
    const levels = announced.components['slot_black-level'];
    expect(levels).toHaveProperty('json_attributes_topic', 'replenish/kitchen-printer-7/slots/black');
  });

  test('orders nothing without a question', () => {
    const ordering = dashboardText.match(/perform_action/g) ?? [];
    expect(dashboardText.match(/confirmation:/g)).toHaveLength(ordering.length);
  });
});
