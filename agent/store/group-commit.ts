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
  /** In the order of their commits. */
  readonly #unsettled: (() => void)[] = [];
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
    this.#staged = [];
    const refusal = staged.length === 0 ? null : this.#write(staged.map(({ commit }) => commit));
    for (const { settle } of staged) this.#unsettled.push(() => settle(refusal));
    this.#settleAll();
  }

  /** Null, or what the disk said. */
  #write(commits: readonly SlotCommit[]): unknown {
    try {
      this.#store.commitAll(commits);
      return null;
    } catch (error) {
      return error ?? new Error('The disk refused without a word.');
    }
  }

  /** Whoever asks for it while one of them is told, finds the rest told when it returns; and none is left out by a defect. */
  #settleAll(): void {
    const next = this.#unsettled.shift();
    if (next === undefined) return;
    try {
      next();
    } finally {
      this.#settleAll();
    }
  }
}
