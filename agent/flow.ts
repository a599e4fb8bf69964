import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { HardwareHealth, HardwareSource } from '../hardware/hardware-source.ts';
import type { Reading } from '../hardware/reading.ts';
import { openEntry } from './open-entry.ts';
import { createPipeline } from './pipeline.ts';
import type { Pipeline, PipelineDeps } from './pipeline-contract.ts';
import { NEW_RECORD } from './policy/decide.ts';
import type { SlotRecord } from './policy/slot-state.ts';
import { openProvider } from './provider/open-provider.ts';
import type { Attendance, ProviderDeps } from './provider/provider.ts';
import type { Notification } from './report/notification-message.ts';
import { type SlotSettings, slotSettingsOf } from './settings.ts';
import { GroupCommit } from './store/group-commit.ts';
import type { StateStore } from './store/state-store.ts';
import type { SystemClock } from './system/clock.ts';
import type { LifeSigns } from './system/life-signs.ts';
import type { Log } from './system/log.ts';
import type { Recorder } from './system/recorder.ts';
import { takeUpRecords } from './take-up-records.ts';

/** All slots of one configuration: their sensors, their pipelines, their way to Amazon. */
export type Flow = Omit<Attendance, 'start' | 'changed' | 'subscriptionsChanged' | 'close'> & {
  readonly pipelines: ReadonlyMap<string, Pipeline>;
  readonly sources: readonly HardwareSource[];
  /** Resolves when each connection to hardware was tried once. */
  readonly tried: Promise<void>;
  /** Slots that have a history here and are not configured: nothing must stand on the broker for them. */
  readonly retired: readonly string[];
  /** Takes the slots up: from now on they hear. */
  start(): void;
  /** Begins to read, and to do what is due every day; never, once it was told to be quiet. */
  open(): void;
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

export type FlowDeps = Omit<PipelineDeps, 'client' | 'random' | 'newOrderId' | 'journal'> &
  Omit<ProviderDeps, 'random' | 'newMessageId'> & {
    readonly clock: SystemClock;
    readonly log: Log;
    readonly store: StateStore;
    /** Hears every reading first; null without a recording. */
    readonly recorder: Pick<Recorder, 'take'> | null;
    /** A connection's state, or its first reading, is worth reporting. */
    readonly onHardware: () => void;
    readonly life: LifeSigns;
  };

export function composeFlow(config: Config, deps: FlowDeps): Flow {
  const provider = openProvider(config, { ...deps, random: Math.random, newMessageId: randomUUID });
  const onView: FlowDeps['onView'] = (slot, view) => {
    deps.onView(slot, view);
    lane.changed();
  };
  const slots = slotSettingsOf(config);
  const { records, store } = takeUpRecords(slots, deps);
  const journal = new GroupCommit(store);
  const pipelines = openPipelines(slots, records, {
    ...deps,
    journal,
    onView,
    client: provider.orders,
    random: Math.random,
    newOrderId: randomUUID,
  });
  const tried = Promise.withResolvers<void>();
  const noteTried = (): void => {
    if (sources.every((source) => source.health().state !== 'opening')) tried.resolve();
  };
  const onHardware = (): void => {
    noteTried();
    deps.onHardware();
  };
  const sources = openSources(config, pipelines, journal, { ...deps, onHardware });
  const lane = provider.attend(pipelines, sources);
  let isQuiet = false;
  return {
    ...lane,
    pipelines,
    sources,
    tried: tried.promise,
    retired: [...deps.store.found().keys()].filter((slot) => !pipelines.has(slot)),
    start: () =>
      journal.together(() => {
        for (const pipeline of pipelines.values()) pipeline.start();
      }),
    open: () => {
      if (isQuiet) return;
      for (const source of sources) source.open();
      noteTried();
      lane.start();
    },
    tokenChanged: () => {
      journal.together(() => {
        for (const pipeline of pipelines.values()) pipeline.tokenChanged();
      });
      lane.changed();
    },
    hear: (notification) => {
      if (notification.kind === 'deregistered') deps.onDeregistered();
      if (notification.kind === 'subscriptions') lane.subscriptionsChanged();
      for (const [slot, { slotId }] of Object.entries(config.slots))
        tell(pipelines.get(slot), slotId, notification);
    },
    quiesce: async (hurry) => {
      isQuiet = true;
      await Promise.all([lane.close(), ...sources.map((source) => source.close())]);
      await Promise.race([Promise.all([...pipelines.values()].map((pipeline) => pipeline.drain())), hurry]);
      // Whatever is still out ends without an answer now.
      await provider.close();
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

/** One pipeline per slot, each with the history that is its own; slots whose history is lost begin held. */
function openPipelines(
  slots: readonly SlotSettings[],
  records: ReadonlyMap<string, SlotRecord>,
  deps: PipelineDeps,
): ReadonlyMap<string, Pipeline> {
  return new Map(
    slots.map((settings) => [
      settings.name,
      createPipeline(settings, records.get(settings.name) ?? NEW_RECORD, deps),
    ]),
  );
}

/** Every connection, with its readings led to the slots that asked for them. */
function openSources(
  config: Config,
  pipelines: ReadonlyMap<string, Pipeline>,
  journal: GroupCommit,
  { clock, log, recorder, onHardware, life }: FlowDeps,
): readonly HardwareSource[] {
  const bySensor = new Map<string, Map<string, Pipeline>>();
  for (const [slot, { sensor }] of Object.entries(config.slots)) {
    const pipeline = pipelines.get(slot);
    if (pipeline === undefined) continue;
    const channels = bySensor.get(sensor.from) ?? new Map<string, Pipeline>();
    bySensor.set(sensor.from, channels.set(sensor.channel ?? '', pipeline));
  }
  return Object.entries(config.hardware).map(([name, { driver }]) => {
    const part = life.part(clock);
    // A recording that was played to its end is not stuck.
    if (driver === 'transcript') part.end();
    const channels = bySensor.get(name);
    let isHeard = false;
    const onReading = (reading: Reading): void => {
      recorder?.take(reading);
      if (!isHeard) {
        isHeard = true;
        onHardware();
      }
      channels?.get(reading.channel)?.take(reading.raw, reading.takenAtMs);
      part.show(reading.takenAtMs);
    };
    const onHealth = (health: HardwareHealth): void => {
      // That a connection closed because we stop says nothing about it.
      if (health.state === 'closed') {
        part.end();
        return;
      }
      const facts = { hardware: name, state: health.state, reopens: health.reopens };
      if (health.error === null) log.info(facts, `Hardware ${name} is ${health.state}.`);
      else log.warn(facts, health.error);
      onHardware();
    };
    const together = (tell: () => void): void => journal.together(tell);
    return openEntry(config, name, { onReading, onHealth, together }, part.timing);
  });
}
