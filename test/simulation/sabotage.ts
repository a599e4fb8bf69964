import type { SlotRecord } from '../../agent/policy/slot-state.ts';
import type { TokenSource } from '../../agent/replenish/access-token.ts';
import type { DashClient } from '../../agent/replenish/dash-client.ts';
import type { LwaClient } from '../../agent/replenish/lwa-client.ts';
import type { RefreshTokenKeeper } from '../../agent/replenish/refresh-token-file.ts';
import type { Publisher } from '../../agent/report/link.ts';
import type { OutboxSource } from '../../agent/report/outbox-sender.ts';
import type { SlotSettings } from '../../agent/settings.ts';
import type { SystemClock } from '../../agent/system/clock.ts';
import type { TimerOwner } from './process-clock.ts';
import type { ProcessStore } from './process-store.ts';

/** Deliberate defects, each a wrap around what a process is given. Left out, it is given the real thing. */
export type Sabotage = {
  readonly settings?: (settings: SlotSettings) => SlotSettings;
  readonly record?: (record: SlotRecord) => SlotRecord;
  readonly store?: (store: ProcessStore) => ProcessStore;
  readonly client?: (
    client: Pick<DashClient, 'replenish'>,
    store: ProcessStore,
  ) => Pick<DashClient, 'replenish'>;
  readonly tokens?: (
    tokens: Pick<TokenSource, 'current' | 'refresh'>,
  ) => Pick<TokenSource, 'current' | 'refresh'>;
  readonly keeper?: (keeper: RefreshTokenKeeper) => RefreshTokenKeeper;
  readonly lwaClient?: (client: Pick<LwaClient, 'refresh'>) => Pick<LwaClient, 'refresh'>;
  readonly publisher?: (publisher: Publisher) => Publisher;
  readonly outbox?: (outbox: OutboxSource) => OutboxSource;
  readonly clock?: (clock: SystemClock, owner: TimerOwner) => SystemClock;
  readonly orderId?: (orderId: string) => string;
};
