import type { SlotConfig } from '../../config/config.ts';
import { isoTime } from '../system/iso-instant.ts';

/** How amounts are told: what a full container holds, in which unit. */
export type InventoryMeasure = SlotConfig['inventory']['measure'];

/** A slot as Alexa knows it. */
export type InventorySlot = Pick<SlotConfig['inventory'], 'replenishmentId' | 'instance' | 'isUseTold'> & {
  /** For people. */
  readonly name: string;
  readonly measure: InventoryMeasure;
  /** What a full container holds, in that unit. */
  readonly capacity: number;
};

export type MessageFacts = {
  /** Different for each message. */
  readonly messageId: string;
  /** When the level was believed, wall time. */
  readonly sampledAtMs: number;
};

const LEVEL_SENSOR = 'Alexa.InventoryLevelSensor';
const USAGE_SENSOR = 'Alexa.InventoryUsageSensor';

/**
 * The body of a ChangeReport with the amount left (docs/device-apis/alexa-inventorylevelsensor.html). The scope of the
 * endpoint is not in it: the token of the customer's account belongs to the maker's cloud.
 *
 * @param level how full, percent; `uncertaintyMs` how old the reading behind it may be; `hasMoved` whether that is why.
 */
export function levelReport(
  deviceId: string,
  slot: InventorySlot,
  level: { readonly percent: number; readonly uncertaintyMs: number; readonly hasMoved: boolean },
  { messageId, sampledAtMs }: MessageFacts,
): string {
  const property = {
    namespace: LEVEL_SENSOR,
    instance: slot.instance,
    name: 'level',
    value: amountOf(slot, level.percent),
    timeOfSample: isoTime(sampledAtMs),
    uncertaintyInMilliseconds: level.uncertaintyMs,
  };
  return JSON.stringify({
    event: {
      header: { namespace: 'Alexa', name: 'ChangeReport', messageId, payloadVersion: '3' },
      endpoint: { endpointId: deviceId },
      payload: {
        change: {
          cause: { type: level.hasMoved ? 'PHYSICAL_INTERACTION' : 'PERIODIC_POLL' },
          properties: [property],
        },
      },
    },
    context: { properties: [] },
  });
}

/** The body of an InventoryConsumed event (docs/device-apis/alexa-inventoryusagesensor.html); no scope either. */
export function useReport(
  deviceId: string,
  slot: InventorySlot,
  usedPercent: number,
  { messageId, sampledAtMs }: MessageFacts,
): string {
  return JSON.stringify({
    event: {
      header: {
        namespace: USAGE_SENSOR,
        name: 'InventoryConsumed',
        instance: slot.instance,
        messageId,
        payloadVersion: '3',
      },
      endpoint: { endpointId: deviceId },
      payload: {
        usage: amountOf(slot, usedPercent),
        timeOfSample: isoTime(sampledAtMs),
      },
    },
  });
}

/**
 * What the cloud needs for Discover.Response and AddOrUpdateReport. Amazon orders by a level or by uses, never by both
 * (each interface sends makers of the other kind to the other one): so the replenishment id stands at one sensor only.
 */
export function capabilities(deviceId: string, slots: readonly InventorySlot[]): string {
  return JSON.stringify({ endpointId: deviceId, capabilities: slots.flatMap(sensorsOf) });
}

function sensorsOf(slot: InventorySlot): readonly object[] {
  const { type } = slot.measure;
  const sensor = {
    type: 'AlexaInterface',
    version: '3',
    instance: slot.instance,
    capabilityResources: {
      friendlyNames: [{ '@type': 'text', value: { text: slot.name, locale: 'en-US' } }],
    },
  };
  const measurement = 'unit' in slot.measure ? { '@type': type, unit: slot.measure.unit } : { '@type': type };
  const replenishment = { '@type': 'DashReplenishmentId', value: slot.replenishmentId };
  const level = {
    ...sensor,
    interface: LEVEL_SENSOR,
    // The device answers no question: whoever asks it is answered by the cloud, which has the last report.
    properties: { supported: [{ name: 'level' }], proactivelyReported: true, retrievable: false },
    configuration: slot.isUseTold ? { measurement } : { measurement, replenishment },
  };
  if (!slot.isUseTold) return [level];
  return [level, { ...sensor, interface: USAGE_SENSOR, configuration: { measurement, replenishment } }];
}

function amountOf({ measure, capacity }: InventorySlot, percent: number): object {
  const amount = (percent * capacity) / 100;
  switch (measure.type) {
    case 'Percentage':
      return { '@type': measure.type, value: rounded(percent, 1) };
    case 'Count':
      return { '@type': measure.type, value: Math.round(amount) };
    case 'Volume':
    case 'Weight':
      return { '@type': measure.type, value: rounded(amount, 3), unit: measure.unit };
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
