import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Config, HardwareConfigOf, SlotConfig } from '../../config/config.ts';
import { inlineYaml } from '../../config/inline-yaml.ts';
import { durationText } from '../../config/quantity.ts';
import { configOf } from './good-config.ts';

const NAME = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/).filter((name) => name !== '__proto__');
const TEXT = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/\p{Cc}/u.test(text));
const RAW = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((raw) => raw + 0);

/** Milliseconds that a duration can say; of any size up to the limit. */
const duration = (minMs: number, maxMs: number) => fc.integer({ min: minMs, max: maxMs });
const percent = (min: number, max: number) =>
  fc.integer({ min: min * 100, max: max * 100 }).map((hundredths) => hundredths / 100);

const CALIBRATION = fc
  .tuple(
    fc.uniqueArray(RAW, {
      minLength: 2,
      maxLength: 6,
      comparator: (a, b) => Object.is(a + 0, b + 0) || a === b,
    }),
    fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 6, maxLength: 6 }),
    fc.boolean(),
  )
  .filter(([raws, percents]) => raws.length >= 2 && Math.max(...percents.slice(0, raws.length)) > 1)
  .map(([raws, percents, isInverted]) => {
    const sorted = percents.slice(0, raws.length).toSorted((a, b) => (isInverted ? b - a : a - b));
    return raws.toSorted((a, b) => a - b).map((raw, index) => [raw, sorted[index] ?? 0] as const);
  });

const SLOT: fc.Arbitrary<SlotConfig> = fc.record({
  slotId: fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }).filter((id) => id.length <= 255),
  name: fc.option(TEXT),
  sensor: fc.constant({ from: 'board', channel: null }),
  calibration: fc.record({ points: CALIBRATION }),
  valid: fc.record({
    min: fc.option(RAW.map((raw) => raw - 3e6)),
    max: fc.option(RAW.map((raw) => raw + 3e6)),
  }),
  sentinels: fc.uniqueArray(fc.integer(), { maxLength: 3 }),
  filter: fc.record({
    median: fc.integer({ min: 1, max: 99 }),
    maxNoisePercent: percent(0, 100),
    maxRatePercentPerS: percent(1, 100),
  }),
  capacity: fc.record({
    quantity: fc.integer({ min: 1, max: 1_000_000 }),
    unit: fc.constant('count'),
  }),
  inventory: fc.record({
    replenishmentId: TEXT,
    instance: TEXT,
    measure: fc.constant({ type: 'Count' as const }),
    isUseTold: fc.boolean(),
  }),
  stuckAfterMs: fc.option(duration(60_000, 31_536_000_000)),
  staleAfterMs: duration(100, 604_800_000),
  reorderAtPercent: percent(0, 49),
  rearmAtPercent: percent(50, 100),
  confirm: fc.record({ samples: fc.integer({ min: 1, max: 1000 }), forMs: duration(0, 86_400_000) }),
  leadTimeMs: fc.option(duration(60_000, 31_536_000_000)),
  maxOrders: fc.option(
    fc.record({ count: fc.integer({ min: 1, max: 100 }), perMs: duration(1_000, 31_536_000_000) }),
  ),
});

/** Slots under names of their own, with ids and channels of their own. */
const SLOTS = fc
  .dictionary(NAME, SLOT, { minKeys: 1, maxKeys: 4 })
  .map((slots) =>
    Object.fromEntries(
      Object.entries(slots).map(([name, slot], index) => [
        name,
        { ...slot, slotId: `${index}${slot.slotId}`, sensor: { from: 'board', channel: `${index}` } },
      ]),
    ),
  );

const BOARD: fc.Arbitrary<HardwareConfigOf<'lines'>> = fc.record({
  driver: fc.constant('lines' as const),
  port: fc.constantFrom('/dev/serial/by-id/usb-b', '/dev/serial/by-id/usb-x y'),
  baudRate: fc.integer({ min: 50, max: 4_000_000 }),
  pattern: fc.constant("'(?<channel>\\w+)' \"(?<value>\\d+)"),
  reopenAfterSilenceMs: fc.option(duration(100, 604_800_000)),
});

