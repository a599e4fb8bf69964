import { elapsedAtMostMs, type Instant } from '../system/instant.ts';
import type { Done, DutyBook } from './duty-book.ts';
import { againInMs, phaseOf } from './phase.ts';

/** What DRS is owed beside orders (docs/dash/api-overview.html, customer-experience-guidelines.html). */
export type Duty =
  /** Ask which slots the customer has a product for. */
  | { readonly kind: 'subscriptions' }
  /** Say that the device is alive. */
  | { readonly kind: 'device' }
  /** Tell the level of a slot. `slotId` is Amazon's. */
  | { readonly kind: 'level'; readonly slotId: string; readonly levelPercent: number };

export type DutySettings = {
  readonly deviceId: string;
  /** Nothing but the reading of the subscriptions leaves earlier after a start than this, milliseconds. */
  readonly startDelayMs: number;
  /** A level is told again when it moved by this much, percent points, */
  readonly levelStepPercent: number;
  /** and the last one is this old, milliseconds. */
  readonly levelPauseMs: number;
};

/** Where the reading of the subscriptions stands; monotonic milliseconds. Not durable: each start reads them. */
export type SubscriptionReading = {
  readonly readAtMs: number | null;
  /** Something speaks for reading them anew, not before this time. */
  readonly wantedAtMs: number | null;
};

/** The world at the moment of planning, as values. */
export type DutyFacts = {
  /** Its wall clock counts as trusted when nothing speaks against it. */
  readonly now: Instant;
  /** Monotonic time of the agent's start. */
  readonly startedAtMs: number;
  readonly book: DutyBook;
  readonly subscriptions: SubscriptionReading;
  /** Believed levels by DRS slot id, percent; null where there is none. */
  readonly levels: ReadonlyMap<string, number | null>;
};

export type PlannedDuty = {
  readonly duty: Duty;
  /** Monotonic time. */
  readonly dueAtMs: number;
  /** For the book, once it is done. */
  readonly againInMs: number;
};

/** Everything that can be planned now. A duty that waits for a level, or for the right time, is not among it. */
export function planDuties(facts: DutyFacts, settings: DutySettings): readonly PlannedDuty[] {
  const planned = [planSubscriptions(facts, settings)];
  // Both others carry dates: with a clock that is surely wrong they would tell lies.
  if (!facts.now.wallTrusted) return planned;
  planned.push(planDevice(facts, settings), ...planLevels(facts, settings));
  return planned;
}

/** A duty to tell a level, and why now: it moved, or it was a day ago. */
export type PlannedLevel = PlannedDuty & {
  readonly duty: Extract<Duty, { kind: 'level' }>;
  readonly hasMoved: boolean;
};

/** When each level that is believed is to be told, whoever is to hear it. They carry dates, too. */
export function planLevels(
  facts: Omit<DutyFacts, 'subscriptions'>,
  settings: DutySettings,
): readonly PlannedLevel[] {
  if (!facts.now.wallTrusted) return [];
  return [...facts.levels].flatMap(([slotId, levelPercent]) =>
    levelPercent === null ? [] : [planLevel(facts, settings, slotId, levelPercent)],
  );
}

/** Soon after the start, an order may need the answer; but not in the way of the first one. */
const SUBSCRIPTIONS_EARLIER = 1 / 6;
const SUBSCRIPTIONS_SPREAD = 1 / 3;

function planSubscriptions(facts: DutyFacts, { deviceId, startDelayMs }: DutySettings): PlannedDuty {
  const { readAtMs, wantedAtMs } = facts.subscriptions;
  const phase = phaseOf(deviceId, 'subscriptions');
  const firstAtMs = facts.startedAtMs + startDelayMs * (SUBSCRIPTIONS_EARLIER + SUBSCRIPTIONS_SPREAD * phase);
  const isFirst = readAtMs === null;
  const dailyAtMs = isFirst
    ? firstAtMs
    : readAtMs + againInMs(phase, readAtMs <= facts.startedAtMs + startDelayMs);
  // Before the first reading a wish can only delay it: a refusal that has just come is not asked after at once.
  const dueAtMs = isFirst
    ? Math.max(dailyAtMs, wantedAtMs ?? dailyAtMs)
    : Math.min(dailyAtMs, wantedAtMs ?? dailyAtMs);
  return { duty: { kind: 'subscriptions' }, dueAtMs, againInMs: 0 };
}

function planDevice(facts: DutyFacts, settings: DutySettings): PlannedDuty {
  return { duty: { kind: 'device' }, ...daily(facts, settings, facts.book.device, 'device') };
}

function planLevel(
  facts: DailyFacts & Pick<DutyFacts, 'book'>,
  settings: DutySettings,
  slotId: string,
  levelPercent: number,
): PlannedLevel {
  const told = Object.hasOwn(facts.book.slots, slotId) ? facts.book.slots[slotId] : undefined;
  const plan = daily(facts, settings, told ?? null, `level ${slotId}`);
  const duty = { kind: 'level', slotId, levelPercent } as const;
  if (told === undefined || Math.abs(told.levelPercent - levelPercent) < settings.levelStepPercent)
    return { duty, ...plan, hasMoved: false };
  const movedAtMs = since(told, facts.now) + settings.levelPauseMs;
  const dueAtMs = Math.min(plan.dueAtMs, Math.max(plan.earliestAtMs, movedAtMs));
  return { duty, ...plan, dueAtMs, hasMoved: true };
}

type DailyFacts = Pick<DutyFacts, 'now' | 'startedAtMs'>;

/** Once a day; after a start not before a pause that differs between devices and duties. */
function daily(
  { now, startedAtMs }: DailyFacts,
  { deviceId, startDelayMs }: DutySettings,
  done: Done | null,
  what: string,
): { readonly dueAtMs: number; readonly earliestAtMs: number; readonly againInMs: number } {
  const phase = phaseOf(deviceId, what);
  const earliestAtMs = startedAtMs + startDelayMs * (1 + 2 * phase);
  const againAtMs = done === null ? Number.NEGATIVE_INFINITY : since(done, now) + done.againInMs;
  const dueAtMs = Math.max(earliestAtMs, againAtMs);
  return { dueAtMs, earliestAtMs, againInMs: againInMs(phase, againAtMs <= earliestAtMs) };
}

/** When it was done, on the clock of this boot; long ago when nobody can know. */
function since({ at }: Done, now: Instant): number {
  return now.monotonicMs - elapsedAtMostMs(at, now);
}
