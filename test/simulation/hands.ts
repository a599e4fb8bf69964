import type { ByHand, Reply } from '../../agent/policy/decision.ts';
import type { Chance } from './chance.ts';
import { DAY_MS, HOUR_MS, type Scene } from './scene.ts';
import type { SlotWitness } from './slot-witness.ts';

/** Hands something to the living process; null when there is none. */
export type AskSlot = (slot: string, event: ByHand) => Reply | null;

/** People who order by hand whenever they like, snooze a slot, and change their mind. */
export class Hands {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #slot: SlotWitness;
  readonly #ask: AskSlot;

  constructor(scene: Scene, slot: SlotWitness, ask: AskSlot) {
    this.#scene = scene;
    this.#chance = scene.chance(`hands at ${slot.name}`);
    this.#slot = slot;
    this.#ask = ask;
    this.#comeBack();
  }

  #comeBack(): void {
    this.#scene.after(this.#chance.exponential(0.6 * DAY_MS), () => {
      const draw = this.#chance.next();
      if (draw < 0.6) this.#order();
      else if (draw < 0.85) this.#snooze(this.#chance.magnitude(HOUR_MS, 10 * DAY_MS));
      else this.#wake();
      this.#comeBack();
    });
  }

  /** What a person wants stands for a low level. */
  #order(): void {
    const { belief } = this.#slot;
    const wasLowConfirmed = belief.wasLowConfirmed;
    belief.wasLowConfirmed = true;
    const reply = this.#ask(this.#slot.name, { kind: 'order' });
    if (reply?.ok) this.#scene.tally.event('orders by hand');
    else belief.wasLowConfirmed = wasLowConfirmed;
    this.#note('order', reply);
  }

  /**
   * A request that is on its way may still leave. The latest word counts; of two, the shorter one where nobody lived to
   * answer.
   */
  #snooze(forMs: number): void {
    if (this.#slot.record?.depletion?.stage.kind === 'sending') return;
    const untilMs = this.#scene.nowMs + Math.round(forMs);
    this.#slot.snoozedUntilMs = Math.min(this.#slot.snoozedUntilMs, untilMs);
    const reply = this.#ask(this.#slot.name, { kind: 'snooze', forMs: Math.round(forMs) });
    if (reply?.ok) this.#slot.snoozedUntilMs = untilMs;
    this.#note('snooze', reply);
  }

  #wake(): void {
    this.#slot.snoozedUntilMs = 0;
    this.#note('end the snooze', this.#ask(this.#slot.name, { kind: 'snooze', forMs: null }));
  }

  #note(what: string, reply: Reply | null): void {
    if (reply !== null) this.#scene.note(this.#slot.name, `somebody says: ${what}:`, reply.message);
  }
}
