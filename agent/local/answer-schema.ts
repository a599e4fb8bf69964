import * as z from 'zod/mini';
import type { CommandResult } from '../command/command.ts';
import type { DeviceSeen, LiveDevice, LiveFrame, StatusDocument } from './service-view.ts';

/* What the service answers comes from another process, perhaps of another version: it is parsed, too. */

const text = z.string();
const textOrNull = z.nullable(z.string());

const lastOrder = z.object({
  orderId: text,
  attempt: z.number(),
  outcome: z.enum(['placed', 'in-progress', 'refused', 'failed', 'in-doubt', 'dry-run']),
  detailCode: textOrNull,
  eventInstanceId: textOrNull,
  at: text,
});

const slotSeen = {
  phase: z.enum(['unknown', 'stocked', 'low', 'ordering', 'in-doubt', 'on-order', 'held']),
  reason: z.nullable(
    z.enum([
      'auth',
      'unsubscribed',
      'unknown-slot',
      'cancelled-once',
      'cancelled-twice',
      'budget',
      'in-doubt',
      'state-lost',
      'dry-run',
    ]),
  ),
  why: text,
  level: z.nullable(z.number()),
  raw: z.nullable(z.number()),
  sensor: z.nullable(z.enum(['ok', 'stale', 'fault'])),
  isNoisy: z.boolean(),
  isConfirmed: z.boolean(),
  emptyAt: textOrNull,
  nextWakeAt: textOrNull,
  lastOrder: z.nullable(lastOrder),
};

/** The rest of the device's report is handed on as it came. */
const deviceSeen = {
  version: text,
  startedAt: text,
  hardware: z.record(z.string(), z.looseObject({ state: text, error: textOrNull })),
  token: z.looseObject({ state: text }),
  store: z.looseObject({ state: text, error: textOrNull }),
  config: z.looseObject({ error: textOrNull }),
};

const device: z.ZodMiniType<DeviceSeen> = z.looseObject(deviceSeen);

const liveDevice: z.ZodMiniType<LiveDevice> = z.looseObject({
  ...deviceSeen,
  clockTrusted: z.boolean(),
  hardware: z.record(
    z.string(),
    z.looseObject({ state: text, error: textOrNull, lastReadingAt: textOrNull }),
  ),
  sensors: z.record(z.string(), z.looseObject({ readings: z.number() })),
  outbox: z.object({ depth: z.number(), dropped: z.number() }),
  drs: z.looseObject({ error: textOrNull }),
});

const slotStatus = z.object({
  ...slotSeen,
  slotId: textOrNull,
  openOrder: z.nullable(
    z.object({
      orderId: text,
      openedAt: text,
      attempts: z.number(),
      inDoubtSince: textOrNull,
      eventInstanceId: textOrNull,
    }),
  ),
  placedAt: z.array(text),
});

const statusDocument: z.ZodMiniType<StatusDocument> = z.object({
  service: z.enum(['running', 'stopped']),
  stateDir: text,
  at: text,
  isHistoryLost: z.boolean(),
  outbox: z.object({ depth: z.number(), dropped: z.number() }),
  // A service from before an upgrade does not tell.
  waitingForAnswer: z._default(z.array(text), []),
  inDoubt: z._default(z.array(text), []),
  alerts: z._default(
    z.nullable(
      z.array(
        z.object({
          id: text,
          severity: z.enum(['critical', 'warning', 'info']),
          slot: textOrNull,
          since: text,
          text,
        }),
      ),
    ),
    null,
  ),
  device: z.nullable(device),
  slots: z.record(z.string(), slotStatus),
});

const frame: z.ZodMiniType<LiveFrame> = z.object({
  device: liveDevice,
  broker: z.object({
    connected: z.boolean(),
    protocolVersion: z.nullable(z.union([z.literal(4), z.literal(5)])),
    error: textOrNull,
  }),
  slots: z.record(
    z.string(),
    z.object({ ...slotSeen, reorderAt: z.number(), rearmAt: z.number(), snoozedUntil: textOrNull }),
  ),
});

const result: z.ZodMiniType<CommandResult> = z.object({ ok: z.boolean(), message: text });

const refusal = z.object({ error: text });

/** What a line of the service means; `refused` when it says no, or says what this version does not know. */
export type Answer<Value> =
  | { readonly kind: 'answer'; readonly value: Value }
  | { readonly kind: 'refused'; readonly why: string };

export function parseStatus(line: string): Answer<StatusDocument> {
  return parse(line, statusDocument);
}

export function parseFrame(line: string): Answer<LiveFrame> {
  return parse(line, frame);
}

export function parseResult(line: string): Answer<CommandResult> {
  return parse(line, result);
}

function parse<Value>(line: string, schema: z.ZodMiniType<Value>): Answer<Value> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'refused', why: NOT_UNDERSTOOD };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'answer', value: parsed.data };
  const refused = refusal.safeParse(value);
  return { kind: 'refused', why: refused.success ? refused.data.error : NOT_UNDERSTOOD };
}

const NOT_UNDERSTOOD =
  'The service answers what this version does not understand: restart it, so that both are of one version.';
