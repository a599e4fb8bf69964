import type { SlotRecord } from '../policy/slot-state.ts';
import { sentenceOf } from '../system/coded-error.ts';
import type { StateStore } from './state-store.ts';

/** How long to leave a disk alone that has refused a commit. */
const PAUSE_MS = 5000;

/** Commits one slot's records to a disk that may refuse, without hammering it. */
export class PatientCommit {
  readonly #slot: string;
  readonly #store: Pick<StateStore, 'commit'>;
  readonly #onStore: (error: string | null) => void;
  #againAtMs: number | null = null;

  constructor(slot: string, store: Pick<StateStore, 'commit'>, onStore: (error: string | null) => void) {
    this.#slot = slot;
    this.#store = store;
    this.#onStore = onStore;
  }

  /** Monotonic time from which the disk is tried again; null while it works. */
  get againAtMs(): number | null {
    return this.#againAtMs;
  }

  /** Whether the record and its reports are durable now. */
  commit(record: SlotRecord, reports: readonly string[], nowMs: number): boolean {
    if (this.#againAtMs !== null && nowMs < this.#againAtMs) return false;
    try {
      this.#store.commit(this.#slot, record, reports);
    } catch (error) {
      this.#againAtMs = nowMs + PAUSE_MS;
      this.#onStore(sentenceOf(error));
      return false;
    }
    if (this.#againAtMs !== null) this.#onStore(null);
    this.#againAtMs = null;
    return true;
  }
}