const CONFIG: fc.Arbitrary<Config> = fc.record({
  device: fc.record({ id: NAME, name: fc.option(TEXT) }),
  mqtt: fc.record({
    url: fc.constantFrom('mqtts://b', 'wss://b:1/x', 'mqtt://localhost:1883', 'mqtt://127.0.0.1'),
    allowInsecure: fc.boolean(),
    username: fc.option(TEXT),
    passwordFile: fc.option(fc.constant('/p')),
    caFile: fc.option(fc.constant('/ca')),
    certFile: fc.constant(null),
    keyFile: fc.constant(null),
    registration: fc.boolean(),
    topicPrefix: fc.constantFrom('replenish', 'a/b/c', 'ü'),
    heartbeatMs: duration(1_000, 604_800_000),
    deadbandPercent: percent(0, 50),
    commands: fc.boolean(),
    homeAssistant: fc.option(fc.record({ discoveryPrefix: fc.constantFrom('homeassistant', 'ha/lab') })),
  }),
  replenish: fc.record({
    provider: fc.constant('drs' as const),
    url: fc.constantFrom('https://drs.test', 'http://localhost:8080'),
    allowInsecure: fc.boolean(),
    caFile: fc.option(fc.constant('/ca')),
    token: fc.oneof(
      fc.constantFrom({ source: 'mqtt' } as const, { source: 'file', file: '/t' } as const),
      fc.record({
        source: fc.constant('lwa' as const),
        url: fc.constantFrom('https://lwa.test/auth/o2/token', 'http://localhost:8080/token'),
        allowInsecure: fc.boolean(),
        caFile: fc.option(fc.constant('/ca')),
        clientId: TEXT,
        refreshTokenFile: fc.constant('/r'),
        clientSecretFile: fc.option(fc.constant('/s')),
      }),
    ),
    registration: fc.option(
      fc.record({
        model: NAME,
        serial: NAME,
        redirectUri: fc.constantFrom('https://maker.test/back', 'http://localhost:1/'),
        consentUrl: fc.constant('https://www.amazon.com/ap/oa'),
        test: fc.boolean(),
        nonLive: fc.boolean(),
      }),
    ),
    dryRun: fc.boolean(),
    inDoubtWindowMs: duration(0, 604_800_000),
    duties: fc.record({
      enabled: fc.boolean(),
      startDelayMs: duration(100, 3_600_000),
      levelStepPercent: percent(1, 100),
      levelPauseMs: duration(1_000, 86_400_000),
    }),
    retry: fc.record({ firstMs: duration(10, 60_000), maxMs: duration(60_000, 86_400_000) }),
    timeouts: fc.record({
      connectMs: duration(10, 300_000),
      headersMs: duration(10, 300_000),
      bodyMs: duration(10, 300_000),
    }),
  }),
  hardware: fc.record({ board: BOARD }),
  slots: SLOTS,
  metrics: fc.option(
    fc.record({
      listen: fc.record({ host: fc.constantFrom('127.0.0.1', 'localhost'), port: fc.nat({ max: 65_535 }) }),
    }),
  ),
});

/** The file that a person would write for a configuration. JSON texts, which YAML reads too, carry odd characters. */
function fileOf(config: Config): string {
  const { mqtt, replenish, hardware, slots, metrics } = config;
  const { duties, retry, timeouts } = replenish;
  const { heartbeatMs, deadbandPercent, ...mqttRest } = mqtt;
  const { inDoubtWindowMs, ...replenishRest } = replenish;
  const file = {
    device: config.device,
    mqtt: { ...mqttRest, heartbeat: durationText(heartbeatMs), deadband: `${deadbandPercent}%` },
    replenish: {
      ...replenishRest,
      inDoubtWindow: durationText(inDoubtWindowMs),
      duties: {
        enabled: duties.enabled,
        startDelay: durationText(duties.startDelayMs),
        levelStep: `${duties.levelStepPercent}%`,
        levelPause: durationText(duties.levelPauseMs),
      },
      retry: { first: durationText(retry.firstMs), max: durationText(retry.maxMs) },
      timeouts: {
        connect: durationText(timeouts.connectMs),
        headers: durationText(timeouts.headersMs),
        body: durationText(timeouts.bodyMs),
      },
    },
    hardware: Object.fromEntries(
      Object.entries(hardware).map(([name, settings]) => {
        const { reopenAfterSilenceMs, ...rest } = { reopenAfterSilenceMs: null, ...settings };
        const reopenAfterSilence = reopenAfterSilenceMs === null ? null : durationText(reopenAfterSilenceMs);
        return [name, { ...rest, reopenAfterSilence }];
      }),
    ),
    slots: Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, slotFile(slot)])),
    metrics: metrics === null ? null : { listen: `${metrics.listen.host}:${metrics.listen.port}` },
  };
  return JSON.stringify(withoutNulls(file), null, 1);
}

function slotFile(slot: SlotConfig): object {
  const { slotId, name, sensor, calibration, valid, sentinels, filter, confirm, maxOrders } = slot;
  return {
    slotId,
    name,
    sensor,
    calibration,
    valid: { ...valid, sentinels },
    filter: {
      median: filter.median,
      maxNoise: `${filter.maxNoisePercent}%`,
      maxRate: `${filter.maxRatePercentPerS}%`,
    },
    staleAfter: durationText(slot.staleAfterMs),
    capacity: slot.capacity,
    inventory: {
      replenishmentId: slot.inventory.replenishmentId,
      instance: slot.inventory.instance,
      usage: slot.inventory.isUseTold,
    },
    stuckAfter: slot.stuckAfterMs === null ? null : durationText(slot.stuckAfterMs),
    reorderAt: `${slot.reorderAtPercent}%`,
    rearmAt: `${slot.rearmAtPercent}%`,
    confirm: { samples: confirm.samples, for: durationText(confirm.forMs) },
    ...(slot.leadTimeMs === null ? {} : { leadTime: durationText(slot.leadTimeMs) }),
    maxOrders: maxOrders === null ? null : { count: maxOrders.count, per: durationText(maxOrders.perMs) },
  };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}

test('every valid configuration is read as what was written', () => {
  fc.assert(
    fc.property(CONFIG, (config) => {
      expect(configOf(fileOf(config))).toEqual(config);
    }),
    { numRuns: 200 },
  );
});

test('every value that is written on one line is read as the same value', () => {
  const value = fc.string({ maxLength: 15 }).filter((text) => text !== '' && !/\p{Cc}/u.test(text));
  fc.assert(
    fc.property(value, (slotId) => {
      const file = JSON.parse(fileOf(fc.sample(CONFIG, { numRuns: 1, seed: 1 })[0] as Config)) as Config;
      const [name = ''] = Object.keys(file.slots);
      const text = JSON.stringify({ ...file, slots: { [name]: 'SLOT' } }).replace('"SLOT"', () =>
        inlineYaml({ ...file.slots[name], slotId, leadTime: undefined }).replace(/, leadTime: undefined/, ''),
      );
      expect(configOf(text).slots[name]?.slotId).toBe(slotId);
    }),
    { numRuns: 50 },
  );
});
