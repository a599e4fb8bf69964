import type { HoldReason, SlotPhase } from '../policy/slot-state.ts';

/** One thing that happened to a slot in a replay. */
export type ReplayEntry = {
  /** Milliseconds since the recording began. */
  readonly atMs: number;
  readonly slot: string;
  /** Believed level, percent; null when unknown. */
  readonly level: number | null;
} & (
  | {
      /** Another phase, another reason for a hold, or another state of the sensor. */
      readonly kind: 'phase';
      readonly phase: SlotPhase;
      readonly reason: HoldReason | null;
      readonly sensor: 'ok' | 'stale' | 'fault';
      readonly why: string;
    }
  | {
      /** A request to DRS would have left now. */
      readonly kind: 'order';
      /** 1 for the first order of the replay. */
      readonly order: number;
      readonly slotId: string;
      readonly why: string;
    }
);

/** What a replay came to for one slot. */
export type SlotSummary = {
  readonly slot: string;
  readonly sensor: { readonly from: string; readonly channel: string | null };
  /** 0 when its sensor never appears in the recording. */
  readonly readings: number;
  /** Milliseconds after the beginning at which an order would have left. */
  readonly ordersAtMs: readonly number[];
  /** For so long its sensor was stale or at fault, milliseconds. */
  readonly unknownMs: number;
  readonly phase: SlotPhase;
  readonly reason: HoldReason | null;
  readonly level: number | null;
};

export type ReplaySummary = {
  readonly readings: number;
  /** From the beginning of the recording to its last reading, milliseconds. */
  readonly lengthMs: number;
  readonly slots: readonly SlotSummary[];
  /** Sensors of the recording that no slot reads, `scale` or `scale/2`, with their readings. */
  readonly unread: ReadonlyMap<string, number>;
};
