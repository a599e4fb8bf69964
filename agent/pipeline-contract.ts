import type { UsageHistory } from './forecast/usage.ts';
import type { SensorHealth } from './level/sensor-health.ts';
import type { ByHand, Reply, SlotEvent } from './policy/decision.ts';
import type { TokenSource } from './replenish/access-token.ts';
import type { OrderTaker } from './replenish/provider.ts';
import type { SlotView } from './report/payload.ts';
import type { GroupCommit } from './store/group-commit.ts';
import type { Clock } from './system/clock.ts';
import type { Log } from './system/log.ts';

/** What a slot's flow needs from the world. */
export type PipelineDeps = {
  readonly clock: Clock;
  /** 0 up to 1. */
  readonly random: () => number;
  /** An id that no order had before. */
  readonly newOrderId: () => string;
  /** What all slots commit through. */
  readonly journal: GroupCommit;
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

/** What the world may ask of a slot's flow. */
export type Pipeline = {
  /** Takes the slot's record up; call once, before the first reading. */
  start(): void;
  /** One raw value of the slot's sensor. @param takenAtMs when, monotonic; now, if it is left out. */
  take(raw: number, takenAtMs?: number): void;
  tokenChanged(): void;
  /** News from Amazon about this slot. */
  hear(event: Extract<SlotEvent, { kind: 'notification' | 'subscription' | 'test-order-cancelled' }>): void;
  /** What a person decides about this slot; done and durable when it is answered, or refused and forgotten. */
  hearByHand(event: ByHand): Reply;
  view(): SlotView;
  /** How the slot is used up, up to now. */
  usage(): UsageHistory;
  /** What the slot's sensor has been worth since the start. */
  sensorHealth(): SensorHealth;
  /** Decides nothing more; resolves when the request that is out, if any, is answered and durable. */
  drain(): Promise<void>;
  /** Lets go of every timer. */
  stop(): void;
};
