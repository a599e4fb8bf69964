import type { TokenSource } from './replenish/access-token.ts';
import type { OrderTaker } from './replenish/provider.ts';
import type { SlotView } from './report/payload.ts';
import type { StateStore } from './store/state-store.ts';
import type { Clock } from './system/clock.ts';
import type { Log } from './system/log.ts';

/** What a slot's flow needs from the world. */
export type PipelineDeps = {
  readonly clock: Clock;
  /** 0 up to 1. */
  readonly random: () => number;
  /** An id that no order had before. */
  readonly newOrderId: () => string;
  readonly store: Pick<StateStore, 'commit'>;
  readonly tokens: Pick<TokenSource, 'current' | 'refresh'>;
  readonly client: OrderTaker;
  /** The slot's retained state is worth publishing. */
  readonly onView: (slot: string, view: SlotView) => void;
  /** Order events were added to the outbox. */
  readonly onReports: () => void;
  /** The state could (null) or could not be written. */
  readonly onStore: (error: string | null) => void;
  readonly log: Log;
};
