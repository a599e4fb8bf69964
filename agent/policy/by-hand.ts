import type { ByHand, Context, Reply, SlotState } from './decision.ts';
import { gate, type Obstacle } from './gate.ts';
import { closeDepletion } from './hear.ts';
import type { SlotLimits } from './limits.ts';
import { openDepletion } from './open-depletion.ts';
import { AMAZON_ORDERS } from './reports-only.ts';
import type { Depletion, Stage } from './slot-state.ts';
import { SNOOZE_MS_MAX } from './snooze.ts';
import { HELD_WHY, OBSTACLE_WHY, percent, unknownWhy } from './standing.ts';
import { confirmAnew, isConfirmed, WAVER_PERCENT } from './watch.ts';

type Answered = { readonly state: SlotState; readonly reply: Reply };

/** What a person decides about a slot: done, or refused with the reason; never kept for later. */
export function hearByHand(state: SlotState, event: ByHand, limits: SlotLimits, context: Context): Answered {
  switch (event.kind) {
    case 'order':
      return hearOrder(state, limits, context);
    case 'rearm':
      return hearRearm(state, limits);
    case 'resolve':
      return hearVerdict(state, event.verdict, limits, context);
    case 'snooze':
      return hearSnooze(state, event.forMs, limits, context);
  }
}

/**
 * An order ahead of the threshold. Only well below `rearmAt`, as for an order by forecast: near it a wavering level
 * would end the depletion that has just begun, and the next one would buy again.
 */
function hearOrder(state: SlotState, limits: SlotLimits, context: Context): Answered {
  const { depletion } = state.record;
  if (limits.reportsOnly) return refuse(state, AMAZON_ORDERS);
  if (depletion !== null) return refuse(state, whyNoOther(state, depletion, limits, context));
  const { watch } = state;
  if (limits.dryRun) return refuse(state, 'dryRun is on, so nothing is sent. Take it out and reload first.');
  if (watch.levelPercent === null)
    return refuse(state, `The level is unknown. ${unknownWhy(watch.unknownCause ?? 'no-reading')}`);
  const level = percent(watch.levelPercent);
  const mostPercent = limits.rearmAtPercent - WAVER_PERCENT;
  if (watch.levelPercent > mostPercent) {
    return refuse(
      state,
      `The level is ${level}. Above ${percent(mostPercent)}, which is ${WAVER_PERCENT} below rearmAt, a refill could not be told for sure afterwards.`,
    );
  }
  if (!isConfirmed(watch.wellBelowFull, limits, context.now.monotonicMs)) {
    return refuse(
      state,
      `The level of ${level} has to be confirmed by fresh samples. Try again in a moment.`,
    );
  }
  const opened = openDepletion(limits, context);
  const way = gate(state, opened, limits, context);
  if (!way.open) return refuse(state, OBSTACLE_REMEDY[way.obstacle]);
  return {
    state: { ...state, record: { ...state.record, depletion: opened } },
    reply: {
      ok: true,
      message: `Order ${opened.orderId} goes to Amazon now, at a level of ${level}. What comes of it is reported on the slot's topic.`,
    },
  };
}

/** Why there is no order by hand while there is no depletion, and what to do about it. */
const OBSTACLE_REMEDY: Readonly<Record<Obstacle, string>> = {
  'no-level': 'The level is unknown.',
  unconfirmed: 'The level has to be confirmed by fresh samples. Try again in a moment.',
  unsubscribed: 'The customer has no product selected for the slot. Ask them to choose one at Amazon.',
  'no-token': 'There is no valid access token. Provision one, then order again.',
  'token-rejected': 'Amazon refused the access token. Provision another one, then order again.',
  budget: 'It would exceed maxOrders. Wait until the window has room, or raise the setting.',
  'cancelled-once':
    'The customer cancelled the last order less than 5 days ago. Wait until they have passed.',
  'cancelled-twice': 'The customer cancelled twice in a row. Nothing is ordered until the slot was at 100 %.',
  snoozed: 'The slot is snoozed. End that first: replenish-agent snooze SLOT off, or the command with off.',
  backoff: 'The last request brought no order. Try again after a pause.',
};

const SETTLE = 'See at Amazon whether the order exists, then say so with resolve: placed or not-placed.';

function whyNoOther(state: SlotState, depletion: Depletion, limits: SlotLimits, context: Context): string {
  const { stage } = depletion;
  if (stage.kind === 'on-order')
    return `An order is under way since ${timeWords(stage.since.wallMs)}. If it never comes, refill the container, or rearm the slot (replenish-agent rearm SLOT, or the command rearm over MQTT), then order again.`;
  if (stage.kind === 'sending') return 'A request is on its way to Amazon already. Wait for its answer.';
  if (isOpenQuestion(depletion)) return `An order of this slot is in doubt. ${SETTLE}`;
  if (stage.kind === 'held') return HELD_WHY[stage.reason];
  const way = gate(state, depletion, limits, context);
  return way.open ? 'The order is about to be sent.' : waitsFor(way.obstacle);
}

function waitsFor(obstacle: Obstacle): string {
  return obstacle === 'snoozed' ? OBSTACLE_REMEDY.snoozed : OBSTACLE_WHY[obstacle];
}

