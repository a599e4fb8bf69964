import { againInMs } from '../../agent/duty/phase.ts';
import type { AgentProcess } from './agent-process.ts';
import type { Drs } from './drs.ts';
import type { DutyWatcher } from './duty-door.ts';
import {
  type DutyCall,
  dailyDutiesAreDone,
  datesComeFromATrustedClock,
  dutiesAreNotRepeated,
  dutiesDoNotHammer,
  noSlotWaitsForAnOldSubscription,
  onlyBelievedLevelsAreTold,
} from './invariants/duties.ts';
import { judge } from './judge.ts';
import { DUTY_SETTINGS } from './process-duties.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Scene } from './scene.ts';
import type { SlotWitness } from './slot-witness.ts';

/** A day, the longest pause after a refusal or what DRS asked for, and a little. */
const OWED_MS_MAX = DAY_MS + 7 * HOUR_MS;
/** While a slot is held it is asked after every hour; some tries fail. */
const REREAD_MS_MAX = 8 * HOUR_MS;
/** An answer takes at most so long less than the one before. */
const TRAVEL_MS = MINUTE_MS;
/** Levels that move, of each slot, the other duties, and tries that fail. */
const CALLS_PER_HOUR_MAX = 20;

/** Sees every call beside orders, and what is owed. */
export class DutyWitness implements DutyWatcher {
  readonly #scene: Scene;
  readonly #drs: Drs;
  readonly #slots: readonly SlotWitness[];
  readonly #isAway: () => boolean;
  readonly #doneInThisLife = new Map<string, number>();
  readonly #done = new Map<string, number>();
  #process: AgentProcess | null = null;
  #calls = 0;
  #wayOpenSinceMs: number | null = null;
  readonly #levelSinceMs = new Map<string, number | null>();
  readonly #subscribedSinceMs = new Map<string, number | null>();

  constructor(scene: Scene, drs: Drs, slots: readonly SlotWitness[], isAway: () => boolean) {
    this.#scene = scene;
    this.#drs = drs;
    this.#slots = slots;
    this.#isAway = isAway;
  }

  onStart(): void {
    this.#doneInThisLife.clear();
    this.#calls = 0;
    this.#process = null;
  }

  /** The process that lives now. */
  attend(process: AgentProcess): void {
    this.#process = process;
  }

  onDutyLeaves(call: DutyCall): void {
    const { nowMs } = this.#scene;
    this.#calls += 1;
    this.#scene.tally.event('duties');
    if (call.kind === 'subscriptions') return;
    if (this.#process !== null) judge(this.#scene, datesComeFromATrustedClock, this.#process.isWallTrusted());
    const pauseMs = call.kind === 'level' ? DUTY_SETTINGS.levelPauseMs : againInMs(0, true);
    const what = nameOf(call);
    const lastMs = this.#doneInThisLife.get(what) ?? null;
    judge(this.#scene, dutiesAreNotRepeated, what, lastMs, pauseMs - TRAVEL_MS, nowMs);
    if (call.kind !== 'level') return;
    const slot = this.#slots.find(({ profile }) => profile.settings.limits.slotId === call.slotId);
    if (slot === undefined) return;
    const { staleAfterMs } = slot.profile.settings.level;
    judge(this.#scene, onlyBelievedLevelsAreTold, call.toldPercent, slot.belief, staleAfterMs, nowMs);
  }

  onDutyDone(call: DutyCall, subscriptions: ReadonlyMap<string, boolean>): void {
    const what = nameOf(call);
    this.#doneInThisLife.set(what, this.#scene.nowMs);
    this.#done.set(what, this.#scene.nowMs);
    this.#scene.tally.event('duties done');
    if (call.kind !== 'subscriptions') return;
    for (const slot of this.#slots)
      slot.onSubscriptionRead(subscriptions.get(slot.profile.settings.limits.slotId) === true);
  }

  /** Once an hour. */
  look(process: AgentProcess): void {
    const { nowMs } = this.#scene;
    judge(this.#scene, dutiesDoNotHammer, this.#calls, CALLS_PER_HOUR_MAX);
    this.#calls = 0;
    const token = process.tokens.current();
    const isOpen = token !== null && this.#drs.accepts(token.text) && !this.#isAway();
    this.#wayOpenSinceMs = sinceWhen(isOpen && process.isWallTrusted(), this.#wayOpenSinceMs, nowMs);
    if (this.#wayOpenSinceMs === null) return;
    const openSinceMs = Math.max(this.#wayOpenSinceMs, process.startedAtMs, this.#scene.lastTroubleMs);
    this.#owe('device', openSinceMs);
    this.#owe('subscriptions', openSinceMs);
    for (const slot of this.#slots) this.#lookAt(slot, process, openSinceMs);
  }

  #lookAt(slot: SlotWitness, process: AgentProcess, openSinceMs: number): void {
    const { nowMs } = this.#scene;
    const { slotId } = slot.profile.settings.limits;
    const view = process.view(slot.name);
    const hasLevel = view !== null && view.level !== null;
    const levelSinceMs = sinceWhen(hasLevel, this.#levelSinceMs.get(slotId) ?? null, nowMs);
    this.#levelSinceMs.set(slotId, levelSinceMs);
    if (levelSinceMs !== null) this.#owe(`level ${slotId}`, Math.max(levelSinceMs, openSinceMs));
    const isSubscribed = this.#drs.isSubscribed(slotId);
    const sinceMs = sinceWhen(isSubscribed, this.#subscribedSinceMs.get(slotId) ?? null, nowMs);
    this.#subscribedSinceMs.set(slotId, sinceMs);
    if (sinceMs === null) return;
    const waitsSinceMs = Math.max(sinceMs, openSinceMs);
    const believed = view?.reason === 'unsubscribed' ? false : null;
    judge(this.#scene, noSlotWaitsForAnOldSubscription, believed, waitsSinceMs, REREAD_MS_MAX, nowMs);
  }

  #owe(what: string, sinceMs: number): void {
    const owedSinceMs = Math.max(sinceMs, this.#done.get(what) ?? 0);
    judge(this.#scene, dailyDutiesAreDone, what, owedSinceMs, OWED_MS_MAX, this.#scene.nowMs);
  }
}

function nameOf(call: DutyCall): string {
  return call.kind === 'level' ? `level ${call.slotId}` : call.kind;
}

function sinceWhen(isSo: boolean, sinceMs: number | null, nowMs: number): number | null {
  return isSo ? (sinceMs ?? nowMs) : null;
}
