import type { Content, StoredEvent } from './disk.ts';

export type LedgerEntry = {
  /** `orderId/attempt`. */
  readonly key: string;
  readonly payload: string;
  readonly sequence: number;
  receivedAtMs: number | null;
  /** Given up for lack of room and counted, or lost with the whole state. */
  isForgiven: boolean;
  isRemoved: boolean;
};

/** Every report that ever was durable, and what became of it. */
export class Ledger {
  readonly #entries: LedgerEntry[] = [];
  readonly #byKey = new Map<string, LedgerEntry>();
  #settledUpTo = 0;

  add({ sequence, payload }: StoredEvent, key: string): void {
    const entry: LedgerEntry = {
      key,
      payload,
      sequence,
      receivedAtMs: null,
      isForgiven: false,
      isRemoved: false,
    };
    this.#entries.push(entry);
    this.#byKey.set(key, entry);
  }

  find(key: string): LedgerEntry | null {
    return this.#byKey.get(key) ?? null;
  }

  /** The newest with this number: numbers begin anew with a new state. */
  findSequence(sequence: number): LedgerEntry | null {
    return this.#open().findLast((entry) => entry.sequence === sequence) ?? null;
  }

  firstUnreceived(): LedgerEntry | null {
    return this.#open().find(({ receivedAtMs, isForgiven }) => receivedAtMs === null && !isForgiven) ?? null;
  }

  /** Called when something was added: what is missing now, and was not sent, had to make room. */
  forgiveDropped({ outbox }: Content): void {
    const kept = new Set(outbox.map(({ sequence }) => sequence));
    for (const entry of this.#open()) if (!kept.has(entry.sequence)) entry.isForgiven = true;
  }

  forgiveAll(): void {
    for (const entry of this.#open()) entry.isForgiven = true;
  }

  firstMissing({ outbox }: Content): LedgerEntry | null {
    const kept = new Set(outbox.map(({ sequence }) => sequence));
    const isMissing = (entry: LedgerEntry): boolean =>
      entry.receivedAtMs === null && !entry.isForgiven && !kept.has(entry.sequence);
    return this.#open().find(isMissing) ?? null;
  }

  #open(): readonly LedgerEntry[] {
    let entry = this.#entries[this.#settledUpTo];
    while (entry !== undefined && (entry.isRemoved || entry.isForgiven)) {
      this.#settledUpTo += 1;
      entry = this.#entries[this.#settledUpTo];
    }
    return this.#entries.slice(this.#settledUpTo);
  }
}
