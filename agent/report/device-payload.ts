import type { HardwareState } from '../../hardware/hardware-source.ts';
import type { TokenState } from '../replenish/access-token.ts';
import { wireTime, wireTimeOrNull } from './wire-value.ts';

/** One entry of `hardware:` as the device report shows it. */
export type HardwareView = {
  readonly driver: string;
  readonly state: HardwareState;
  /** Wall time of the last good reading; null before the first. */
  readonly lastReadingAtMs: number | null;
  /** What is wrong and what to do; null while all is well. */
  readonly error: string | null;
  readonly badFrames: number;
  /** Whole frames by which the sensor said that it has no value. */
  readonly emptyFrames: number;
  readonly reopens: number;
};

/** What a slot's sensor has been worth since the start of the agent. */
export type SensorView = {
  readonly readings: number;
  readonly outOfRange: number;
  readonly sentinels: number;
  readonly noisySpells: number;
  readonly jumps: number;
  /** Wall time since when every reading has been the same; null before the first. */
  readonly sameSinceMs: number | null;
};

/** What stands on `device`, before it is text. No secret is part of it. */
export type DeviceView = {
  /** Version of the agent. */
  readonly version: string;
  /** Wall time. */
  readonly startedAtMs: number;
  /** Whether there is reason to believe the wall clock, and so every time in the reports. */
  readonly clockTrusted: boolean;
  readonly hardware: Readonly<Record<string, HardwareView>>;
  /** By slot. */
  readonly sensors: Readonly<Record<string, SensorView>>;
  readonly token: {
    /** `rejected`: DRS called it invalid, and no newer one came. `revoked`: the device has to be registered again. */
    readonly state: TokenState;
    /** Wall time; null when there is no token or its lifetime is not known. */
    readonly expiresAtMs: number | null;
  };
  readonly outbox: {
    /** Order events that wait for the broker's acknowledgement. */
    readonly depth: number;
    /** Order events lost because the outbox was full, since the state file exists. */
    readonly dropped: number;
  };
  /** What keeps this device and DRS apart beside orders; null while nothing is known to. */
  readonly drs: { readonly error: string | null };
  readonly store: {
    /** `quarantined`: a damaged state file was set aside at this start. `failed`: writing fails now. */
    readonly state: 'ok' | 'quarantined' | 'failed';
    readonly error: string | null;
  };
  /** Why the last reload of the configuration was refused; null when the file in force is the newest. */
  readonly config: { readonly error: string | null };
  /** Wall time of this view. */
  readonly atMs: number;
};

/** The device report as JSON text. */
export function devicePayload(view: DeviceView): string {
  return JSON.stringify({
    version: view.version,
    startedAt: wireTime(view.startedAtMs),
    clockTrusted: view.clockTrusted,
    // fromEntries and not assignment: a connection may be called `__proto__`.
    hardware: Object.fromEntries(
      Object.entries(view.hardware).map(([name, hardware]) => [name, hardwareOnWire(hardware)]),
    ),
    sensors: Object.fromEntries(
      Object.entries(view.sensors).map(([slot, { sameSinceMs, ...counters }]) => [
        slot,
        { ...counters, sameSince: wireTimeOrNull(sameSinceMs) },
      ]),
    ),
    token: { state: view.token.state, expiresAt: wireTimeOrNull(view.token.expiresAtMs) },
    outbox: { depth: view.outbox.depth, dropped: view.outbox.dropped },
    drs: { error: view.drs.error },
    store: { state: view.store.state, error: view.store.error },
    config: { error: view.config.error },
    at: wireTime(view.atMs),
  });
}

function hardwareOnWire(hardware: HardwareView): object {
  return {
    driver: hardware.driver,
    state: hardware.state,
    lastReadingAt: wireTimeOrNull(hardware.lastReadingAtMs),
    error: hardware.error,
    badFrames: hardware.badFrames,
    emptyFrames: hardware.emptyFrames,
    reopens: hardware.reopens,
  };
}
