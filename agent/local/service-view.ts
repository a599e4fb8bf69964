import type { FoundRecord } from '../policy/assign-records.ts';
import type { HoldReason, OrderOutcome, SlotPhase, SlotRecord } from '../policy/slot-state.ts';
import { storedStanding } from '../policy/stored-standing.ts';
import { type Alert, type AlertSeen, alertsSeen } from '../report/alerts.ts';
import { type DeviceView, devicePayload } from '../report/device-payload.ts';
import type { LinkState } from '../report/link.ts';
import type { SlotView } from '../report/payload.ts';
import { wireLevel, wireTime, wireTimeOrNull } from '../report/wire-value.ts';
import type { StoredState } from '../store/read-state.ts';
import { type OpenOrder, openOrderOf, type UnderWay, underWay } from './open-order.ts';

/** The last order of a slot; times are ISO 8601 in UTC everywhere here. */
export type LastOrderSeen = {
  readonly orderId: string;
  readonly attempt: number;
  readonly outcome: OrderOutcome;
  readonly detailCode: string | null;
  readonly eventInstanceId: string | null;
  readonly at: string;
};

/** What a slot looks like at a moment; the live parts are null or false while the service is stopped. */
export type SlotSeen = {
  readonly phase: SlotPhase;
  /** Set exactly when `phase` is `held`. */
  readonly reason: HoldReason | null;
  readonly why: string;
  /** Believed level, percent. */
  readonly level: number | null;
  /** Latest raw value, in the sensor's own unit. */
  readonly raw: number | null;
  readonly sensor: 'ok' | 'stale' | 'fault' | null;
  /** Whether the readings jump too much to be believed. */
  readonly isNoisy: boolean;
  /** Whether enough fresh samples agree that something may be decided on the level. */
  readonly isConfirmed: boolean;
  readonly emptyAt: string | null;
  /** When something changes by itself; null when only an event can change anything. */
  readonly nextWakeAt: string | null;
  readonly lastOrder: LastOrderSeen | null;
};

/** A slot in the live view. */
export type LiveSlot = SlotSeen & LiveExtras;

/** At or below `reorderAt` a slot is low, at or above `rearmAt` refilled, percent; null when nobody snoozed it. */
export type LiveExtras = Readonly<{ reorderAt: number; rearmAt: number; snoozedUntil: string | null }>;

/** One frame of the live view. */
export type LiveFrame = {
  /** As on the topic `device`. */
  readonly device: LiveDevice;
  /** The connection to the broker. */
  readonly broker: LinkState;
  readonly slots: Readonly<Record<string, LiveSlot>>;
};

/** The report of the device, as on the topic `device`; here only what is relied upon. */
export type DeviceSeen = {
  readonly version: string;
  readonly startedAt: string;
  readonly hardware: Readonly<Record<string, { readonly state: string; readonly error: string | null }>>;
  readonly token: { readonly state: string };
  readonly store: { readonly state: string; readonly error: string | null };
  readonly config: { readonly error: string | null };
};

/** What the live view relies upon beside that. */
export type LiveDevice = DeviceSeen & {
  readonly clockTrusted: boolean;
  readonly hardware: Readonly<Record<string, { readonly lastReadingAt: string | null }>>;
  /** By slot; `readings` counts what the sensor said, whether or not it was new. */
  readonly sensors: Readonly<Record<string, { readonly readings: number }>>;
  readonly outbox: { readonly depth: number; readonly dropped: number };
  readonly drs: { readonly error: string | null };
};

export type SlotStatus = SlotSeen & {
  /** DRS slot id; null for a slot without a history. */
  readonly slotId: string | null;
  readonly openOrder: OpenOrder | null;
  /** When orders were placed, or may have been, newest last. */
  readonly placedAt: readonly string[];
};

/** All that `status` tells; the shape of `status --json`. */
export type StatusDocument = UnderWay & {
  readonly service: 'running' | 'stopped';
  /** Absolute. */
  readonly stateDir: string;
  readonly at: string;
  /** Whether a history was lost in this directory once. */
  readonly isHistoryLost: boolean;
  readonly outbox: { readonly depth: number; readonly dropped: number };
  /** As on the topic `alerts`, the gravest first; null while the service is stopped. */
  readonly alerts: readonly AlertSeen[] | null;
  /** null while the service is stopped. */
  readonly device: DeviceSeen | null;
  readonly slots: Readonly<Record<string, SlotStatus>>;
};

