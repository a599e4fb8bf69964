import * as z from 'zod/mini';

/** What the page takes from the wire (config/asyncapi.yaml). More fields may come; they are ignored. */
export type SlotReport = z.infer<typeof slotReport>;
export type DeviceReport = z.infer<typeof deviceReport>;
export type OrderEvent = z.infer<typeof orderEvent>;
export type Alert = z.infer<typeof alerts>[number];

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

const text = z.pipe(
  z.string().check(z.maxLength(1000)),
  z.transform((value: string) => value.replace(UNPRINTABLE, '\ufffd')),
);
const textOrNull = z.nullable(text);
const timeMs = z.pipe(
  z.string().check(
    z.maxLength(40),
    z.refine((value) => !Number.isNaN(Date.parse(value))),
  ),
  z.transform((value: string) => Date.parse(value)),
);
const timeMsOrNull = z.nullable(timeMs);
const level = z.nullable(z.number().check(z.gte(0), z.lte(100)));
const count = z.number().check(z.gte(0));
const outcome = z.enum(['placed', 'in-progress', 'refused', 'failed', 'in-doubt', 'dry-run']);
const attempt = z.number().check(z.gte(1));

const orderEvent = z.object({
  orderId: text,
  attempt,
  outcome,
  detailCode: textOrNull,
  httpStatus: z.nullable(z.number()),
  message: textOrNull,
  level,
  at: timeMs,
});

const slotReport = z.object({
  phase: z.enum(['unknown', 'stocked', 'low', 'ordering', 'in-doubt', 'on-order', 'held']),
  reason: textOrNull,
  level,
  raw: z.nullable(z.number()),
  sensor: z.enum(['ok', 'stale', 'fault']),
  emptyAt: timeMsOrNull,
  lastOrder: z.nullable(z.object({ orderId: text, attempt, outcome, detailCode: textOrNull, at: timeMs })),
  snoozedUntil: z.optional(timeMsOrNull),
  why: text,
  warning: z.optional(textOrNull),
  at: timeMs,
});

/** The agent lists at most 64. */
const alerts = z
  .array(
    z.object({
      id: text,
      severity: z.enum(['critical', 'warning', 'info']),
      slot: z.optional(textOrNull),
      since: timeMsOrNull,
      text,
    }),
  )
  .check(z.maxLength(64));

const trouble = z.optional(z.object({ error: textOrNull }));
const deviceReport = z.object({
  version: text,
  startedAt: timeMs,
  clockTrusted: z.boolean(),
  hardware: z.record(
    z.string().check(z.maxLength(64)),
    z.object({ driver: text, state: text, lastReadingAt: timeMsOrNull, error: textOrNull }),
  ),
  token: z.object({ state: text, expiresAt: timeMsOrNull }),
  outbox: z.object({ depth: count, dropped: count }),
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
    const read = alerts.safeParse(payload === '' ? [] : parseJson(payload));
    return read.success ? { kind: 'alerts', device, alerts: read.data } : null;
  }
  if (branch !== 'device') return null;
  const read = deviceReport.safeParse(parseJson(payload));
  return read.success ? { kind: 'device', device, report: read.data } : null;
}

function readSlot(device: string, slot: string, leaf: string | undefined, payload: string): Heard | null {
  if (leaf === undefined) {
    if (payload === '') return { kind: 'gone', device, slot };
    const read = slotReport.safeParse(parseJson(payload));
    return read.success ? { kind: 'slot', device, slot, report: read.data } : null;
  }
  if (leaf !== 'order') return null;
  const read = orderEvent.safeParse(parseJson(payload));
  return read.success ? { kind: 'order', device, slot, order: read.data } : null;
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
