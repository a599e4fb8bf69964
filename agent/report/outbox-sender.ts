import type { Cancel, Timing } from '../../hardware/timing.ts';
import { CodedError, sentenceOf } from '../system/coded-error.ts';
import type { Publisher } from './link.ts';

/** One order event that waits for the broker. */
export type OutboxMessage = {
  /** Grows with each event; the key for removing. */
  readonly sequence: number;
  readonly topic: string;
  readonly payload: string;
};

/** The durable queue. Its calls return at once and throw when the disk fails. */
export type OutboxSource = {
  /** The oldest event, or null. */
  peek(): OutboxMessage | null;
  remove(sequence: number): void;
  depth(): number;
};

export type OutboxSender = {
  /** Something was added to the queue. */
  nudge(): void;
  /** A connection stands (again): earlier trouble counts no more. */
  reconnected(): void;
  /**
   * Sends nothing more. What was not acknowledged stays in the queue.
   * Resolves when the fate of the message under way, if any, is known.
   */
  stop(): Promise<void>;
};

export type OutboxSenderOptions = {
  readonly source: OutboxSource;
  readonly publisher: Publisher;
  readonly timing: Timing;
  /** What keeps events from leaving, as a sentence; null when that is over. Called on change. */
  onTrouble(sentence: string | null): void;
};

/** The broker refused an event, or the disk failed to be read or updated. */
type Trouble = 'refused' | 'read' | 'updated';

/** Twenty events a second: a day's backlog leaves in seconds, and a broker that comes back is not flooded. */
const GAP_MS = 50;
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 60_000;

/**
 * Sends the events of a durable queue in order, each at least once: the next leaves when the broker has
 * acknowledged the one before, and that acknowledgement alone removes it.
 */
export function createOutboxSender(options: OutboxSenderOptions): OutboxSender {
  return new Sender(options);
}

class Sender implements OutboxSender {
  readonly #options: OutboxSenderOptions;
  #stopped = false;
  #sending = false;
  #underWay: Promise<void> = Promise.resolve();
  /** Acknowledged by the broker, but still in the queue because the disk refused. Not sent again meanwhile. */
  #unremoved: number | null = null;
  #retryMs = RETRY_FIRST_MS;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  /** The plan to go on, after the gap or after trouble; only one exists at a time. */
  #cancelPlan: Cancel | null = null;
  #trouble: Trouble | null = null;
  #reported: string | null = null;

  constructor(options: OutboxSenderOptions) {
    this.#options = options;
  }

  nudge(): void {
    if (this.#cancelPlan === null) this.#goOn();
  }

  reconnected(): void {
    this.#cancelPlan?.();
    this.#cancelPlan = null;
    this.#retryMs = RETRY_FIRST_MS;
    this.#goOn();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPlan?.();
    this.#cancelPlan = null;
    return this.#underWay;
  }

  #goOn(): void {
    if (this.#stopped || this.#sending) return;
    if (this.#unremoved !== null && !this.#remove(this.#unremoved)) return;
    const { publisher, timing } = this.#options;
    if (!publisher.connected()) return;
    const gapLeftMs = this.#sentAtMs + GAP_MS - timing.nowMs();
    if (gapLeftMs > 0) {
      this.#plan(gapLeftMs);
      return;
    }
    const message = this.#oldest();
    if (message !== null) this.#send(message);
  }

  #send(message: OutboxMessage): void {
    const { publisher, timing } = this.#options;
    this.#sending = true;
    this.#sentAtMs = timing.nowMs();
    this.#underWay = publisher.publish(message.topic, message.payload, { retain: false }).then(
      () => {
        this.#sending = false;
        this.#over('refused');
        if (this.#remove(message.sequence)) this.#goOn();
      },
      (error: Error) => {
        this.#sending = false;
        // Without a connection there is nothing to wait for here: the next one nudges.
        if (publisher.connected()) this.#retry('refused', error.message);
      },
    );
  }

  #oldest(): OutboxMessage | null {
    try {
      const message = this.#options.source.peek();
      this.#over('read');
      return message;
    } catch (error) {
      this.#retry('read', diskTrouble('read', error));
      return null;
    }
  }

  /** Returns false, and plans another try, when the disk refused. */
  #remove(sequence: number): boolean {
    try {
      this.#options.source.remove(sequence);
    } catch (error) {
      this.#unremoved = sequence;
      this.#retry('updated', diskTrouble('updated', error));
      return false;
    }
    this.#unremoved = null;
    this.#retryMs = RETRY_FIRST_MS;
    this.#over('updated');
    return true;
  }

  #retry(trouble: Trouble, sentence: string): void {
    this.#trouble = trouble;
    this.#report(sentence);
    this.#plan(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_LONGEST_MS);
  }

  #over(trouble: Trouble): void {
    if (this.#trouble !== trouble) return;
    this.#trouble = null;
    this.#report(null);
  }

  #plan(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancelPlan?.();
    this.#cancelPlan = this.#options.timing.after(delayMs, () => {
      this.#cancelPlan = null;
      this.#goOn();
    });
  }

  #report(sentence: string | null): void {
    if (sentence === this.#reported) return;
    this.#reported = sentence;
    this.#options.onTrouble(sentence);
  }
}

function diskTrouble(what: Exclude<Trouble, 'refused'>, error: unknown): string {
  if (error instanceof CodedError) return `${error.message} Order events wait meanwhile.`;
  return `The outbox cannot be ${what} (${sentenceOf(error)}): check that the disk of the state directory has room and is writable. Order events wait meanwhile.`;
}
