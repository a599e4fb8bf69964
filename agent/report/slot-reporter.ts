import type { Log } from '../system/log.ts';
import type { SlotView } from './payload.ts';
import { reportDueAtMs } from './worth-reporting.ts';

export type SlotReporterDeps = {
  readonly slot: string;
  /** Smallest change of level worth a message of its own, percent points. */
  readonly deadbandPercent: number;
  readonly onView: (slot: string, view: SlotView) => void;
  readonly log: Log;
};

/** Passes on what of a slot's view is worth a message, when it is worth it, and logs where the slot stands anew. */
export class SlotReporter {
  readonly #deps: SlotReporterDeps;
  #sent: { readonly view: SlotView; readonly atMs: number } | null = null;
  #dueAtMs: number | null = null;

  constructor(deps: SlotReporterDeps) {
    this.#deps = deps;
  }

  /** Monotonic time at which a view should be offered again; null when there is nothing to add. */
  get dueAtMs(): number | null {
    return this.#dueAtMs;
  }

  offer(view: SlotView, nowMs: number): void {
    const { slot, deadbandPercent, onView, log } = this.#deps;
    this.#dueAtMs = reportDueAtMs(this.#sent, view, deadbandPercent, nowMs);
    if (this.#dueAtMs === null || this.#dueAtMs > nowMs) return;
    if (this.#sent?.view.phase !== view.phase || this.#sent.view.reason !== view.reason) {
      log.info({ slot, phase: view.phase, reason: view.reason, level: view.level }, view.why);
    }
    this.#sent = { view, atMs: nowMs };
    this.#dueAtMs = null;
    onView(slot, view);
  }
}
