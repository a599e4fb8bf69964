import type { OrderEvent, OrderOutcome, SlotRecord, Stage } from '../policy/slot-state.ts';
import type { StateStore } from '../store/state-store.ts';

/** What has been counted since the start. */
export type Counts = {
  /** Decisions that became durable, by where they left the slot. */
  readonly decisions: ReadonlyMap<string, number>;
  /** Outcomes of requests, by `outcome` and `detailCode`. */
  readonly orders: ReadonlyMap<string, { readonly labels: OrderLabels; readonly count: number }>;
  /** Answers of DRS that were no order, by HTTP status. */
  readonly refusals: ReadonlyMap<number, number>;
  /** Connections to the broker that stood. */
  readonly connections: number;
};

export type OrderLabels = { readonly outcome: string; readonly detail_code: string };

/** DRS may answer with any code; past so many each further one is `other`. */
const CODES_MAX = 50;
const CODE_LENGTH_MAX = 64;

/** Outcomes with the codes that DRS documents: they count from 0, so that a first one is seen as an increase. */
const KNOWN_CODES: Readonly<Record<OrderOutcome, readonly string[]>> = {
  placed: ['STANDARD_ORDER_PLACED', 'TEST_ORDER_PLACED'],
  'in-progress': ['ORDER_INPROGRESS'],
  refused: [''],
  failed: [''],
  'in-doubt': [''],
  'dry-run': [''],
};

const KNOWN_KINDS: Readonly<Record<Stage['kind'] | 'settled', number>> = {
  due: 0,
  sending: 0,
  'on-order': 0,
  held: 0,
  settled: 0,
};

/** Counts what passes where it passes anyway. */
export class Tally {
  readonly #decisions = new Map<string, number>(Object.entries(KNOWN_KINDS));
  readonly #orders = new Map<string, { labels: OrderLabels; count: number }>(
    Object.entries(KNOWN_CODES).flatMap(([outcome, codes]) =>
      codes.map((code) => [`${outcome} ${code}`, { labels: { outcome, detail_code: code }, count: 0 }]),
    ),
  );
  readonly #refusals = new Map<number, number>();
  #connections = 0;

  connected(): void {
    this.#connections += 1;
  }

  /** The same store, whose commits are counted when they are durable. */
  counting(store: StateStore): StateStore {
    return {
      ...store,
      commitAll: (commits) => {
        store.commitAll(commits);
        for (const { record, reports } of commits) {
          this.#decided(record);
          for (const report of reports) this.#reported(JSON.parse(report) as OrderEvent);
        }
      },
    };
  }

  counts(): Counts {
    return {
      decisions: this.#decisions,
      orders: this.#orders,
      refusals: this.#refusals,
      connections: this.#connections,
    };
  }

  #decided({ depletion }: SlotRecord): void {
    const kind = depletion?.stage.kind ?? 'settled';
    this.#decisions.set(kind, (this.#decisions.get(kind) ?? 0) + 1);
  }

  #reported({ outcome, detailCode, httpStatus }: OrderEvent): void {
    const code = (detailCode ?? '').slice(0, CODE_LENGTH_MAX);
    const isKnown = this.#orders.has(`${outcome} ${code}`) || this.#orders.size < CODES_MAX;
    const labels = { outcome, detail_code: isKnown ? code : 'other' };
    const key = `${labels.outcome} ${labels.detail_code}`;
    this.#orders.set(key, { labels, count: (this.#orders.get(key)?.count ?? 0) + 1 });
    const isOrder = outcome === 'placed' || outcome === 'in-progress';
    if (httpStatus !== null && !isOrder)
      this.#refusals.set(httpStatus, (this.#refusals.get(httpStatus) ?? 0) + 1);
  }
}
