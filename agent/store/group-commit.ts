import type { SlotCommit, StateStore } from './state-store.ts';

/** Hears whether the commit is durable: null, or what the disk said. */
type Settle = (error: unknown) => void;

/**
 * Makes durable what several slots decide in the same breath, readings out of one frame or a token that all of them waited
 * for: in one transaction, and so with one fsync in place of one for each. All of it happens within the call of
 * `together`: no other event finds a decision that is neither durable nor refused.
 */
export class GroupCommit {
  readonly #store: Pick<StateStore, 'commitAll'>;
  #staged: { readonly commit: SlotCommit; readonly settle: Settle }[] = [];
  #isGathering = false;

  constructor(store: Pick<StateStore, 'commitAll'>) {
    this.#store = store;
  }

  /** What is committed while `work` runs is made durable when it has ended, all or nothing. */
  together(work: () => void): void {
    if (this.#isGathering) {
      work();
      return;
    }
    this.#isGathering = true;
    try {
      work();
    } finally {
      this.#isGathering = false;
      this.flush();
    }
  }

  /** `settle` is called before this returns, and within `together` at its end, or by a `flush` before. */
  commit(commit: SlotCommit, settle: Settle): void {
    this.#staged.push({ commit, settle });
    if (!this.#isGathering) this.flush();
  }

  /** Makes durable what is waiting, now: a slot's next event has to find its last decision settled. */
  flush(): void {
    const staged = this.#staged;
    if (staged.length === 0) return;
    this.#staged = [];
    let refusal: unknown = null;
    try {
      this.#store.commitAll(staged.map(({ commit }) => commit));
    } catch (error) {
      refusal = error ?? new Error('The disk refused without a word.');
    }
    for (const { settle } of staged) settle(refusal);
  }
}
