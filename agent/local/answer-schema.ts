import * as v from 'valibot';
import { finiteNumber, jsonRecord } from '../../config/json-value.ts';
import type { CommandResult } from '../command/command.ts';
import type { DeviceSeen, LiveDevice, LiveFrame, StatusDocument } from './service-view.ts';

/* What the service answers comes from another process, perhaps of another version: it is parsed, too. */

const text = v.string();
const textOrNull = v.nullable(v.string());

const lastOrder = v.object({
  orderId: text,
  attempt: finiteNumber,
  outcome: v.picklist(['placed', 'in-progress', 'refused', 'failed', 'in-doubt', 'dry-run']),
  detailCode: textOrNull,
  eventInstanceId: textOrNull,
  at: text,
});

const slotSeen = {
  phase: v.picklist(['unknown', 'stocked', 'low', 'ordering', 'in-doubt', 'on-order', 'held']),
  reason: v.nullable(
    v.picklist([
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
  level: v.nullable(finiteNumber),
  raw: v.nullable(finiteNumber),
  sensor: v.nullable(v.picklist(['ok', 'stale', 'fault'])),
  isNoisy: v.boolean(),
  isConfirmed: v.boolean(),
  emptyAt: textOrNull,
  nextWakeAt: textOrNull,
  lastOrder: v.nullable(lastOrder),
};

/** The rest of the device's report is handed on as it came. */
const deviceSeen = {
  version: text,
  startedAt: text,
  hardware: jsonRecord(v.string(), v.looseObject({ state: text, error: textOrNull })),
  token: v.looseObject({ state: text }),
  store: v.looseObject({ state: text, error: textOrNull }),
  config: v.looseObject({ error: textOrNull }),
};

const device: v.GenericSchema<unknown, DeviceSeen> = v.looseObject(deviceSeen);

const liveDevice: v.GenericSchema<unknown, LiveDevice> = v.looseObject({
  ...deviceSeen,
  clockTrusted: v.boolean(),
  hardware: jsonRecord(
    v.string(),
    v.looseObject({ state: text, error: textOrNull, lastReadingAt: textOrNull }),
  ),
  sensors: jsonRecord(v.string(), v.looseObject({ readings: finiteNumber })),
  outbox: v.object({ depth: finiteNumber, dropped: finiteNumber }),
  drs: v.looseObject({ error: textOrNull }),
});

const slotStatus = v.object({
  ...slotSeen,
  slotId: textOrNull,
  openOrder: v.nullable(
    v.object({
      orderId: text,
      openedAt: text,
      attempts: finiteNumber,
      inDoubtSince: textOrNull,
      eventInstanceId: textOrNull,
    }),
  ),
  placedAt: v.array(text),
});

const statusDocument: v.GenericSchema<unknown, StatusDocument> = v.object({
  service: v.picklist(['running', 'stopped']),
  stateDir: text,
  at: text,
  isHistoryLost: v.boolean(),
  outbox: v.object({ depth: finiteNumber, dropped: finiteNumber }),
  // A service from before an upgrade does not tell.
  waitingForAnswer: v.optional(v.array(text), []),
  inDoubt: v.optional(v.array(text), []),
  alerts: v.optional(
    v.nullable(
      v.array(
        v.object({
          id: text,
          severity: v.picklist(['critical', 'warning', 'info']),
          slot: textOrNull,
          since: text,
          text,
        }),
      ),
    ),
    null,
  ),
  device: v.nullable(device),
  slots: jsonRecord(v.string(), slotStatus),
});

const frame: v.GenericSchema<unknown, LiveFrame> = v.object({
  device: liveDevice,
  broker: v.object({
    connected: v.boolean(),
    protocolVersion: v.nullable(v.union([v.literal(4), v.literal(5)])),
    error: textOrNull,
  }),
  slots: jsonRecord(
    v.string(),
    v.object({ ...slotSeen, reorderAt: finiteNumber, rearmAt: finiteNumber, snoozedUntil: textOrNull }),
  ),
});

const result: v.GenericSchema<unknown, CommandResult> = v.object({ ok: v.boolean(), message: text });

const refusal = v.object({ error: text });

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

function parse<Value>(line: string, schema: v.GenericSchema<unknown, Value>): Answer<Value> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'refused', why: NOT_UNDERSTOOD };
  }
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return { kind: 'answer', value: parsed.output };
  const refused = v.safeParse(refusal, value);
  return { kind: 'refused', why: refused.success ? refused.output.error : NOT_UNDERSTOOD };
}

const NOT_UNDERSTOOD =
  'The service answers what this version does not understand: restart it, so that both are of one version.';
