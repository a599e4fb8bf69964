import type { HardwareSource } from '../../hardware/hardware-source.ts';
import type { Pipeline } from '../pipeline-contract.ts';
import type { TokenSource } from '../replenish/access-token.ts';
import type { OrderTaker } from '../replenish/provider.ts';
import type { Inventory } from '../report/inventory.ts';
import type { StateStore } from '../store/state-store.ts';
import type { SystemClock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { DeviceCalls } from './device-calls.ts';

/** Who sees to it that what runs low is bought anew. */
export type Provider = {
  /** Where the slots' orders go. */
  readonly orders: OrderTaker;
  /** Everything beside orders, for these slots. */
  attend(pipelines: ReadonlyMap<string, Pipeline>, sources: readonly HardwareSource[]): Attendance;
  /** Orders that are still out end without an answer. */
  close(): Promise<void>;
};

/** What goes to Amazon beside orders: no order waits for any of it. */
export type Attendance = DeviceCalls & {
  start(): void;
  /** A level, a hold or the token may have changed. */
  changed(): void;
  subscriptionsChanged(): void;
  /** What is to stand on the broker for Alexa; null for nothing. */
  inventory(): Inventory | null;
  /** The broker has acknowledged a retained message; whose, its text tells. */
  accepted(payload: string): void;
  /** Does nothing more; what is out ends without an answer. */
  close(): Promise<void>;
};

export type ProviderDeps = {
  readonly clock: SystemClock;
  readonly log: Log;
  readonly store: Pick<StateStore, 'duties' | 'commitUse'>;
  /** 0 up to 1. */
  readonly random: () => number;
  /** An id that no message had before. */
  readonly newMessageId: () => string;
  readonly tokens: Pick<TokenSource, 'current' | 'refresh'>;
  /** DRS took this device off its list. */
  readonly onDeregistered: () => void;
  /** Local names of slots that DRS does not list. */
  readonly onUnlisted: (slots: readonly string[]) => void;
  /** The inventory has changed. */
  readonly onInventory: () => void;
  /** Events were added to the outbox. */
  readonly onReports: () => void;
};
