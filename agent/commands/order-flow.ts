import type { Timing } from '../../hardware/timing.ts';
import type { LiveFrame, SlotSeen } from '../local/service-view.ts';
import { isTokenSettled } from '../replenish/access-token.ts';
import type { Counterpart } from './counterpart.ts';

export type OrderFlowOptions = {
  readonly slot: string;
  readonly counterpart: Counterpart;
  readonly timing: Timing;
  /** Sensors and token of a service that has just started need a while. */
  readonly isFresh: boolean;
  /** What happens, a line each. */
  readonly tell: (line: string) => void;
};

/** How the order ended: the exit code's reason, and the last word to the person. */
export type OrderEnd = { readonly ok: boolean; readonly message: string };

/** Longer than any default of the configuration takes to believe a level, or to get a token. */
const READY_MS_MAX = 180_000;

/** Longer than a request with all its timeouts, and the retry after a refused token. */
const OUTCOME_MS_MAX = 120_000;

/**
 * Orders, and waits for what comes of it. The order itself is the service's: it goes through the same gates as any
 * other, is in the journal before it leaves, and goes on when nobody waits any more.
 */
export async function orderAndWait(options: OrderFlowOptions): Promise<OrderEnd> {
  const { slot, counterpart, timing, isFresh, tell } = options;
  const teller = createTeller(slot, tell);
  const first = await counterpart.nextFrame(READY_MS_MAX);
  if (typeof first === 'string') return { ok: false, message: first };
  const before = seenIn(first, slot);
  if (before === null) return { ok: false, message: noSuchSlot(first, slot) };
  const news = createNews(before);

  if (isFresh) {
    const untilMs = timing.nowMs() + READY_MS_MAX;
    tell('Waiting for sensor and access token.');
    for (;;) {
      const frame = await counterpart.nextFrame(untilMs - timing.nowMs());
      if (typeof frame === 'string') return { ok: false, message: frame };
      const seen = seenIn(frame, slot) ?? before;
      teller.show(seen);
      // It was due anyway: the service has just ordered by itself.
      if (news.isNews(seen) || seen.phase === 'ordering') return awaitOutcome(options, news, teller);
      if (seen.phase === 'on-order' || seen.phase === 'in-doubt' || seen.phase === 'held') break;
      if ((seen.isConfirmed && isTokenSettled(frame.device.token.state)) || timing.nowMs() >= untilMs) break;
    }
  }
  const result = await counterpart.perform({ kind: 'order', slot });
  if (!result.ok) return result;
  tell(result.message);
  return awaitOutcome(options, news, teller);
}

async function awaitOutcome(
  { slot, counterpart, timing }: OrderFlowOptions,
  news: News,
  teller: Teller,
): Promise<OrderEnd> {
  const untilMs = timing.nowMs() + OUTCOME_MS_MAX;
  for (;;) {
    const frame = await counterpart.nextFrame(Math.max(0, untilMs - timing.nowMs()));
    if (typeof frame === 'string') return { ok: false, message: frame };
    const seen = seenIn(frame, slot);
    if (seen === null) return { ok: false, message: noSuchSlot(frame, slot) };
    teller.show(seen);
    if (news.isNews(seen)) {
      const end = endBy(slot, seen);
      if (end !== null) return end;
    }
    if (seen.phase === 'held') return { ok: false, message: `${slot} is held: ${seen.why}` };
    if (timing.nowMs() >= untilMs)
      return { ok: false, message: `No order yet: ${seen.why} The service goes on by itself.` };
  }
}

/** What the last order says, where it says the last word. */
function endBy(slot: string, { lastOrder, phase }: SlotSeen): OrderEnd | null {
  if (lastOrder === null) return null;
  const { outcome, detailCode, orderId, eventInstanceId } = lastOrder;
  if (outcome === 'placed' || outcome === 'in-progress') {
    const words =
      outcome === 'placed' ? 'The order is placed' : 'An order of this slot is open at Amazon already';
    const instance = eventInstanceId === null ? '' : `, Amazon's id ${eventInstanceId}`;
    return { ok: true, message: `${detailCode ?? outcome}\n${words}: ${slot}, order ${orderId}${instance}.` };
  }
  // What is repeated by itself is not over.
  return phase === 'ordering' || phase === 'in-doubt' || phase === 'held'
    ? null
    : { ok: false, message: `${outcome}: ${slot}, order ${orderId}.` };
}

type News = { isNews(seen: SlotSeen): boolean };

/** Tells the outcome of an order that came after a first look from the one that stood there. */
function createNews(before: SlotSeen): News {
  const keyOf = ({ lastOrder }: SlotSeen): string =>
    lastOrder === null ? '' : `${lastOrder.orderId} ${lastOrder.attempt} ${lastOrder.outcome}`;
  const first = keyOf(before);
  return { isNews: (seen) => keyOf(seen) !== first };
}

type Teller = { show(seen: SlotSeen): void };

/** Tells where the slot stands when that changes; a level that moves is no change. */
function createTeller(slot: string, tell: (line: string) => void): Teller {
  let told = '';
  return {
    show: ({ phase, reason, why }) => {
      const key = `${phase} ${reason ?? ''} ${why.replaceAll(/[\d.]+/g, '')}`;
      if (key !== told) tell(`${slot}: ${phase}. ${why}`);
      told = key;
    },
  };
}

function seenIn({ slots }: LiveFrame, slot: string): SlotSeen | null {
  return Object.hasOwn(slots, slot) ? (slots[slot] ?? null) : null;
}

function noSuchSlot({ slots }: LiveFrame, slot: string): string {
  return `There is no slot "${slot}". There are: ${Object.keys(slots).join(', ')}.`;
}
