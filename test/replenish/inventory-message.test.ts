import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import {
  capabilities,
  type InventorySlot,
  levelReport,
  useReport,
} from '../../agent/replenish/inventory-message.ts';
import { validateMessage } from '../support/asyncapi.ts';

const SLOT: InventorySlot = {
  name: 'Cyan ink',
  replenishmentId: 'amzn1.r.1',
  instance: 'InkSensor.Cyan',
  measure: { type: 'Percentage' },
  capacity: 100,
  isUseTold: false,
};
const PODS: InventorySlot = { ...SLOT, measure: { type: 'Count' }, capacity: 12, isUseTold: true };
const MILK: InventorySlot = { ...SLOT, measure: { type: 'Volume', unit: 'LITER' }, capacity: 1.5 };

const FACTS = { messageId: 'm-1', sampledAtMs: Date.UTC(2026, 10, 23, 9, 30) };
const LEVEL = { percent: 37.04, uncertaintyMs: 60_000, hasMoved: false };

/** The level sample of Amazon's page, as a schema: what is in it has to be there, by the letter. */
const PROPERTY = {
  type: 'object',
  additionalProperties: false,
  required: ['namespace', 'instance', 'name', 'value', 'timeOfSample', 'uncertaintyInMilliseconds'],
  properties: {
    namespace: { const: 'Alexa.InventoryLevelSensor' },
    instance: { const: 'InkSensor.Cyan' },
    name: { const: 'level' },
    value: { type: 'object' },
    timeOfSample: { const: '2026-11-23T09:30:00.000Z' },
    uncertaintyInMilliseconds: { const: 60_000 },
  },
};

function changeOf(text: string) {
  return JSON.parse(text).event.payload.change;
}

test('a level is a ChangeReport with one property by the letter of the sample', () => {
  const text = levelReport('printer', SLOT, LEVEL, FACTS);
  expect(JSON.parse(text).event.header).toEqual({
    namespace: 'Alexa',
    name: 'ChangeReport',
    messageId: 'm-1',
    payloadVersion: '3',
  });
  const change = changeOf(text);
  expect(change.cause).toEqual({ type: 'PERIODIC_POLL' });
  expect(change.properties).toHaveLength(1);
  const validate = new Ajv2020().compile(PROPERTY);
  validate(change.properties[0]);
  expect(validate.errors).toBeNull();
  expect(change.properties[0].value).toEqual({ '@type': 'Percentage', value: 37 });
  expect(validateMessage('slots/black/inventory', text)).toEqual([]);
});

test('a level that moved says so', () => {
  expect(changeOf(levelReport('printer', SLOT, { ...LEVEL, hasMoved: true }, FACTS)).cause).toEqual({
    type: 'PHYSICAL_INTERACTION',
  });
});

test.each([
  ['pieces are whole', PODS, { '@type': 'Count', value: 4 }],
  ['volumes bear their unit', MILK, { '@type': 'Volume', value: 0.556, unit: 'LITER' }],
])('%s', (_, slot, value) => {
  const text = levelReport('printer', slot, LEVEL, FACTS);
  expect(changeOf(text).properties[0].value).toEqual(value);
  expect(validateMessage('slots/black/inventory', text)).toEqual([]);
});

test('a use is an InventoryConsumed event by the letter of the sample', () => {
  const text = useReport('printer', { ...PODS, instance: 'Sensor.CoffeePod' }, 100 / 12, FACTS);
  expect(JSON.parse(text).event).toEqual({
    header: {
      namespace: 'Alexa.InventoryUsageSensor',
      name: 'InventoryConsumed',
      instance: 'Sensor.CoffeePod',
      messageId: 'm-1',
      payloadVersion: '3',
    },
    endpoint: { endpointId: 'printer' },
    payload: { usage: { '@type': 'Count', value: 1 }, timeOfSample: '2026-11-23T09:30:00.000Z' },
  });
  expect(validateMessage('slots/black/inventory/consumed', text)).toEqual([]);
});

test('no message bears a scope or a token: they are the cloud’s', () => {
  for (const text of [
    levelReport('printer', SLOT, LEVEL, FACTS),
    useReport('printer', PODS, 9, FACTS),
    capabilities('printer', [SLOT, PODS]),
  ])
    expect(text).not.toMatch(/scope|token|bearer/i);
});

test('capabilities hold what discovery asks for', () => {
  const text = capabilities('printer', [MILK]);
  expect(JSON.parse(text)).toEqual({
    endpointId: 'printer',
    capabilities: [
      {
        type: 'AlexaInterface',
        interface: 'Alexa.InventoryLevelSensor',
        version: '3',
        instance: 'InkSensor.Cyan',
        properties: { supported: [{ name: 'level' }], proactivelyReported: true, retrievable: false },
        capabilityResources: {
          friendlyNames: [{ '@type': 'text', value: { text: 'Cyan ink', locale: 'en-US' } }],
        },
        configuration: {
          measurement: { '@type': 'Volume', unit: 'LITER' },
          replenishment: { '@type': 'DashReplenishmentId', value: 'amzn1.r.1' },
        },
      },
    ],
  });
  expect(validateMessage('inventory/capabilities', text)).toEqual([]);
});

test('Amazon orders a slot by its level or by its uses, never by both', () => {
  const { capabilities: sensors } = JSON.parse(capabilities('printer', [PODS]));
  expect(
    sensors.map((sensor: { interface: string; configuration: object; properties?: object }) => [
      sensor.interface,
      'replenishment' in sensor.configuration,
      sensor.properties !== undefined,
    ]),
  ).toEqual([
    ['Alexa.InventoryLevelSensor', false, true],
    ['Alexa.InventoryUsageSensor', true, false],
  ]);
  expect(validateMessage('inventory/capabilities', capabilities('printer', [PODS]))).toEqual([]);
});
