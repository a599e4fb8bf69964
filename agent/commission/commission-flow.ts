import type { Timing } from '../../hardware/timing.ts';
import type { Counterpart } from '../commands/counterpart.ts';
import type { Person } from '../live/person.ts';
import { levelWords, phaseWords, rawWords } from '../live/picture/live-words.ts';
import type { LiveSlot } from '../local/service-view.ts';
import { judgeOrder } from './judge-order.ts';
import type { Findings, OrderSeen, Sighting } from './report.ts';

export type CommissionOptions = {
  readonly slot: string;
  readonly counterpart: Counterpart;
  readonly person: Person;
  readonly timing: Timing;
  /** ISO 8601, UTC. */
  readonly now: () => string;
  /** What is to be said to somebody who leaves at this point. */
  readonly onStand: (sentence: string) => void;
};

/** A person has gone for another container, or for lunch. */
const BY_HAND_MS_MAX = 2 * 60 * 60 * 1000;
/** Longer than a believed level, a request with all its timeouts, and a retry take. */
const BY_ITSELF_MS_MAX = 10 * 60 * 1000;
const LOOK_MS = 1_000;

const NOTHING_FOUND: Findings = { low: null, order: null, cancelledAt: null, refilled: null, failure: null };

/** What a wait ended with: the slot as it was awaited, or why it was not. */
type Awaited<Value> = { readonly value: Value } | { readonly failure: string };

/**
 * Drain, see the test order, cancel it, refill, done. The order is the service's own: it is low, believes it, and orders
 * as it will on every other day; nothing is ordered from here.
 */
export async function commission(options: CommissionOptions): Promise<Findings> {
  const { slot, counterpart, person, now, onStand } = options;
  onStand('Nothing was ordered.');
  const begun = await awaitSlot(options, BY_ITSELF_MS_MAX, (seen) =>
    seen.phase === 'unknown' ? null : seen,
  );
  if ('failure' in begun) return { ...NOTHING_FOUND, failure: begun.failure };
  const blocked = whyNotNow(slot, begun.value);
  if (blocked !== null) return { ...NOTHING_FOUND, failure: blocked };
  const { lastOrder: before, reorderAt, rearmAt } = begun.value;

  person.tell(
    `1. Drain the container of ${slot}, or take it off its sensor, until it is below ${reorderAt} %.`,
  );
  onStand('Nothing was ordered. Once the slot is low, the service orders, with or without this command.');
  const drained = await awaitSlot(options, BY_HAND_MS_MAX, (seen) => (isDrained(seen, before) ? seen : null));
  if ('failure' in drained) return { ...NOTHING_FOUND, failure: drained.failure };
  const low = sighting(drained.value, now());

  person.tell('2. It is low. The service makes sure of that, and orders.');
  onStand('The slot is low, and the service orders by itself: see replenish-agent status.');
  const ordered = await awaitSlot(options, BY_ITSELF_MS_MAX, (seen) => {
    const news = judgeOrder(seen, before);
    return news.kind === 'waiting' ? null : news;
  });
  if ('failure' in ordered) return { ...NOTHING_FOUND, low, failure: ordered.failure };
  const news = ordered.value;
  if (news.kind !== 'test-order') {
    const failure = news.kind === 'failed' ? news.why : realOrderWhy(news.order);
    return { ...NOTHING_FOUND, low, order: news.order, failure };
  }
  const { order } = news;
  person.tell(`   ${order.detailCode}: order ${order.orderId}.`);
  onStand(`The test order stands: replenish-agent order cancel-test ${slot} takes it back.`);
  const cancelled = await counterpart.perform({ kind: 'cancel-test', slot });
  if (!cancelled.ok)
    return {
      ...NOTHING_FOUND,
      low,
      order,
      failure: `The test order could not be cancelled: ${cancelled.message}`,
    };
  const cancelledAt = now();

  person.tell(`3. The test order is cancelled. Refill the container of ${slot} to ${rearmAt} % or more.`);
  onStand(`The test order is cancelled. Nothing more is ordered before a refill to ${rearmAt} %.`);
  const refilled = await awaitSlot(options, BY_HAND_MS_MAX, (seen) =>
    seen.phase === 'stocked' ? seen : null,
  );
  if ('failure' in refilled) return { ...NOTHING_FOUND, low, order, cancelledAt, failure: refilled.failure };
  person.tell('   It is refilled.');
  return { low, order, cancelledAt, refilled: sighting(refilled.value, now()), failure: null };
}

function whyNotNow(slot: string, { phase, why, lastOrder }: LiveSlot): string | null {
  switch (phase) {
    case 'on-order':
      return `An order of ${slot} is open already (${lastOrder?.detailCode ?? 'see status'}). If it is a test order, type replenish-agent order cancel-test ${slot}; refill the container, and start again.`;
    case 'in-doubt':
    case 'held':
      return `${slot} can't order now: ${why}`;
    case 'low':
    case 'ordering':
      return `${slot} is low already. Fill it first: it has to be seen from full to empty to full.`;
    case 'stocked':
    case 'unknown':
      return null;
  }
}

/** From low on it goes by itself, and may have gone on between two looks. */
function isDrained(seen: LiveSlot, before: OrderSeen | null): boolean {
  return !['stocked', 'unknown'].includes(seen.phase) || judgeOrder(seen, before).kind !== 'waiting';
}

function realOrderWhy({ detailCode, orderId, eventInstanceId }: OrderSeen): string {
  const instance = eventInstanceId === null ? '' : ` (Amazon's id ${eventInstanceId})`;
  return `${detailCode ?? 'No detailCode'}: THIS WAS A REAL ORDER, ${orderId}${instance}. The device is not registered as a test device, so the customer gets and pays for it. Tell them at once: they can cancel it on Amazon under Your Orders, for 24 hours.`;
}

/** Shows the slot until `pick` finds in it what is awaited. */
async function awaitSlot<Value>(
  { slot, counterpart, person, timing }: CommissionOptions,
  withinMs: number,
  pick: (seen: LiveSlot) => Value | null,
): Promise<Awaited<Value>> {
  const untilMs = timing.nowMs() + withinMs;
  for (;;) {
    const frame = await counterpart.nextFrame(LOOK_MS);
    if (typeof frame === 'string') return { failure: frame };
    const seen = Object.hasOwn(frame.slots, slot) ? frame.slots[slot] : undefined;
    if (seen === undefined)
      return {
        failure: `The service has no slot "${slot}". It has: ${Object.keys(frame.slots).join(', ')}.`,
      };
    const value = pick(seen);
    if (value !== null) return { value };
    person.show(
      `   ${slot}: ${phaseWords(seen)}, ${levelWords(seen.level)}, raw ${rawWords(seen.raw)}. ${seen.why}`,
    );
    if (timing.nowMs() >= untilMs) return { failure: `Nothing came of it in time. ${slot}: ${seen.why}` };
  }
}

function sighting({ raw, level }: LiveSlot, at: string): Sighting {
  return { at, raw, level };
}
