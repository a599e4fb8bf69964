import type { TopicRecorder } from '../support/topic-recorder.ts';

/** Where the rig's device has its topics. */
export const BASE = 'replenish/rig/';

export type SlotReport = {
  readonly phase: string;
  readonly reason: string | null;
  readonly level: number | null;
  readonly raw: number | null;
  readonly sensor: string;
  readonly snoozedUntil: string | null;
  readonly subscribed: boolean | null;
  readonly lastOrder: { readonly outcome: string; readonly detailCode: string | null } | null;
};

export type OrderReport = {
  readonly orderId: string;
  readonly attempt: number;
  readonly slotId: string;
  readonly outcome: string;
  readonly detailCode: string | null;
  readonly eventInstanceId: string | null;
  readonly httpStatus: number | null;
  readonly message: string | null;
  readonly requestId: string | null;
  readonly level: number | null;
};

export type CommandReport = { readonly id: string | null; readonly ok: boolean; readonly message: string };

export type DeviceReport = {
  readonly startedAt: string;
  readonly clockTrusted: boolean;
  readonly hardware: Readonly<
    Record<
      string,
      { readonly state: string; readonly error: string | null; readonly lastReadingAt: string | null }
    >
  >;
  readonly token: { readonly state: string; readonly expiresAt: string | null };
  readonly outbox: { readonly depth: number };
  readonly drs: { readonly error: string | null };
  readonly store: { readonly state: string; readonly error: string | null };
  readonly config: { readonly error: string | null };
};

/** What the agent has said over MQTT so far. */
export class Reports {
  readonly #topics: TopicRecorder;

  constructor(topics: TopicRecorder) {
    this.#topics = topics;
  }

  /** Ids of the alerts that stand now. */
  alerts(): readonly string[] {
    return (this.#reports<readonly { readonly id: string }[]>('alerts').at(-1) ?? []).map(({ id }) => id);
  }

  /** Latest state of a slot. */
  slot(slot: string): SlotReport | null {
    return this.#reports<SlotReport>(`slots/${slot}`).at(-1) ?? null;
  }

  /** Every phase that a slot was reported in, repetitions taken out. */
  phases(slot: string): string[] {
    const phases = this.#reports<SlotReport>(`slots/${slot}`).map((report) => report.phase);
    return phases.filter((phase, index) => phase !== phases[index - 1]);
  }

  /** Order events, repetitions taken out by order id and attempt, as the contract tells everybody to do. */
  orderEvents(slot: string): OrderReport[] {
    const events = this.#reports<OrderReport>(`slots/${slot}/order`);
    const keys = events.map(({ orderId, attempt }) => `${orderId} ${attempt}`);
    return events.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
  }

  outcomes(slot: string): string[] {
    return this.orderEvents(slot).map((event) => event.outcome);
  }

  device(): DeviceReport | null {
    return this.#reports<DeviceReport>('device').at(-1) ?? null;
  }

  /** Answers to commands on `command/result`. */
  answers(): CommandReport[] {
    return this.#reports<CommandReport>('command/result');
  }

  statuses(): string[] {
    return this.#topics.payloads(`${BASE}status`);
  }

  tokenRequests(): string[] {
    return this.#reports<{ reason: string }>('token/request').map((request) => request.reason);
  }

  /** The slot's phase now, with `reason` when it is held. */
  standing(slot: string): string | null {
    const report = this.slot(slot);
    if (report === null) return null;
    return report.reason === null ? report.phase : `${report.phase} ${report.reason}`;
  }

  #reports<Report>(topicUnderBase: string): Report[] {
    return (
      this.#topics
        .payloads(BASE + topicUnderBase)
        // An empty payload takes the topic of a slot that is no more off the broker.
        .filter((payload) => payload !== '')
        .map((payload) => JSON.parse(payload) as Report)
    );
  }
}
