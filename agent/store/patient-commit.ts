import type { SlotRecord } from '../policy/slot-state.ts';
import { sentenceOf } from '../system/coded-error.ts';
import type { GroupCommit } from './group-commit.ts';

/** How long to leave a disk alone that has refused a commit. */
const PAUSE_MS = 5000;

/** Commits one slot's records to a disk that may refuse, without hammering it. */
export class PatientCommit {
  readonly #slot: string;
  readonly #group: GroupCommit;
  readonly #onStore: (error: string | null) => void;
  #againAtMs: number | null = null;
  #isPending = false;

  constructor(slot: string, group: GroupCommit, onStore: (error: string | null) => void) {
    this.#slot = slot;
    this.#group = group;
    this.#onStore = onStore;
  }

  /** Monotonic time from which the disk is tried again; null while it works. */
  get againAtMs(): number | null {
    return this.#againAtMs;
  }

  /** Tells whether the record and its reports are durable; before it returns, unless others are gathered to join it. */
  commit(
    record: SlotRecord,
    reports: readonly string[],
    nowMs: number,
    settle: (isDurable: boolean) => void,
  ): void {
    if (this.#againAtMs !== null && nowMs < this.#againAtMs) {
      settle(false);
      return;
    }
    this.#isPending = true;
    this.#group.commit({ slot: this.#slot, record, reports }, (error) => {
      this.#isPending = false;
      this.#note(error, nowMs);
      settle(error === null);
    });
  }

  /** Waits for no others: afterwards everything that was committed is durable or refused. */
  settle(): void {
    if (this.#isPending) this.#group.flush();
  }

  #note(error: unknown, nowMs: number): void {
    if (error !== null) this.#onStore(sentenceOf(error));
    else if (this.#againAtMs !== null) this.#onStore(null);
    this.#againAtMs = error === null ? null : nowMs + PAUSE_MS;
  }
}
