import * as v from 'valibot';
import { finiteNumber, jsonRecord } from '../../json-value.ts';

/** What the page takes from the wire (config/asyncapi.yaml). More fields may come; they are ignored. */
export type SlotReport = v.InferOutput<typeof slotReport>;
export type DeviceReport = v.InferOutput<typeof deviceReport>;
export type OrderEvent = v.InferOutput<typeof orderEvent>;
export type Alert = v.InferOutput<typeof alerts>[number];

/** A message that was understood. */
export type Heard =
  | { readonly kind: 'status'; readonly device: string; readonly isOnline: boolean }
  | { readonly kind: 'device'; readonly device: string; readonly report: DeviceReport }
  | { readonly kind: 'alerts'; readonly device: string; readonly alerts: readonly Alert[] }
  | { readonly kind: 'slot'; readonly device: string; readonly slot: string; readonly report: SlotReport }
  | { readonly kind: 'order'; readonly device: string; readonly slot: string; readonly order: OrderEvent }
  /** The broker was told to forget what stood there. */
  | { readonly kind: 'gone'; readonly device: string; readonly slot: string | null };

/** Longer payloads are no reports of an agent, bytes. */
export const PAYLOAD_BYTES_MAX = 65_536;

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** Characters that would let one text pose as another: controls, and those that turn the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const text = v.pipe(
  v.string(),
  v.maxLength(1000),
  v.transform((value) => value.replace(UNPRINTABLE, '\ufffd')),
);
const textOrNull = v.nullable(text);
const timeMs = v.pipe(
  v.string(),
  v.maxLength(40),
  v.check((value) => !Number.isNaN(Date.parse(value))),
  v.transform((value) => Date.parse(value)),
);
const timeMsOrNull = v.nullable(timeMs);
const level = v.nullable(v.pipe(finiteNumber, v.minValue(0), v.maxValue(100)));
const count = v.pipe(finiteNumber, v.minValue(0));
const outcome = v.picklist(['placed', 'in-progress', 'refused', 'failed', 'in-doubt', 'dry-run']);
const attempt = v.pipe(finiteNumber, v.minValue(1));

const orderEvent = v.object({
  orderId: text,
  attempt,
  outcome,
  detailCode: textOrNull,
  httpStatus: v.nullable(finiteNumber),
  message: textOrNull,
  level,
  at: timeMs,
});

const slotReport = v.object({
  phase: v.picklist(['unknown', 'stocked', 'low', 'ordering', 'in-doubt', 'on-order', 'held']),
  reason: textOrNull,
  level,
  raw: v.nullable(finiteNumber),
  sensor: v.picklist(['ok', 'stale', 'fault']),
  emptyAt: timeMsOrNull,
  lastOrder: v.nullable(v.object({ orderId: text, attempt, outcome, detailCode: textOrNull, at: timeMs })),
  snoozedUntil: v.optional(timeMsOrNull),
  why: text,
  warning: v.optional(textOrNull),
  at: timeMs,
});

/** The agent lists at most 64. */
const alerts = v.pipe(
  v.array(
    v.object({
      id: text,
      severity: v.picklist(['critical', 'warning', 'info']),
      slot: v.optional(textOrNull),
      since: timeMsOrNull,
      text,
    }),
  ),
  v.maxLength(64),
);

const trouble = v.optional(v.object({ error: textOrNull }));
const deviceReport = v.object({
  version: text,
  startedAt: timeMs,
  clockTrusted: v.boolean(),
  hardware: jsonRecord(
    v.pipe(v.string(), v.maxLength(64)),
    v.object({ driver: text, state: text, lastReadingAt: timeMsOrNull, error: textOrNull }),
  ),
  token: v.object({ state: text, expiresAt: timeMsOrNull }),
  outbox: v.object({ depth: count, dropped: count }),
  drs: trouble,
  store: trouble,
  config: trouble,
  at: timeMs,
});

/**
 * Reads one message. Pure.
 * @param prefix `mqtt.topicPrefix` of the devices. @param payload as text; at most PAYLOAD_BYTES_MAX.
 * @returns null for what is not the report of an agent.
 */
export function readMessage(prefix: string, topic: string, payload: string): Heard | null {
  if (!topic.startsWith(`${prefix}/`)) return null;
  const [device = '', branch, slot = '', leaf, ...rest] = topic.slice(prefix.length + 1).split('/');
  if (!NAME.test(device) || rest.length > 0) return null;
  if (branch === 'slots') return NAME.test(slot) ? readSlot(device, slot, leaf, payload) : null;
  if (slot !== '' || leaf !== undefined) return null;
  if (branch === 'status') {
    if (payload === '') return { kind: 'gone', device, slot: null };
    return payload === 'online' || payload === 'offline'
      ? { kind: 'status', device, isOnline: payload === 'online' }
      : null;
  }
  if (branch === 'alerts') {
    const read = v.safeParse(alerts, payload === '' ? [] : parseJson(payload));
    return read.success ? { kind: 'alerts', device, alerts: read.output } : null;
  }
  if (branch !== 'device') return null;
  const read = v.safeParse(deviceReport, parseJson(payload));
  return read.success ? { kind: 'device', device, report: read.output } : null;
}

function readSlot(device: string, slot: string, leaf: string | undefined, payload: string): Heard | null {
  if (leaf === undefined) {
    if (payload === '') return { kind: 'gone', device, slot };
    const read = v.safeParse(slotReport, parseJson(payload));
    return read.success ? { kind: 'slot', device, slot, report: read.output } : null;
  }
  if (leaf !== 'order') return null;
  const read = v.safeParse(orderEvent, parseJson(payload));
  return read.success ? { kind: 'order', device, slot, order: read.output } : null;
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
