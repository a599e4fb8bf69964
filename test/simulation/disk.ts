import { type DutyBook, EMPTY_BOOK } from '../../agent/duty/duty-book.ts';
import type { SlotRecord } from '../../agent/policy/slot-state.ts';
import { parseRecord } from '../../agent/store/record-schema.ts';
import type { SlotCommit } from '../../agent/store/state-store.ts';

export type StoredEvent = { readonly sequence: number; readonly slot: string; readonly payload: string };

/** All that the state directory holds. Never changed, only replaced. */
export type Content = {
  readonly records: Readonly<Record<string, string>>;
  readonly outbox: readonly StoredEvent[];
  readonly nextSequence: number;
  readonly dropped: number;
  readonly isHistoryLost: boolean;
  readonly duties: DutyBook;
};

const NOTHING: Content = {
  records: {},
  outbox: [],
  nextSequence: 1,
  dropped: 0,
  isHistoryLost: false,
  duties: EMPTY_BOOK,
};

/** A disk with a write cache: what was not synced is gone after a power cut. */
export class Disk {
  readonly #outboxMax: number;
  /** What programs read. */
  #cached: Content = NOTHING;
  /** What survives a power cut. */
  #durable: Content = NOTHING;
  /** Until when every write is refused. */
  isFull = false;

  constructor(outboxMax: number) {
    this.#outboxMax = outboxMax;
  }

  get content(): Content {
    return this.#cached;
  }

  get durable(): Content {
    return this.#durable;
  }

  /** One transaction: whole or not at all. */
  write(next: Content, isSynced = true): void {
    this.#cached = next;
    if (isSynced) this.#durable = next;
  }

  withCommits(commits: readonly SlotCommit[]): Content {
    const before = this.#cached;
    let { records, outbox, nextSequence, dropped } = before;
    for (const { slot, record, reports } of commits) {
      for (const payload of reports) {
        outbox = [...outbox, { sequence: nextSequence, slot, payload }];
        nextSequence += 1;
        if (outbox.length > this.#outboxMax) {
          outbox = outbox.slice(1);
          dropped += 1;
        }
      }
      records = { ...records, [slot]: JSON.stringify(record) };
    }
    return { ...before, records, outbox, nextSequence, dropped };
  }

  without(sequence: number): Content {
    const outbox = this.#cached.outbox.filter((event) => event.sequence !== sequence);
    return { ...this.#cached, outbox };
  }

  load(slot: string): SlotRecord | 'lost' | null {
    const json = this.#cached.records[slot];
    if (json === undefined) return this.#cached.isHistoryLost ? 'lost' : null;
    return parseRecord(json) ?? 'lost';
  }

  powerCut(): void {
    this.#cached = this.#durable;
  }

  /** The whole state is unreadable and set aside. */
  loseAll(): void {
    this.write({ ...NOTHING, isHistoryLost: true });
  }

  /** One row is unreadable. */
  damage(slot: string): void {
    if (this.#cached.records[slot] === undefined) return;
    this.write({ ...this.#cached, records: { ...this.#cached.records, [slot]: '{"depletion":' } });
  }
}
