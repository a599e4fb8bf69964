import type { Cancel, Timing } from '../../hardware/timing.ts';

/** Hands one message to the connection; `done` is called at its acknowledgement or refusal. */
export type Send = (message: OutgoingMessage, done: (error: Error | null) => void) => void;

export type OutgoingMessage = {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  /** MQTT 5 only. */
  readonly correlationData?: Uint8Array;
};

type Job = {
  readonly message: OutgoingMessage;
  resolve(): void;
  reject(error: Error): void;
};

export type PublishWindowOptions = {
  /** Most messages that may be unacknowledged at a time. */
  readonly limit: number;
  readonly send: Send;
  readonly timing: Timing;
  /** Longest wait for the next acknowledgement. */
  readonly ackDeadlineMs: number;
  /** Called when that wait was in vain. */
  onStall(): void;
};

/**
 * Messages of one connection on their way to acknowledgement, in order, a bounded number at a time: a broker may
 * end the connection of a client that sends more than its Receive Maximum, and mqtt.js does not watch it.
 */
export class PublishWindow {
  readonly #options: PublishWindowOptions;
  readonly #inFlight = new Set<Job>();
  #waiting: Job[] = [];
  #cancelStall: Cancel | null = null;

  constructor(options: PublishWindowOptions) {
    this.#options = options;
  }

  publish(message: OutgoingMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      this.#fill();
    });
  }

  /** Gives up on everything that is not acknowledged. */
  rejectAll(sentence: string): void {
    this.#cancelStall?.();
    this.#cancelStall = null;
    const given = [...this.#inFlight, ...this.#waiting];
    this.#inFlight.clear();
    this.#waiting = [];
    for (const job of given) job.reject(new Error(sentence));
  }

  #fill(): void {
    while (this.#inFlight.size < this.#options.limit) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#inFlight.add(job);
      this.#cancelStall ??= this.#watch();
      this.#options.send(job.message, (error) => this.#settle(job, error));
    }
  }

  #settle(job: Job, error: Error | null): void {
    if (!this.#inFlight.delete(job)) return;
    this.#cancelStall?.();
    this.#cancelStall = this.#inFlight.size > 0 ? this.#watch() : null;
    if (error === null) job.resolve();
    else job.reject(error);
    this.#fill();
  }

  #watch(): Cancel {
    return this.#options.timing.after(this.#options.ackDeadlineMs, () => this.#options.onStall());
  }
}
