import type { HardwareSource } from '../../hardware/hardware-source.ts';
import type { SensorHealth } from '../level/sensor-health.ts';
import type { TokenStatus } from '../replenish/access-token.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { DeviceView } from './device-payload.ts';

/** What is known of the device as a whole, for its retained report. */
export type Device = {
  setHardware(sources: readonly HardwareSource[]): void;
  /** How to learn what the sensor of each slot has been worth. */
  setSensors(healthBySlot: () => ReadonlyMap<string, SensorHealth>): void;
  setToken(status: TokenStatus): void;
  setStoreError(error: string | null): void;
  setDrsError(error: string | null): void;
  setConfigError(error: string | null): void;
  /** Something that the view repeats has changed elsewhere. */
  changed(): void;
  view(): DeviceView;
};

export type DeviceDeps = {
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: { readonly outbox: Pick<StateStore['outbox'], 'depth' | 'dropped'> };
  readonly isQuarantined: boolean;
  /** The view is worth publishing again. */
  readonly onChange: (view: DeviceView) => void;
};

export function createDevice({ version, clock, log, store, isQuarantined, onChange }: DeviceDeps): Device {
  const startedAtMs = clock.wallMs();
  let sources: readonly HardwareSource[] = [];
  let healthBySlot: () => ReadonlyMap<string, SensorHealth> = () => new Map();
  let token: TokenStatus = { state: 'missing', expiresAtMs: null, error: null };
  let storeError: string | null = null;
  let drsError: string | null = null;
  let configError: string | null = null;

  /** A monotonic time as the wall clock has it now. */
  const toWallMs = (monotonicMs: number | null): number | null =>
    monotonicMs === null ? null : Math.round(clock.wallMs() - clock.nowMs() + monotonicMs);

  const view = (): DeviceView => ({
    version,
    startedAtMs,
    clockTrusted: clock.wallTrusted(),
    hardware: Object.fromEntries(
      sources.map((source) => {
        const { state, error, badFrames, emptyFrames = 0, reopens, lastReadingAtMs } = source.health();
        const shown = { driver: source.driver, state, error, badFrames, emptyFrames, reopens };
        return [source.name, { ...shown, lastReadingAtMs: toWallMs(lastReadingAtMs) }];
      }),
    ),
    sensors: Object.fromEntries(
      [...healthBySlot()].map(([slot, { sameSinceMs, ...counters }]) => [
        slot,
        { ...counters, sameSinceMs: toWallMs(sameSinceMs) },
      ]),
    ),
    token: { state: token.state, expiresAtMs: toWallMs(token.expiresAtMs) },
    outbox: { depth: store.outbox.depth(), dropped: store.outbox.dropped() },
    drs: { error: drsError },
    store: { state: storeState(storeError, isQuarantined), error: storeError },
    config: { error: configError },
    atMs: clock.wallMs(),
  });
  const changed = (): void => onChange(view());

  return {
    setHardware: (next) => {
      sources = next;
    },
    setSensors: (next) => {
      healthBySlot = next;
    },
    setToken: (status) => {
      const isNews = status.state !== token.state || status.error !== token.error;
      if (isNews && status.error !== null) log.warn({ token: { state: status.state } }, status.error);
      else if (isNews) log.info({ token: { state: status.state } }, `The access token is ${status.state}.`);
      token = status;
      changed();
    },
    setStoreError: (error) => {
      storeError = error;
      changed();
    },
    setDrsError: (error) => {
      if (error === drsError) return;
      drsError = error;
      changed();
    },
    setConfigError: (error) => {
      configError = error;
      changed();
    },
    changed,
    view,
  };
}

function storeState(error: string | null, isQuarantined: boolean): DeviceView['store']['state'] {
  if (error !== null) return 'failed';
  return isQuarantined ? 'quarantined' : 'ok';
}
