import type { HardwareSettings } from '../hardware/open-hardware.ts';
import type { ListenAddress } from './listen-address.ts';
import type { Measure } from './schema/inventory.ts';

/** The configuration as the agent uses it: every default filled in, files with their whole path. */
export type Config = {
  readonly device: { readonly id: string; readonly name: string | null };
  readonly mqtt: MqttConfig;
  readonly replenish: ReplenishConfig;
  /** By the name that the technician chose. Without a prototype: a name from outside can be looked up safely. */
  readonly hardware: Readonly<Record<string, HardwareConfig>>;
  /** By the name that the technician chose. Without a prototype: a name from outside can be looked up safely. */
  readonly slots: Readonly<Record<string, SlotConfig>>;
  /** Where OpenMetrics text is served; null for nowhere. */
  readonly metrics: { readonly listen: ListenAddress } | null;
};

export type MqttConfig = {
  readonly url: string;
  readonly allowInsecure: boolean;
  readonly username: string | null;
  /** The file may be absent: it may be provisioned later. The same holds for `keyFile`. */
  readonly passwordFile: string | null;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly topicPrefix: string;
  /** How often the retained state is sent again when nothing changes. */
  readonly heartbeatMs: number;
  /** Whether a companion app may register the device. */
  readonly registration: boolean;
  /** Changes of a level smaller than this wait for the heartbeat. */
  readonly deadbandPercent: number;
  /** Whether commands are taken over MQTT. */
  readonly commands: boolean;
  /** Where the device is announced to Home Assistant; null for not at all. */
  readonly homeAssistant: { readonly discoveryPrefix: string } | null;
};

export type TokenConfig =
  | { readonly source: 'mqtt' }
  /** None is needed: the device asks Amazon for nothing. */
  | { readonly source: 'none' }
  /** The file may be absent: it may be provisioned later. */
  | { readonly source: 'file'; readonly file: string }
  | LwaConfig;

/** Login with Amazon on the device. Both secret files may be absent: they may be provisioned later. */
export type LwaConfig = {
  readonly source: 'lwa';
  /** The token endpoint, whole. */
  readonly url: string;
  readonly allowInsecure: boolean;
  readonly caFile: string | null;
  readonly clientId: string;
  readonly refreshTokenFile: string;
  /** null for a public client, which proves itself with PKCE. */
  readonly clientSecretFile: string | null;
};

/** What the consent page is told of this device. */
export type RegistrationConfig = {
  readonly consentUrl: string;
  readonly redirectUri: string;
  readonly model: string;
  readonly serial: string;
  readonly test: boolean;
  readonly nonLive: boolean;
};

export type ReplenishConfig = ReplenishSettings & ReplenishWay;

/** Who orders: this device at DRS, or Amazon by the inventory that it is told. */
export type ReplenishWay =
  | {
      readonly provider: 'drs';
      /** Scheme, host and port, without a slash at the end. */
      readonly url: string;
    }
  | { readonly provider: 'alexa'; readonly url: null };

type ReplenishSettings = {
  readonly allowInsecure: boolean;
  readonly caFile: string | null;
  readonly token: TokenConfig;
  /** null: this device can't be registered from here. */
  readonly registration: RegistrationConfig | null;
  readonly dryRun: boolean;
  readonly inDoubtWindowMs: number;
  /** Calls beside orders. */
  readonly duties: {
    readonly enabled: boolean;
    readonly startDelayMs: number;
    readonly levelStepPercent: number;
    readonly levelPauseMs: number;
  };
  readonly retry: { readonly firstMs: number; readonly maxMs: number };
  readonly timeouts: { readonly connectMs: number; readonly headersMs: number; readonly bodyMs: number };
};

/**
 * What the driver takes. How long it may be silent can be left to the slots that use it, and which inputs of a
 * converter are read is theirs alone.
 */
export type HardwareConfig = WithOpenSilence<
  | Exclude<HardwareSettings, { readonly driver: 'iio' }>
  | Omit<Extract<HardwareSettings, { readonly driver: 'iio' }>, 'channels'>
>;

export type HardwareConfigOf<D extends HardwareConfig['driver']> = Extract<
  HardwareConfig,
  { readonly driver: D }
>;

type WithOpenSilence<S> = S extends { readonly reopenAfterSilenceMs: number }
  ? Omit<S, 'reopenAfterSilenceMs'> & {
      /** null: the shortest `staleAfterMs` of the slots that use it. */
      readonly reopenAfterSilenceMs: number | null;
    }
  : S;

export type SlotConfig = {
  readonly slotId: string;
  readonly name: string | null;
  readonly sensor: { readonly from: string; readonly channel: string | null };
  /** At least two, sorted by raw; percent only rises or only falls. */
  readonly calibration: { readonly points: ReadonlyArray<readonly [raw: number, percent: number]> };
  readonly valid: { readonly min: number | null; readonly max: number | null };
  readonly sentinels: readonly number[];
  readonly filter: {
    readonly median: number;
    readonly maxNoisePercent: number;
    readonly maxRatePercentPerS: number;
  };
  /** null: a value that never changes is no reason to warn. */
  readonly stuckAfterMs: number | null;
  readonly staleAfterMs: number;
  /** What a full container holds, in the unit agreed with Amazon. */
  readonly capacity: { readonly quantity: number; readonly unit: string };
  /** What Alexa is told of the slot beside its level. */
  readonly inventory: {
    readonly replenishmentId: string;
    readonly instance: string;
    /** How amounts are told; never in percent with `isUseTold`. */
    readonly measure: Measure;
    readonly isUseTold: boolean;
  };
  /** Below `rearmAtPercent`. */
  readonly reorderAtPercent: number;
  readonly rearmAtPercent: number;
  readonly confirm: { readonly samples: number; readonly forMs: number };
  /** Also order when the forecast says empty within this time; null for by level alone. */
  readonly leadTimeMs: number | null;
  readonly maxOrders: { readonly count: number; readonly perMs: number } | null;
};
