import { resolve } from 'node:path';
import type { Config, ReplenishConfig, ReplenishWay, SlotConfig, TokenConfig } from './config.ts';
import type { Folders } from './folders.ts';
import { hardwareConfig } from './schema/hardware.ts';
import { measureOf } from './schema/inventory.ts';
import { metricsConfig } from './schema/metrics.ts';
import { homeAssistantConfig } from './schema/mqtt.ts';
import type { ConfigFile } from './schema.ts';

/** PURE. The file as it was read -> the configuration as it is used. */
export function assemble(file: ConfigFile, folders: Folders): Config {
  const secret = (path: string) => resolve(folders.credentials ?? folders.config, path);
  const beside = (path: string) => resolve(folders.config, path);
  const { device, mqtt, replenish } = file;
  return {
    device: { id: device.id, name: device.name ?? null },
    mqtt: {
      url: mqtt.url,
      allowInsecure: mqtt.allowInsecure,
      username: mqtt.username ?? null,
      passwordFile: orNull(mqtt.passwordFile, secret),
      caFile: orNull(mqtt.caFile, beside),
      certFile: orNull(mqtt.certFile, beside),
      keyFile: orNull(mqtt.keyFile, secret),
      topicPrefix: mqtt.topicPrefix,
      heartbeatMs: mqtt.heartbeat,
      deadbandPercent: mqtt.deadband,
      commands: mqtt.commands,
      registration: mqtt.registration,
      homeAssistant: homeAssistantConfig(mqtt.homeAssistant),
    },
    replenish: assembleReplenish(replenish, secret, beside),
    hardware: mapEntries(file.hardware, (entry) => hardwareConfig(entry, beside)),
    slots: mapEntries(file.slots, assembleSlot),
    metrics: metricsConfig(file.metrics),
  };
}

type Resolve = (path: string) => string;

function assembleReplenish(
  replenish: ConfigFile['replenish'],
  secret: Resolve,
  beside: Resolve,
): ReplenishConfig {
  const { allowInsecure, caFile, registration, dryRun, inDoubtWindow, duties, retry, timeouts } = replenish;
  const isOrdering = replenish.provider === 'drs';
  return {
    ...assembleProvider(replenish),
    allowInsecure,
    caFile: orNull(caFile, beside),
    token: isOrdering ? assembleToken(replenish.token, secret, beside) : { source: 'none' },
    registration: isOrdering ? (registration ?? null) : null,
    dryRun,
    inDoubtWindowMs: inDoubtWindow,
    duties: {
      enabled: duties.enabled,
      startDelayMs: duties.startDelay,
      levelStepPercent: duties.levelStep,
      levelPauseMs: duties.levelPause,
    },
    retry: { firstMs: retry.first, maxMs: retry.max },
    timeouts: { connectMs: timeouts.connect, headersMs: timeouts.headers, bodyMs: timeouts.body },
  };
}

/** Only the schema knows that an ordering device has a url. */
function assembleProvider({ provider, url = '' }: ConfigFile['replenish']): ReplenishWay {
  return provider === 'drs' ? { provider, url: url.replace(/\/$/, '') } : { provider, url: null };
}

function assembleToken(
  token: ConfigFile['replenish']['token'],
  secret: Resolve,
  beside: Resolve,
): TokenConfig {
  switch (token.source) {
    case 'mqtt':
      return token;
    case 'file':
      return { ...token, file: secret(token.file) };
    case 'lwa':
      return {
        ...token,
        caFile: orNull(token.caFile, beside),
        refreshTokenFile: secret(token.refreshTokenFile),
        clientSecretFile: orNull(token.clientSecretFile, secret),
      };
  }
}

function assembleSlot(slot: ConfigFile['slots'][string], key: string): SlotConfig {
  const { valid, filter, confirm, maxOrders, inventory } = slot;
  return {
    slotId: slot.slotId,
    name: slot.name ?? null,
    sensor: { from: slot.sensor.from, channel: slot.sensor.channel ?? null },
    calibration: { points: calibrationPoints(slot.calibration) },
    valid: { min: valid.min ?? null, max: valid.max ?? null },
    sentinels: [...new Set([...valid.sentinels, ...slot.sentinels])],
    filter: {
      median: filter.median,
      maxNoisePercent: filter.maxNoise,
      maxRatePercentPerS: filter.maxRate,
    },
    staleAfterMs: slot.staleAfter,
    stuckAfterMs: slot.stuckAfter ?? null,
    capacity: slot.capacity,
    inventory: {
      replenishmentId: inventory.replenishmentId ?? slot.slotId,
      instance: inventory.instance ?? `Slot.${key}`,
      measure: measureOf(slot.capacity.unit) ?? { type: 'Percentage' },
      isUseTold: inventory.usage,
    },
    reorderAtPercent: slot.reorderAt,
    rearmAtPercent: slot.rearmAt,
    confirm: { samples: confirm.samples, forMs: confirm.for },
    leadTimeMs: slot.leadTime ?? null,
    maxOrders: maxOrders === undefined ? null : { count: maxOrders.count, perMs: maxOrders.per },
  };
}

/** Both spellings as one: a line of points sorted by raw. An inverted sensor's begins with its full end. */
function calibrationPoints({ empty = 0, full = 0, points }: ConfigFile['slots'][string]['calibration']) {
  const line =
    points ??
    ([
      [empty, 0],
      [full, 100],
    ] as const);
  return line.map(([raw, percent]) => [raw, percent] as const).toSorted(([a], [b]) => a - b);
}

function orNull<T, R>(value: T | undefined, make: (value: T) => R): R | null {
  return value === undefined ? null : make(value);
}

function mapEntries<T, R>(
  record: Readonly<Record<string, T>>,
  make: (value: T, name: string) => R,
): Record<string, R> {
  const made: Record<string, R> = Object.create(null);
  for (const [name, value] of Object.entries(record)) made[name] = make(value, name);
  return made;
}
