import { NOISE_WINDOW } from '../../agent/level/noise.ts';
import type { SlotRecord } from '../../agent/policy/slot-state.ts';
import { elapsedAtLeastMs } from '../../agent/system/instant.ts';
import type { AgentProcess } from './agent-process.ts';
import type { Drs } from './drs.ts';
import type { DrsNetwork } from './drs-door.ts';
import {
  aDueOrderLeaves,
  noDepletionIsOverlooked,
  noRefillIsOverlooked,
  requestsComeToAnEnd,
} from './invariants/progress.ts';
import { judge } from './judge.ts';
import { marginPercent } from './profile.ts';
import { DAY_MS, MINUTE_MS, type Scene } from './scene.ts';
import type { SlotWitness } from './slot-witness.ts';

/** A request has 30 s to be answered, and a start takes a moment. */
const REQUEST_MS_MAX = 2 * MINUTE_MS;

/** Watches at each reading whether what has to happen happens within its time. */
export class ProgressWatch {
  readonly #scene: Scene;
  readonly #witness: SlotWitness;
  readonly #drs: Drs;
  readonly #network: DrsNetwork;
  #lowSinceMs: number | null = null;
  #fullSinceMs: number | null = null;
  #wayOpenSinceMs: number | null = null;

  constructor(scene: Scene, witness: SlotWitness, drs: Drs, network: DrsNetwork) {
    this.#scene = scene;
    this.#witness = witness;
    this.#drs = drs;
    this.#network = network;
  }

  look(process: AgentProcess): void {
    const { nowMs } = this.#scene;
    const { profile, container, record, sensor } = this.#witness;
    const { limits } = profile.settings;
    const percent = container.percent();
    const margin = marginPercent(profile);
    this.#lowSinceMs = sinceWhen(percent <= limits.reorderAtPercent - margin, this.#lowSinceMs, nowMs);
    this.#fullSinceMs = sinceWhen(percent >= limits.rearmAtPercent + margin, this.#fullSinceMs, nowMs);
    const quietSinceMs = sensor.honestSinceMs + NOISE_WINDOW * profile.calmSampleMs;
    const calmSinceMs = Math.max(process.startedAtMs, this.#scene.lastTroubleMs, quietSinceMs);
    const seen = (sinceMs: number | null): number | null =>
      sinceMs === null ? null : Math.max(sinceMs, calmSinceMs);
    // Where somebody's word ends a depletion, low has to be confirmed anew.
    const sinceEnd = (sinceMs: number | null): number | null =>
      sinceMs === null ? null : Math.max(sinceMs, this.#witness.stageSinceMs);
    const confirmMs = this.#confirmBoundMs();
    if (!this.#witness.isLossUnrecorded)
      judge(
        this.#scene,
        noDepletionIsOverlooked,
        { sinceMs: sinceEnd(seen(this.#lowSinceMs)), boundMs: confirmMs },
        record,
        nowMs,
      );
    const stage = record?.depletion?.stage.kind ?? null;
    if (stage !== 'sending') {
      judge(
        this.#scene,
        noRefillIsOverlooked,
        { sinceMs: seen(this.#fullSinceMs), boundMs: confirmMs },
        record,
        nowMs,
      );
    } else {
      const sinceMs = Math.max(this.#witness.stageSinceMs, process.startedAtMs, this.#scene.lastTroubleMs);
      judge(this.#scene, requestsComeToAnEnd, { sinceMs, boundMs: REQUEST_MS_MAX }, nowMs);
    }
    const isLowEnough = percent < limits.rearmAtPercent - margin;
    const isOpen = stage === 'due' && isLowEnough && this.#isWayOpen(process, record);
    this.#wayOpenSinceMs = sinceWhen(isOpen, this.#wayOpenSinceMs, nowMs);
    if (this.#wayOpenSinceMs === null) return;
    const sinceMs = Math.max(this.#wayOpenSinceMs, this.#witness.stageSinceMs, calmSinceMs);
    judge(
      this.#scene,
      aDueOrderLeaves,
      { sinceMs, boundMs: confirmMs + this.#waitBoundMs() + MINUTE_MS },
      nowMs,
    );
  }

  #isWayOpen(process: AgentProcess, record: SlotRecord | null): boolean {
    const { limits } = this.#witness.profile.settings;
    const token = process.tokens.current();
    if (token === null || !this.#drs.accepts(token.text) || this.#network.isAway) return false;
    if (record === null || record.depletion === null || token.fingerprint === record.depletion.rejectedToken)
      return false;
    if (!this.#drs.isSubscribed(limits.slotId) || record.snooze !== null) return false;
    if (process.view(this.#witness.name)?.subscribed === false) return false;
    const now = process.now();
    const { cancels, placed } = record;
    if (cancels !== null && (cancels.count === 2 || elapsedAtLeastMs(cancels.at, now) < 5 * DAY_MS))
      return false;
    const oldest = limits.maxOrders === null ? undefined : placed.at(-limits.maxOrders.count);
    return oldest === undefined || elapsedAtLeastMs(oldest, now) >= (limits.maxOrders?.perMs ?? 0);
  }

  /** Three times over, because single odd readings begin a confirmation anew. */
  #confirmBoundMs(): number {
    const { settings, keenSampleMs, calmSampleMs } = this.#witness.profile;
    const { samples, forMs } = settings.limits.confirm;
    return 3 * (settings.level.medianOf + 2 * samples + 4) * keenSampleMs + forMs + 2 * calmSampleMs;
  }

  #waitBoundMs(): number {
    const { record, attempts, profile } = this.#witness;
    const asked = attempts.of(record?.depletion?.orderId ?? '').at(-1)?.answer?.retryAfterMs ?? 0;
    return Math.max(profile.settings.limits.retry.maxMs, asked + 5_000);
  }
}

function sinceWhen(isSo: boolean, sinceMs: number | null, nowMs: number): number | null {
  return isSo ? (sinceMs ?? nowMs) : null;
}