export function liveFrame(
  device: DeviceView,
  broker: LinkState,
  slots: ReadonlyMap<string, SlotView>,
  extrasOf: (slot: string, view: SlotView) => LiveExtras,
): LiveFrame {
  return {
    device: deviceSeen(device),
    broker,
    slots: Object.fromEntries(
      [...slots].map(([name, view]) => [name, { ...slotSeen(view), ...extrasOf(name, view) }]),
    ),
  };
}

/** The status as the running service knows it. Slots that have a history and are not configured are not its business. */
export function runningStatus(
  stateDir: string,
  state: StoredState,
  device: DeviceView,
  alerts: readonly Alert[],
  slots: ReadonlyMap<string, SlotView>,
): StatusDocument {
  return {
    ...common(stateDir, state, device.atMs),
    ...underWay(state.records, false),
    service: 'running',
    alerts: alertsSeen(alerts),
    device: deviceSeen(device),
    slots: Object.fromEntries(
      [...slots].map(([name, view]) => [
        name,
        { ...slotSeen(view), ...historyOf(state.records.get(name) ?? null, false) },
      ]),
    ),
  };
}

/**
 * The status as the state file tells it.
 * @param configured names that the configuration has, if it could be read; those without a history are new slots.
 */
export function stoppedStatus(
  stateDir: string,
  state: StoredState,
  configured: readonly string[],
  wallMs: number,
): StatusDocument {
  const names = new Set([...state.records.keys(), ...configured]);
  return {
    ...common(stateDir, state, wallMs),
    ...underWay(state.records, true),
    service: 'stopped',
    alerts: null,
    device: null,
    slots: Object.fromEntries(
      [...names].sort().map((name) => {
        const found = state.records.get(name) ?? null;
        const record = found ?? (state.isHistoryLost ? 'lost' : null);
        return [name, { ...storedSlot(record), ...historyOf(record, true) }];
      }),
    ),
  };
}

function common(
  stateDir: string,
  { isHistoryLost, outbox }: StoredState,
  wallMs: number,
): Pick<StatusDocument, 'stateDir' | 'at' | 'isHistoryLost' | 'outbox'> {
  return { stateDir, at: wireTime(wallMs), isHistoryLost, outbox };
}

function deviceSeen(device: DeviceView): LiveDevice {
  return JSON.parse(devicePayload(device)) as LiveDevice;
}

function slotSeen(view: SlotView): SlotSeen {
  return {
    phase: view.phase,
    reason: view.phase === 'held' ? view.reason : null,
    why: view.why,
    level: wireLevel(view.level),
    raw: view.raw,
    sensor: view.sensor,
    isNoisy: view.isNoisy,
    isConfirmed: view.isConfirmed,
    emptyAt: wireTimeOrNull(view.emptyAtMs),
    nextWakeAt: wireTimeOrNull(view.nextWakeAtMs),
    lastOrder: lastOrderSeen(view.lastOrder),
  };
}

function storedSlot(record: FoundRecord | null): SlotSeen {
  return {
    ...storedStanding(record),
    level: null,
    raw: null,
    sensor: null,
    isNoisy: false,
    isConfirmed: false,
    emptyAt: null,
    nextWakeAt: null,
    lastOrder: record === null || record === 'lost' ? null : lastOrderSeen(record.lastOrder),
  };
}

function lastOrderSeen(order: SlotRecord['lastOrder']): LastOrderSeen | null {
  if (order === null) return null;
  const { atMs, ...rest } = order;
  return { ...rest, at: wireTime(atMs) };
}

function historyOf(
  record: FoundRecord | null,
  isStopped: boolean,
): Pick<SlotStatus, 'slotId' | 'openOrder' | 'placedAt'> {
  if (record === null || record === 'lost') return { slotId: null, openOrder: null, placedAt: [] };
  const { depletion } = record;
  return {
    slotId: record.slotId,
    openOrder: depletion === null ? null : openOrderOf(depletion, isStopped),
    placedAt: record.placed.map(({ wallMs }) => wireTime(wallMs)),
  };
}
