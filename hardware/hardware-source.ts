import type { Reading } from './reading.ts';

/**
 * Where a connection stands:
 * `opening` never opened yet, `open` bytes may flow, `silent` open but nothing arrived for too long (it is being
 * reopened), `failed` could not be opened or broke (it is being retried), `closed` stopped by us.
 */
export type HardwareState = 'opening' | 'open' | 'silent' | 'failed' | 'closed';

export type HardwareHealth = {
  readonly state: HardwareState;
  /** What is wrong and what to do about it, for a technician; null while all is well. */
  readonly error: string | null;
  /** Frames or lines that arrived and could not be used, since the start. */
  readonly badFrames: number;
  /** Good frames by which the sensor said that it has no value: no echo, overload. Only where there are such. */
  readonly emptyFrames?: number;
  /** How often the connection was opened anew after the first time. */
  readonly reopens: number;
  /** Monotonic time of the last good reading, or null. */
  readonly lastReadingAtMs: number | null;
};

/** What the owner of a source is told. Neither call may throw; both return at once. */
export type HardwareListener = {
  onReading(reading: Reading): void;
  /** Called when `state` or `error` changes, not for counters. */
  onHealth(health: HardwareHealth): void;
  /** Readings that arrived in one piece are told while `tell` runs, which it does before this returns. */
  together?(tell: () => void): void;
};

/**
 * One connection to hardware: opens, notices loss and silence, reopens with backoff for as long as it lives.
 * It never throws after construction: trouble is health, not an exception.
 */
export type HardwareSource = {
  /** Name of the entry under `hardware:` in the configuration. */
  readonly name: string;
  readonly driver: string;
  /** Starts opening, and keeps trying. Returns at once. */
  open(): void;
  health(): HardwareHealth;
  /** Stops for good; resolves when the device is released. Calling it twice is harmless. */
  close(): Promise<void>;
};
