import type { LevelSettings } from '../level/settle.ts';
import type { SlotLimits } from '../policy/limits.ts';
import type { Log } from '../system/log.ts';
import type { SlotView } from './payload.ts';
import { type Seen, standsStill } from './stillness.ts';
import { nextReported, type Reported, reportDueAtMs } from './worth-reporting.ts';

/** What of a slot's settings reports depend on. */
export type SlotReporterSettings = {
  readonly name: string;
  readonly level: Pick<LevelSettings, 'stuckAfterMs'>;
  readonly limits: Pick<SlotLimits, 'reorderAtPercent'>;
  /** Smallest change of level worth a message of its own, percent points. */
  readonly report: { readonly deadbandPercent: number };
};

export type SlotReporterDeps = {
  readonly onView: (slot: string, view: SlotView) => void;
  readonly log: Log;
};

/** Passes on what of a slot's view is worth a message, when it is worth it, and logs where the slot stands anew. */
export class SlotReporter {
  readonly #settings: SlotReporterSettings;
  readonly #deps: SlotReporterDeps;
  #sent: Reported | null = null;
  #dueAtMs: number | null = null;
  /** What was seen when a view was drawn last. */
  #drawn: Seen | null = null;

  constructor(settings: SlotReporterSettings, deps: SlotReporterDeps) {
    this.#settings = settings;
    this.#deps = deps;
  }

  /** Monotonic time at which a view should be offered again; null when there is nothing to add. */
  get dueAtMs(): number | null {
    return this.#dueAtMs;
  }

  /** @param draw makes the view of what was seen; called only when there may be news in it. */
  offer(seen: Seen, draw: () => SlotView, nowMs: number): void {
    if (this.#isStill(seen, nowMs)) return;
    this.#drawn = seen;
    const view = draw();
    const { name: slot, report } = this.#settings;
    this.#dueAtMs = reportDueAtMs(this.#sent, view, report.deadbandPercent, nowMs);
    if (this.#dueAtMs === null || this.#dueAtMs > nowMs) return;
    if (this.#sent?.view.phase !== view.phase || this.#sent.view.reason !== view.reason) {
      const { phase, reason, level } = view;
      this.#deps.log.info({ slot, phase, reason, levelPercent: level }, view.why);
    }
    this.#sent = nextReported(this.#sent, view, nowMs);
    this.#dueAtMs = null;
    this.#deps.onView(slot, view);
  }

  #isStill(seen: Seen, nowMs: number): boolean {
    if (this.#sent === null || this.#drawn === null || this.#dueAtMs !== null) return false;
    return standsStill(this.#sent.view, this.#drawn, seen, this.#settings, nowMs);
  }
}
