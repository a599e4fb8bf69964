import { phaseOf } from '../duty/phase.ts';
import type { SubscriptionReading } from '../duty/schedule.ts';
import type { Pipeline } from '../pipeline-contract.ts';
import type { Subscriptions } from '../replenish/call-answer.ts';

/** A refusal, or news, is asked after when the dust has settled, and not by a whole fleet at once. */
const RECHECK_MS = 60_000;
const RECHECK_SPREAD_MS = 60_000;

/** While a slot is held for want of a subscription, news of it may have been lost on its way. */
const HELD_RECHECK_MS = 3_600_000;

/** It is read once a day; some tries may fail. */
const KNOWN_MS_MAX = 30 * 3_600_000;

type Slots = ReadonlyMap<
  string,
  { readonly name: string; readonly pipeline: Pick<Pipeline, 'view' | 'hear'> }
>;

/** Which slots the customer has a product for: when to ask DRS, and who has to hear the answer. Times are monotonic. */
export class SubscriptionWatch {
  readonly #slots: Slots;
  readonly #recheckMs: number;
  #readAtMs: number | null = null;
  #wantedAtMs: number | null = null;
  #held: ReadonlySet<string> = new Set();

  /** @param slots by DRS slot id. */
  constructor(deviceId: string, slots: Slots) {
    this.#slots = slots;
    this.#recheckMs = RECHECK_MS + RECHECK_SPREAD_MS * phaseOf(deviceId, 'recheck');
  }

  get reading(): SubscriptionReading {
    return { readAtMs: this.#readAtMs, wantedAtMs: this.#wantedAtMs };
  }

  /** Something speaks for asking. */
  want(nowMs: number, inMs = this.#recheckMs): void {
    this.#wantedAtMs = Math.min(nowMs + inMs, this.#wantedAtMs ?? Number.POSITIVE_INFINITY);
  }

  /** A slot that was refused for want of a subscription is asked after (drs-api.md, section 10.2). */
  noticeHolds(nowMs: number): void {
    const held = this.held();
    if ([...held].some((slotId) => !this.#held.has(slotId))) this.want(nowMs);
    this.#held = held;
  }

  /** Slots that are held for want of a subscription. */
  held(): ReadonlySet<string> {
    const held = [...this.#slots].filter(([, { pipeline }]) => pipeline.view().reason === 'unsubscribed');
    return new Set(held.map(([slotId]) => slotId));
  }

  /** DRS could not be asked. What was known for more than a day is known no more: an order may find out by itself. */
  notRead(nowMs: number): void {
    if (this.#readAtMs === null || nowMs - this.#readAtMs < KNOWN_MS_MAX) return;
    for (const { pipeline } of this.#slots.values())
      if (pipeline.view().subscribed === false)
        pipeline.hear({ kind: 'subscription', subscribed: null, isRead: true });
  }

  /**
   * DRS answered. Returns the local names of slots that it does not list.
   *
   * @param heldBefore what `held` said when it was asked.
   */
  hear(subscriptions: Subscriptions, heldBefore: ReadonlySet<string>, nowMs: number): readonly string[] {
    this.#readAtMs = nowMs;
    this.#wantedAtMs = null;
    const unlisted: string[] = [];
    for (const [slotId, { name, pipeline }] of this.#slots) {
      const subscribed = subscriptions.get(slotId) ?? null;
      if (subscribed === null) unlisted.push(name);
      // DRS refused the slot while it was being asked: the refusal is the newer word.
      const isOutdated = subscribed === true && this.held().has(slotId) && !heldBefore.has(slotId);
      if (!isOutdated) pipeline.hear({ kind: 'subscription', subscribed, isRead: true });
    }
    this.#held = this.held();
    if (this.#held.size > 0) this.want(nowMs, HELD_RECHECK_MS);
    return unlisted;
  }
}
