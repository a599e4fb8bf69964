import { createPipeline } from '../pipeline.ts';
import type { Pipeline } from '../pipeline-contract.ts';
import { NEW_RECORD } from '../policy/decide.ts';
import type { ReplenishOutcome } from '../policy/outcome.ts';
import { type AccessToken, parseAccessToken } from '../replenish/access-token.ts';
import type { SlotView } from '../report/payload.ts';
import type { SlotSettings } from '../settings.ts';
import { GroupCommit } from '../store/group-commit.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { ReplayEntry, SlotSummary } from './replay-entry.ts';

export type ReplaySlotDeps = {
  readonly clock: Clock;
  readonly sensor: SlotSummary['sensor'];
  /** The number of the next order of the whole replay, from 1. */
  readonly nextOrder: () => number;
  readonly onEntry: (entry: ReplayEntry) => void;
};

/** DRS on its best day. Its lock is not needed: one order for a depletion is the policy's own promise. */
const PLACED: ReplenishOutcome = {
  kind: 'placed',
  httpStatus: 200,
  message: null,
  requestId: null,
  detailCode: 'STANDARD_ORDER_PLACED',
  eventInstanceId: null,
};

/** The timeline is the log. */
const NO_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * One slot of a replay: the pipeline of the service, with a disk that keeps nothing and a DRS that places every order
 * at once. It begins without a history, as a new device does.
 */
export class ReplaySlot {
  readonly #settings: SlotSettings;
  readonly #deps: ReplaySlotDeps;
  readonly #pipeline: Pipeline;
  readonly #ordersAtMs: number[] = [];
  #readings = 0;
  #orders = 0;
  #shown: SlotView | null = null;
  #unknownMs = 0;
  /** Resolves when the request that is out is answered and taken in. */
  #answering: PromiseWithResolvers<void> | null = null;

  constructor(settings: SlotSettings, deps: ReplaySlotDeps) {
    // A replay never orders, so there is nothing to hold back: what would have been ordered is the question.
    this.#settings = { ...settings, limits: { ...settings.limits, dryRun: false } };
    this.#deps = deps;
    const token = replayToken();
    this.#pipeline = createPipeline(this.#settings, NEW_RECORD, {
      clock: deps.clock,
      random: () => 0.5,
      newOrderId: () => `${settings.name}-${++this.#orders}`,
      journal: new GroupCommit({
        commitAll: (commits) => {
          for (const { record } of commits) this.#onCommit(record.depletion?.stage.kind === 'sending');
        },
      }),
      tokens: { current: () => token, refresh: () => undefined },
      client: { replenish: (slotId) => this.#onOrder(slotId) },
      onView: (_slot, view) => this.#onView(view),
      onReports: () => undefined,
      onStore: () => undefined,
      log: NO_LOG,
    });
  }

  start(): void {
    this.#pipeline.start();
  }

  take(raw: number): void {
    this.#readings += 1;
    this.#pipeline.take(raw);
  }

  /** Resolves when the answer is in; null when no request is out. */
  get answered(): Promise<void> | null {
    return this.#answering?.promise ?? null;
  }

  /** Call once, at the end. */
  end(): SlotSummary {
    const { phase, reason, level } = this.#pipeline.view();
    this.#countUnknown();
    this.#pipeline.stop();
    return {
      slot: this.#settings.name,
      sensor: this.#deps.sensor,
      readings: this.#readings,
      ordersAtMs: this.#ordersAtMs,
      unknownMs: this.#unknownMs,
      phase,
      reason,
      level,
    };
  }

  #onCommit(isSending: boolean): void {
    if (isSending) return;
    this.#answering?.resolve();
    this.#answering = null;
  }

  #onOrder(slotId: string): Promise<ReplenishOutcome> {
    const atMs = this.#deps.clock.nowMs();
    this.#ordersAtMs.push(atMs);
    this.#answering = Promise.withResolvers<void>();
    const { level, emptyAtMs } = this.#pipeline.view();
    const why = orderWhy(
      this.#settings,
      level,
      emptyAtMs === null ? null : emptyAtMs - this.#deps.clock.wallMs(),
    );
    const { name: slot } = this.#settings;
    this.#deps.onEntry({ kind: 'order', atMs, slot, level, order: this.#deps.nextOrder(), slotId, why });
    return Promise.resolve(PLACED);
  }

  #onView(view: SlotView): void {
    const shown = this.#shown;
    this.#countUnknown();
    this.#shown = view;
    // The order itself stands in the timeline.
    if (view.phase === 'ordering') return;
    const { phase, reason, sensor, level, why } = view;
    if (shown?.phase === phase && shown.reason === reason && shown.sensor === sensor) return;
    const { name: slot } = this.#settings;
    this.#deps.onEntry({
      kind: 'phase',
      atMs: this.#deps.clock.nowMs(),
      slot,
      level,
      phase,
      reason,
      sensor,
      why,
    });
  }

  /** Adds the time since the last view, when the sensor was of no use in it. */
  #countUnknown(): void {
    if (this.#shown === null || this.#shown.sensor === 'ok') return;
    this.#unknownMs += this.#deps.clock.wallMs() - this.#shown.atMs;
    this.#shown = { ...this.#shown, atMs: this.#deps.clock.wallMs() };
  }
}

/** What makes the policy order, read off what it knew. */
function orderWhy({ limits }: SlotSettings, level: number | null, emptyInMs: number | null): string {
  const { reorderAtPercent, leadTimeMs, confirm } = limits;
  const isAhead = leadTimeMs !== null && emptyInMs !== null && emptyInMs <= leadTimeMs;
  if (isAhead && level !== null && level > reorderAtPercent) {
    return `The forecast says empty in ${inDays(emptyInMs)}, and leadTime is ${inDays(leadTimeMs)}.`;
  }
  const lasting = confirm.forMs === 0 ? '' : ` and ${confirm.forMs / 1000} s`;
  return `The slot was at or below ${reorderAtPercent} % for ${confirm.samples} samples${lasting}.`;
}

function inDays(ms: number): string {
  return `${Math.round(ms / 8_640_000) / 10} days`;
}

function replayToken(): AccessToken {
  const token = parseAccessToken('replay');
  if (token === null) throw new Error('The token of the replay is not one.');
  return token;
}
