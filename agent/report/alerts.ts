import {
  type AlertCondition,
  type AlertSeverity,
  deviceConditions,
  type SlotFacts,
  slotConditions,
} from './alert-conditions.ts';
import type { DeviceView } from './device-payload.ts';
import { wireTime } from './wire-value.ts';

/** Something that somebody should know, for as long as it is so. */
export type Alert = Pick<AlertCondition, 'id' | 'severity' | 'slot' | 'text'> & {
  /** Wall time at which it began, as far as that is known. */
  readonly sinceMs: number;
};

/** What is known of a device now. */
export type AlertFacts = {
  readonly device: DeviceView;
  readonly slots: ReadonlyMap<string, SlotFacts>;
  /** Monotonic milliseconds. */
  readonly nowMs: number;
};

/** What has to be remembered between two looks. */
export type AlertBook = {
  /** The gravest first, each id once. The same list while no id and no severity changes. */
  readonly alerts: readonly Alert[];
  /** When each condition was first seen, lasting or not. */
  readonly seen: ReadonlyMap<string, { readonly nowMs: number; readonly wallMs: number }>;
  /** Reports lost by the last look, and when the latest of them was noticed; null before the first look. */
  readonly drops: { readonly count: number; readonly atMs: number | null } | null;
};

export const NO_ALERTS: AlertBook = { alerts: [], seen: new Map(), drops: null };

/** With texts of at most 400 characters the message stays below the 64 KiB that brokers and clients take. */
export const ALERTS_MAX = 64;
const TEXT_LENGTH_MAX = 400;

/** Lost reports are told when the broker is back, and the outbox soon empty: people look once a day. */
const DROPS_SHOWN_MS = 24 * 60 * 60_000;

const GRAVITY: Readonly<Record<AlertSeverity, number>> = { critical: 0, warning: 1, info: 2 };

/** Looks at a device anew. Pure. */
export function reviewAlerts(book: AlertBook, { device, slots, nowMs }: AlertFacts): AlertBook {
  const drops = countDrops(book.drops, device.outbox.dropped, nowMs);
  const isDropping = drops.atMs !== null && nowMs - drops.atMs < DROPS_SHOWN_MS;
  const conditions = [
    ...deviceConditions(device, isDropping),
    ...[...slots].flatMap(([slot, facts]) => slotConditions(slot, facts)),
  ];
  const seen = new Map(
    conditions.map(({ id }) => [id, book.seen.get(id) ?? { nowMs, wallMs: device.atMs }] as const),
  );
  const alerts = conditions
    .flatMap((condition) => {
      const first = seen.get(condition.id) ?? { nowMs, wallMs: device.atMs };
      const lastedMs = condition.began?.atLeastMs ?? nowMs - first.nowMs;
      return lastedMs < condition.afterMs ? [] : [alertOf(condition, first.wallMs)];
    })
    .sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity] || (a.id < b.id ? -1 : 1))
    .slice(0, ALERTS_MAX);
  return { alerts: isSame(book.alerts, alerts) ? book.alerts : alerts, seen, drops };
}

function alertOf({ id, severity, slot, text, began }: AlertCondition, firstSeenMs: number): Alert {
  const short = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX - 1)}…` : text;
  return { id, severity, slot, text: short.toWellFormed(), sinceMs: began?.wallMs ?? firstSeenMs };
}

/** What was lost before this start is old news. */
function countDrops(
  before: AlertBook['drops'],
  count: number,
  nowMs: number,
): NonNullable<AlertBook['drops']> {
  if (before === null) return { count, atMs: null };
  return { count, atMs: count > before.count ? nowMs : before.atMs };
}

function isSame(before: readonly Alert[], after: readonly Alert[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ id, severity }, index) => {
      const other = after[index];
      return id === other?.id && severity === other.severity;
    })
  );
}

/** An alert as others are told it; `since` is ISO 8601 in UTC. */
export type AlertSeen = Omit<Alert, 'sinceMs'> & { readonly since: string };

export function alertsSeen(alerts: readonly Alert[]): readonly AlertSeen[] {
  return alerts.map(({ id, severity, slot, sinceMs, text }) => ({
    id,
    severity,
    slot,
    since: wireTime(sinceMs),
    text,
  }));
}

/** The list as JSON text. */
export function alertsPayload(alerts: readonly Alert[]): string {
  return JSON.stringify(alertsSeen(alerts));
}
