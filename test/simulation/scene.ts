import { EventQueue } from '../../agent/replay/event-queue.ts';
import type { Cancel } from '../../hardware/timing.ts';
import { Chance } from './chance.ts';
import type { DailyFault, FaultKind, FaultRates, Opportunity } from './faults.ts';
import type { Hardship } from './hardships.ts';
import type { Tally } from './tally.ts';
import { Timeline } from './timeline.ts';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A promise of the contract that was broken. */
export type Violation = { readonly invariant: string; readonly sentence: string; readonly atMs: number };

/** What every part of one device's world shares: true time, chance, trouble, and the list of what happened. */
export class Scene {
  readonly queue = new EventQueue();
  readonly timeline = new Timeline();
  readonly tally: Tally;
  readonly #rates: FaultRates;
  readonly #hardships: ReadonlySet<Hardship>;
  readonly #fate: Chance;
  readonly #label: readonly (string | number)[];
  #describe: (slot: string | null) => string = () => '';
  violation: Violation | null = null;
  /** Something was promised and came true: its followers have to run before time goes on. */
  isUnsettled = false;
  /** When something last stood in the way of an order. */
  lastTroubleMs = 0;

  constructor(
    rates: FaultRates,
    tally: Tally,
    hardships: ReadonlySet<Hardship>,
    ...label: readonly (string | number)[]
  ) {
    this.#rates = rates;
    this.#hardships = hardships;
    this.tally = tally;
    this.#label = label;
    this.#fate = new Chance(...label, 'fate');
  }

  /** A stream of chance of one's own: what one part draws does not move the others. */
  chance(name: string): Chance {
    return new Chance(...this.#label, name);
  }

  get nowMs(): number {
    return this.queue.nowMs;
  }

  after(delayMs: number, run: () => void): Cancel {
    return this.queue.after(delayMs, run);
  }

  describedBy(describe: (slot: string | null) => string): void {
    this.#describe = describe;
  }

  note(slot: string | null, what: string, ...facts: readonly (string | number | null)[]): void {
    this.timeline.add({ atMs: this.nowMs, slot: slot ?? '', what, facts, state: this.#describe(slot) });
  }

  /** Whether this run has trouble of an unusual kind. */
  has(hardship: Hardship): boolean {
    return this.#hardships.has(hardship);
  }

  /** Whether this goes wrong now. `share` makes it rarer where opportunities are many. */
  strikes(kind: Opportunity, slot: string | null = null, share = 1): boolean {
    if (!this.#fate.happens((this.#rates.get(kind) ?? 0) * share)) return false;
    this.#suffer(kind, slot);
    return true;
  }

  /** Lets `run` happen again and again, as often a day as the device suffers from it. */
  recurs(kind: DailyFault, slot: string | null, run: () => void): void {
    const perDay = this.#rates.get(kind) ?? 0;
    if (perDay === 0) return;
    this.after(this.#fate.exponential(DAY_MS / perDay), () => {
      this.#suffer(kind, slot);
      run();
      this.recurs(kind, slot, run);
    });
  }

  /** From now on the way has to be open for a while before an order can be demanded. */
  trouble(): void {
    this.lastTroubleMs = this.nowMs;
  }

  violate(invariant: string, sentence: string): void {
    if (this.violation !== null) return;
    this.violation = { invariant, sentence, atMs: this.nowMs };
    this.note(null, `BROKEN: ${invariant}:`, sentence);
  }

  #suffer(kind: FaultKind, slot: string | null): void {
    this.tally.fault(kind);
    this.note(slot, `! ${kind}`);
  }
}
