import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { HardwareHealth, HardwareSource } from '../hardware/hardware-source.ts';
import { openHardware } from '../hardware/open-hardware.ts';
import type { Reading } from '../hardware/reading.ts';
import { createPipeline, type Pipeline, type PipelineDeps } from './pipeline.ts';
import { lostRecord, NEW_RECORD } from './policy/decide.ts';
import type { SlotRecord } from './policy/slot-state.ts';
import { createDashClient } from './replenish/dash-client.ts';
import { openHttpDoor } from './replenish/http-door.ts';
import { createTokens } from './replenish/open-tokens.ts';
import { createDevice, type Device } from './report/device.ts';
import { createUplink } from './report/uplink.ts';
import { type SlotSettings, silenceLimitMs, slotSettingsOf } from './settings.ts';
import { openStateStore, type StateStore } from './store/state-store.ts';
import type { Clock } from './system/clock.ts';
import type { Log } from './system/log.ts';

export type AgentDeps = {
  readonly stateDir: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
};

export type Agent = {
  start(): void;
  /** Says why a new configuration was refused, or null when the one in force is the newest. */
  setConfigError(error: string | null): void;
  /** Finishes what is under way, says `offline`, releases everything. Takes less than 5 s. */
  stop(): Promise<void>;
};

/** How long a request that is out may still be waited for at a stop. Longer, and it is in doubt at the next start. */
const DRAIN_MS_MAX = 1_500;

/**
 * The composition root: builds every part from the configuration and ties them together, in the order of the flow.
 *
 * @throws CodedError when the state directory can't be used.
 */
export function composeAgent(config: Config, deps: AgentDeps): Agent {
  const { clock, log } = deps;
  const { store, quarantined } = openStateStore(deps.stateDir, clock.wallMs());
  if (quarantined !== null) log.error({ quarantined }, LOST_SENTENCE);

  const device = createDevice({ ...deps, isQuarantined: quarantined !== null, store });
  const uplink = createUplink(config, { ...deps, store, device, onToken: (offer) => tokens.offer(offer) });
  const tokens = createTokens(config.replenish.token, {
    ...deps,
    request: (reason) => uplink.requestToken(reason),
    onChange: () => {
      device.setToken(tokens.source.status());
      for (const pipeline of pipelines.values()) pipeline.tokenChanged();
    },
  });
  const client = createDashClient(config.replenish.url, openHttpDoor(config.replenish, clock), clock.wallMs);

  const pipelines = openPipelines(config, deps, store, {
    clock,
    log,
    random: Math.random,
    newOrderId: randomUUID,
    store,
    tokens: tokens.source,
    client,
    onView: uplink.showSlot,
    onReports: uplink.sendReports,
    onStore: (error) => {
      if (error !== null)
        log.error({ error }, 'The state could not be written: nothing is ordered until it can be.');
      device.setStoreError(error);
    },
  });
  const sources = openSources(config, pipelines, device, deps);

  return {
    start: () => {
      device.onChange(() => uplink.showDevice(device.view()));
      uplink.start(tokens.connected, pipelines);
      tokens.source.start();
      device.setToken(tokens.source.status());
      for (const pipeline of pipelines.values()) pipeline.start();
      for (const source of sources) source.open();
    },
    setConfigError: (error) => device.setConfigError(error),
    stop: async () => {
      // That the hardware is closed now says nothing about the hardware.
      device.onChange(() => undefined);
      await Promise.all(sources.map((source) => source.close()));
      await Promise.race([
        Promise.all([...pipelines.values()].map((pipeline) => pipeline.drain())),
        new Promise<void>((resolve) => clock.after(DRAIN_MS_MAX, resolve)),
      ]);
      for (const pipeline of pipelines.values()) pipeline.stop();
      tokens.source.stop();
      await Promise.all([client.close(), uplink.stop()]);
      store.close();
    },
  };
}

const LOST_SENTENCE =
  'The state was damaged and has been set aside. Every slot is held until a refill shows where it stands.';

/** One pipeline per slot, each with its record; slots whose history is lost begin held. */
function openPipelines(
  config: Config,
  { clock, log }: AgentDeps,
  store: StateStore,
  deps: PipelineDeps,
): ReadonlyMap<string, Pipeline> {
  const pipelines = new Map<string, Pipeline>();
  let areAllRecorded = true;
  for (const settings of slotSettingsOf(config)) {
    const stored = store.load(settings.name);
    let record: SlotRecord = stored === null || stored === 'lost' ? NEW_RECORD : stored;
    if (stored === 'lost') {
      record = beginHeld(settings, clock);
      try {
        store.commit(settings.name, record, []);
      } catch (error) {
        areAllRecorded = false;
        log.error(
          { slot: settings.name, error: String(error) },
          'The loss of a slot history could not be recorded.',
        );
      }
    }
    pipelines.set(settings.name, createPipeline(settings, record, deps));
  }
  if (areAllRecorded) store.forgetLoss();
  return pipelines;
}

function beginHeld(settings: SlotSettings, clock: Clock): SlotRecord {
  return lostRecord(settings.limits, {
    now: clock.instant(),
    tokenFingerprint: null,
    spareOrderId: randomUUID(),
    jitter: 0,
  });
}

/** Every connection, with its readings led to the slots that asked for them. */
function openSources(
  config: Config,
  pipelines: ReadonlyMap<string, Pipeline>,
  device: Device,
  { clock, log }: AgentDeps,
): readonly HardwareSource[] {
  const bySensor = new Map<string, Pipeline>();
  for (const [slot, { sensor }] of Object.entries(config.slots)) {
    const pipeline = pipelines.get(slot);
    if (pipeline !== undefined) bySensor.set(sensorKey(sensor.from, sensor.channel ?? ''), pipeline);
  }
  const onReading = (reading: Reading): void =>
    bySensor.get(sensorKey(reading.hardware, reading.channel))?.take(reading.raw);
  return Object.entries(config.hardware).map(([name, settings]) => {
    const onHealth = (health: HardwareHealth): void => {
      const facts = { hardware: name, state: health.state, reopens: health.reopens };
      if (health.error === null) log.info(facts, `Hardware ${name} is ${health.state}.`);
      else log.warn(facts, health.error);
      device.hardwareChanged();
    };
    const reopenAfterSilenceMs = silenceLimitMs(config, name);
    const source = openHardware(name, { ...settings, reopenAfterSilenceMs }, { onReading, onHealth }, clock);
    device.addHardware(source);
    return source;
  });
}

/** Names hold no line break, so no two pairs make the same key. */
function sensorKey(hardware: string, channel: string): string {
  return `${hardware}\n${channel}`;
}
