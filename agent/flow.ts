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
import type { Notification } from './report/notification-message.ts';
import { type SlotSettings, silenceLimitMs, slotSettingsOf } from './settings.ts';
import type { StateStore } from './store/state-store.ts';
import type { Clock, SystemClock } from './system/clock.ts';
import type { Log } from './system/log.ts';

/** All slots of one configuration: their sensors, their pipelines, their way to DRS. */
export type Flow = {
  readonly pipelines: ReadonlyMap<string, Pipeline>;
  readonly sources: readonly HardwareSource[];
  start(): void;
  tokenChanged(): void;
  hear(notification: Notification): void;
  /**
   * Reads no more and sends no more. Resolves when every request that is out is answered, and its outcome durable, or
   * when `hurry` does; what is not answered by then is in doubt, durably. News of orders is still heard.
   */
  quiesce(hurry: Promise<void>): Promise<void>;
  /** Hears nothing more. At once, so that nothing falls between this flow and the next. */
  stop(): void;
};

export type FlowDeps = Omit<PipelineDeps, 'client' | 'random' | 'newOrderId'> & {
  readonly clock: SystemClock;
  readonly log: Log;
  readonly store: StateStore;
  /** A connection's state, or its first reading, is worth reporting. */
  readonly onHardware: () => void;
};

export function composeFlow(config: Config, deps: FlowDeps): Flow {
  const { clock } = deps;
  const client = createDashClient(config.replenish.url, openHttpDoor(config.replenish, clock), clock);
  const pipelines = openPipelines(
    config,
    { ...deps, client, random: Math.random, newOrderId: randomUUID },
    deps,
  );
  const sources = openSources(config, pipelines, deps);
  return {
    pipelines,
    sources,
    start: () => {
      for (const pipeline of pipelines.values()) pipeline.start();
      for (const source of sources) source.open();
    },
    tokenChanged: () => {
      for (const pipeline of pipelines.values()) pipeline.tokenChanged();
    },
    hear: (notification) => {
      for (const [slot, { slotId }] of Object.entries(config.slots))
        tell(pipelines.get(slot), slotId, notification);
    },
    quiesce: async (hurry) => {
      await Promise.all(sources.map((source) => source.close()));
      await Promise.race([Promise.all([...pipelines.values()].map((pipeline) => pipeline.drain())), hurry]);
      // Whatever is still out ends without an answer now.
      await client.close();
      await Promise.all([...pipelines.values()].map((pipeline) => pipeline.drain()));
    },
    stop: () => {
      for (const pipeline of pipelines.values()) pipeline.stop();
    },
  };
}

function tell(pipeline: Pipeline | undefined, slotId: string, notification: Notification): void {
  if (notification.kind === 'order' && notification.slotId === slotId) {
    pipeline?.hear({ kind: 'notification', type: notification.type, instanceId: notification.instanceId });
  }
  if (notification.kind === 'subscriptions') {
    const subscribed = notification.subscribed.get(slotId);
    if (subscribed !== undefined) pipeline?.hear({ kind: 'subscription', subscribed });
  }
}

/** One pipeline per slot, each with its record; slots whose history is lost begin held. */
function openPipelines(
  config: Config,
  deps: PipelineDeps,
  { clock, log, store }: FlowDeps,
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
  { clock, log, onHardware }: FlowDeps,
): readonly HardwareSource[] {
  const bySensor = new Map<string, Pipeline>();
  for (const [slot, { sensor }] of Object.entries(config.slots)) {
    const pipeline = pipelines.get(slot);
    if (pipeline !== undefined) bySensor.set(sensorKey(sensor.from, sensor.channel ?? ''), pipeline);
  }
  const heard = new Set<string>();
  const onReading = (reading: Reading): void => {
    if (!heard.has(reading.hardware)) {
      heard.add(reading.hardware);
      onHardware();
    }
    bySensor.get(sensorKey(reading.hardware, reading.channel))?.take(reading.raw);
  };
  return Object.entries(config.hardware).map(([name, settings]) => {
    const onHealth = (health: HardwareHealth): void => {
      // That a connection closed because we stop says nothing about it.
      if (health.state === 'closed') return;
      const facts = { hardware: name, state: health.state, reopens: health.reopens };
      if (health.error === null) log.info(facts, `Hardware ${name} is ${health.state}.`);
      else log.warn(facts, health.error);
      onHardware();
    };
    const reopenAfterSilenceMs = silenceLimitMs(config, name);
    return openHardware(name, { ...settings, reopenAfterSilenceMs }, { onReading, onHealth }, clock);
  });
}

/** Names hold no line break, so no two pairs make the same key. */
function sensorKey(hardware: string, channel: string): string {
  return `${hardware}\n${channel}`;
}
