import type { OutboxMessage, OutboxSource } from '../../agent/report/outbox-sender.ts';

/** An outbox without a disk, which can fail like one. */
export class MemoryOutbox implements OutboxSource {
  peekFails = false;
  removeFails = false;
  removals = 0;
  #sequence = 0;
  #messages: OutboxMessage[] = [];

  add(topic: string, payload: string): void {
    this.#sequence += 1;
    this.#messages.push({ sequence: this.#sequence, topic, payload });
  }

  peek(): OutboxMessage | null {
    if (this.peekFails) throw new Error('disk is full');
    return this.#messages[0] ?? null;
  }

  remove(sequence: number): void {
    this.removals += 1;
    if (this.removeFails) throw new Error('disk is full');
    this.#messages = this.#messages.filter((message) => message.sequence !== sequence);
  }

  depth(): number {
    return this.#messages.length;
  }
}
