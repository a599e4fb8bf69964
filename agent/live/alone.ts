import type { Config } from '../../config/config.ts';
import type { Reading } from '../../hardware/reading.ts';
import { extrasFrom } from '../local/live-extras.ts';
import { type LiveFrame, liveFrame } from '../local/service-view.ts';
import { openEntry } from '../open-entry.ts';
import { createDevice } from '../report/device.ts';
import { slotSettingsOf } from '../settings.ts';
import type { StoredState } from '../store/read-state.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { createSlotEye } from './slot-eye.ts';

/** The sensors read by this process, while no service does. */
export type Alone = {
  live(): LiveFrame;
  /** Releases every device. */
  close(): Promise<void>;
};

const silent = (): void => undefined;
const NO_LOG: Log = { debug: silent, info: silent, warn: silent, error: silent };

/**
 * Reads the sensors and looks at the levels as the service does. Nothing is ordered, sent or written: neither the state
 * nor the ways to broker and Amazon are open here.
 */
export function openAlone(
  config: Config,
  { records, isHistoryLost, outbox }: StoredState,
  { version, clock }: { readonly version: string; readonly clock: Clock },
): Alone {
  const eyes = new Map(
    slotSettingsOf(config).map((settings) => {
      const record = records.get(settings.name) ?? (isHistoryLost ? 'lost' : null);
      return [settings.name, createSlotEye(settings, record, clock)] as const;
    }),
  );
  const take = ({ hardware, channel, raw }: Reading): void => {
    for (const [slot, { sensor }] of Object.entries(config.slots))
      if (sensor.from === hardware && (sensor.channel ?? '') === channel) eyes.get(slot)?.take(raw);
  };
  const listener = { onReading: take, onHealth: silent };
  const sources = Object.keys(config.hardware).map((name) => openEntry(config, name, listener, clock));
  const device = createDevice({
    version,
    clock,
    log: NO_LOG,
    store: { outbox: { depth: () => outbox.depth, dropped: () => outbox.dropped } },
    isQuarantined: false,
    onChange: silent,
  });
  device.setHardware(sources);
  device.setSensors(() => new Map([...eyes].map(([slot, eye]) => [slot, eye.sensorHealth()])));
  for (const source of sources) source.open();
  return {
    live: () =>
      liveFrame(
        device.view(),
        { connected: false, protocolVersion: null, error: null },
        new Map([...eyes].map(([slot, eye]) => [slot, eye.view()])),
        extrasFrom(config),
      ),
    close: async () => {
      await Promise.all(sources.map((source) => source.close()));
    },
  };
}
