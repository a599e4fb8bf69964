import type { UnknownCause } from '../level/settle.ts';
import type { Context, SlotState } from './decision.ts';
import { gate, type Obstacle } from './gate.ts';
import type { SlotLimits } from './limits.ts';
import { AMAZON_ORDERS } from './reports-only.ts';
import type { Depletion, HoldReason, SlotPhase } from './slot-state.ts';
import { snoozeRestMs } from './snooze.ts';

/** Where a slot stands, in the words of the wire, and why, in words for people. */
export type Standing = {
  readonly phase: SlotPhase;
  /** Set exactly when `phase` is `held`. */
  readonly reason: HoldReason | null;
  readonly why: string;
};

/** Reads a slot's standing off its state; decides nothing. */
export function standingOf(state: SlotState, limits: SlotLimits, context: Context): Standing {
  const { depletion, snooze } = state.record;
  const standing =
    depletion === null ? withoutDepletion(state, limits) : duringDepletion(state, depletion, limits, context);
  if (snoozeRestMs(snooze, context.now) === 0) return standing;
  return { ...standing, why: `${standing.why} ${SNOOZED_WHY}` };
}

const SNOOZED_WHY = 'The slot is snoozed: nothing is ordered for it before that ends.';

function withoutDepletion({ watch }: SlotState, limits: SlotLimits): Standing {
  if (watch.levelPercent === null) return standing('unknown', unknownWhy(watch.unknownCause ?? 'no-reading'));
  const level = percent(watch.levelPercent);
  if (watch.levelPercent > limits.reorderAtPercent) {
    return standing(
      'stocked',
      `Level ${level} is above the reorder threshold of ${percent(limits.reorderAtPercent)}.`,
    );
  }
  if (limits.reportsOnly)
    return standing(
      'low',
      `Level ${level} is at or below ${percent(limits.reorderAtPercent)}. ${AMAZON_ORDERS}`,
    );
  const { samples, forMs } = limits.confirm;
  const lasting = forMs === 0 ? '' : ` and ${forMs / 1000} s`;
  const rest = watch.low === null ? ' in which the readings rest' : '';
  return standing(
    'low',
    `Level ${level} is at or below ${percent(limits.reorderAtPercent)}: believed after ${samples} samples${lasting}${rest}.`,
  );
}

function duringDepletion(
  state: SlotState,
  depletion: Depletion,
  limits: SlotLimits,
  context: Context,
): Standing {
  const { stage } = depletion;
  const busy = depletion.doubtSince === null ? 'ordering' : 'in-doubt';
  switch (stage.kind) {
    case 'on-order':
      return standing(
        'on-order',
        `Order ${depletion.orderId} is open; the next one is possible after a refill to ${percent(limits.rearmAtPercent)} or more.`,
      );
    case 'held':
      return held(stage.reason);
    case 'sending':
      return standing(
        busy,
        `Request ${depletion.attempts} of order ${depletion.orderId} is on its way to DRS.`,
      );
    case 'due': {
      const way = gate(state, depletion, limits, context);
      if (way.open) return standing(busy, 'The order is about to be sent.');
      const reason = REASON_OF[way.obstacle];
      // A doubt weighs more than what keeps it from being cleared: an operator has to see it.
      if (reason !== null && busy === 'ordering') return held(reason);
      return standing(busy, OBSTACLE_WHY[way.obstacle]);
    }
  }
}

const REASON_OF: Readonly<Record<Obstacle, HoldReason | null>> = {
  'no-level': null,
  unconfirmed: null,
  unsubscribed: 'unsubscribed',
  'no-token': 'auth',
  'token-rejected': 'auth',
  budget: 'budget',
  'cancelled-once': 'cancelled-once',
  'cancelled-twice': 'cancelled-twice',
  snoozed: null,
  backoff: null,
};

/** What an order that is due waits for. */
export const OBSTACLE_WHY: Readonly<Record<Obstacle, string>> = {
  'no-level':
    'An order is due, but the level is unknown: nothing is sent until the sensor is believed again.',
  unconfirmed: 'An order is due; the level has to be confirmed by fresh samples before it is sent.',
  unsubscribed: 'An order is due, but the customer has no product selected for the slot.',
  'no-token': 'An order is due, but there is no valid access token.',
  'token-rejected': 'An order is due, but DRS refused the access token and no other one has come.',
  budget: 'An order is due, but it would exceed maxOrders.',
  'cancelled-once': 'An order is due, but the customer cancelled the last one less than 5 days ago.',
  'cancelled-twice':
    'An order is due, but the customer cancelled twice and the slot has not been full since.',
  snoozed: 'An order is due.',
  backoff: 'The last request brought no order; the next one is sent after a pause.',
};

/** What a hold waits for, and how to end it. */
export const HELD_WHY: Readonly<Record<HoldReason, string>> = {
  auth: 'No access token that DRS accepts: provision a new one and the order is sent.',
  unsubscribed:
    'The customer has not subscribed this slot: ask them to choose a product; the order is sent when Amazon says that they did.',
  'unknown-slot': 'DRS does not know this slot id: correct slotId in the configuration.',
  'cancelled-once': 'The customer cancelled the order: the next one is possible 5 days later.',
  'cancelled-twice': 'The customer cancelled twice: nothing is ordered until the slot is full again.',
  budget: 'The order would exceed maxOrders: it is sent when the window has room again.',
  'in-doubt':
    'A request went unanswered for too long to be repeated safely. See at Amazon whether the order exists, then type replenish-agent resolve SLOT placed|not-placed; a notification from Amazon or a refill settles it, too.',
  'state-lost':
    'The order history was lost: nothing is ordered until a refill, or replenish-agent resolve SLOT placed|not-placed, says where this slot stands.',
  'dry-run': 'dryRun is on: an order was decided and not sent.',
};

const UNKNOWN_WHY: Readonly<Record<UnknownCause, string>> = {
  'no-reading': 'No reading has arrived yet.',
  stale: 'The last good reading is too old.',
  'out-of-range': 'The readings are outside the valid range.',
  sentinel: 'The sensor says that it sees nothing.',
  noisy: 'The readings jump too much to be believed.',
};

/** Why there is no level to decide on. */
export function unknownWhy(cause: UnknownCause): string {
  return UNKNOWN_WHY[cause];
}

function held(reason: HoldReason): Standing {
  return { phase: 'held', reason, why: HELD_WHY[reason] };
}

function standing(phase: Exclude<SlotPhase, 'held'>, why: string): Standing {
  return { phase, reason: null, why };
}

/** A level for people. */
export function percent(value: number): string {
  return `${Math.round(value * 10) / 10} %`;
}