/** The budget and the customer's cancellations stay as they are, and low has to be confirmed anew. */
function hearRearm(state: SlotState, limits: SlotLimits): Answered {
  const { depletion } = state.record;
  if (depletion === null) return refuse(state, 'No order of this slot is open: there is nothing to rearm.');
  if (depletion.stage.kind === 'sending')
    return refuse(state, 'A request is on its way to Amazon. Wait for its answer.');
  const isLost = depletion.stage.kind === 'held' && depletion.stage.reason === 'state-lost';
  if (isOpenQuestion(depletion) && !isLost)
    return refuse(state, `An order of this slot is in doubt. ${SETTLE}`);
  if (depletion.stage.kind === 'due')
    return refuse(state, 'An order is due and was not sent yet: there is nothing to rearm.');
  return {
    state: { ...state, record: closeDepletion(state.record), watch: confirmAnew(state.watch) },
    reply: {
      ok: true,
      message: limits.reportsOnly
        ? `The slot starts anew. ${AMAZON_ORDERS}`
        : 'The slot starts anew. If it is low, that is confirmed by fresh samples and ordered for again.',
    },
  };
}

function hearVerdict(
  state: SlotState,
  verdict: 'placed' | 'not-placed',
  limits: SlotLimits,
  context: Context,
): Answered {
  const { depletion } = state.record;
  if (depletion === null || !isOpenQuestion(depletion)) {
    const isOut = depletion?.stage.kind === 'sending' && depletion.doubtSince !== null;
    const why = isOut
      ? 'The request is being repeated right now. Wait for its answer.'
      : 'Nothing is in doubt for this slot.';
    return refuse(state, why);
  }
  if (verdict === 'placed') {
    return {
      state: withDepletion(state, { ...depletion, stage: { kind: 'on-order', since: context.now } }),
      reply: { ok: true, message: 'The order counts as placed. The next one is possible after a refill.' },
    };
  }
  // Whoever looked at Amazon may have filled up before, and no sample may have shown it yet.
  const watch = confirmAnew(state.watch);
  // After a loss nobody knows whether the slot is low at all: that is for fresh samples to say.
  if (depletion.stage.kind === 'held' && depletion.stage.reason === 'state-lost') {
    return {
      state: { ...state, record: closeDepletion(state.record), watch },
      reply: {
        ok: true,
        message: limits.reportsOnly
          ? `No order is open. ${AMAZON_ORDERS}`
          : 'No order is open. The slot orders again when it is low.',
      },
    };
  }
  const due: Stage = { kind: 'due', since: context.now, waitMs: 0 };
  return {
    state: { ...withDepletion(state, { ...depletion, doubtSince: null, stage: due }), watch },
    reply: {
      ok: true,
      message: limits.reportsOnly
        ? `The order counts as not placed. ${AMAZON_ORDERS}`
        : 'The order counts as not placed. It is sent again as soon as the level is confirmed and the way is open.',
    },
  };
}

function hearSnooze(state: SlotState, forMs: number | null, limits: SlotLimits, context: Context): Answered {
  const { record } = state;
  if (forMs === null) {
    if (record.snooze === null) return { state, reply: { ok: true, message: 'The slot was not snoozed.' } };
    const awake = { ...state, record: { ...record, snooze: null } };
    return { state: awake, reply: { ok: true, message: 'The slot is snoozed no longer.' } };
  }
  if (limits.reportsOnly)
    return refuse(state, `${AMAZON_ORDERS} Pause the replenishment at Amazon to snooze it.`);
  if (!(forMs > 0 && forMs <= SNOOZE_MS_MAX))
    return refuse(state, 'A snooze lasts more than nothing and 30 days at the most.');
  const isOut = record.depletion?.stage.kind === 'sending';
  const late = isOut ? ' A request that is on its way already may still bring an order.' : '';
  return {
    state: { ...state, record: { ...record, snooze: { since: context.now, forMs } } },
    reply: { ok: true, message: `Nothing is ordered for the slot for ${spanWords(forMs)}.${late}` },
  };
}

function isOpenQuestion({ stage, doubtSince }: Depletion): boolean {
  if (stage.kind === 'due') return doubtSince !== null;
  if (stage.kind !== 'held') return false;
  return doubtSince !== null || stage.reason === 'in-doubt' || stage.reason === 'state-lost';
}

function refuse(state: SlotState, why: string): Answered {
  return { state, reply: { ok: false, message: why } };
}

function withDepletion(state: SlotState, depletion: Depletion): SlotState {
  return { ...state, record: { ...state.record, depletion } };
}

/** The latest moment that a date can hold, either way from 1970 (ECMAScript, Date objects). */
const DATE_MS_MAX = 8.64e15;

/** A time of the record, whose clock may have been anything. */
function timeWords(wallMs: number): string {
  return Math.abs(wallMs) <= DATE_MS_MAX ? new Date(wallMs).toISOString() : 'a time that nobody knows';
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** Rounded up to the largest unit of which there are two or more, or one exactly. */
function spanWords(ms: number): string {
  const [word, unitMs] = UNITS.find(([, one]) => ms >= 2 * one || ms === one) ?? (['second', 1000] as const);
  const count = Math.ceil(ms / unitMs);
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
