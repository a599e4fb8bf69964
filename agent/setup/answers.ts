/** Everything that a first configuration says. Texts are as they were typed. */
export type Answers = {
  readonly deviceId: string;
  readonly deviceName: string | null;
  readonly broker: BrokerAnswer;
  readonly token: TokenAnswer;
  readonly replenishUrl: string;
  readonly dryRun: boolean;
  readonly source: SourceAnswer;
  /** At least one. */
  readonly slots: readonly SlotAnswer[];
};

export type BrokerAnswer = {
  readonly url: string;
  readonly allowInsecure: boolean;
  /** A user also gets a file for the password. */
  readonly user: string | null;
  readonly caFile: string | null;
};

export type TokenAnswer =
  | { readonly source: 'mqtt' }
  | { readonly source: 'file'; readonly file: string }
  | { readonly source: 'lwa'; readonly clientId: string };

export type SourceDriver = 'lines' | 'scale' | 'ultrasonic' | 'lidar' | 'firmata' | 'modbus' | 'iio' | 'gpio';

/** The one connection to sensors that a first configuration has. */
export type SourceAnswer = {
  readonly driver: SourceDriver;
  /** Its settings without `driver` and `channels`, in the order in which they are written. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Latest raw value of each channel that was heard; `''` for hardware that yields a single value. */
  readonly latest: ReadonlyMap<string, number>;
  /** What the hardware was heard to say, for people; `''` for nothing. */
  readonly heard: string;
  /** Whether each slot has to say which value of the hardware it reads. */
  readonly hasChannels: boolean;
};

export type SlotAnswer = {
  readonly name: string;
  readonly slotId: string;
  readonly label: string | null;
  /**
   * Which value of the hardware: a channel of lines, an input of a converter, a pin of an Arduino, a line of a GPIO chip,
   * `unit:register` on Modbus. Null for hardware that yields a single one.
   */
  readonly channel: string | null;
  /** Raw values of the empty and the full container. */
  readonly empty: number;
  readonly full: number;
  /** False while the two only stand in for measured ones. */
  readonly isCalibrated: boolean;
  /** As in the file, `20%`; null for the default. */
  readonly reorderAt: string | null;
  readonly rearmAt: string | null;
};

/** Files beside the configuration that secrets belong into. */
export const PASSWORD_FILE = 'mqtt-password';
export const REFRESH_TOKEN_FILE = 'refresh-token';
export const ACCESS_TOKEN_FILE = 'access-token';
