import * as v from 'valibot';
import { finiteNumber } from '../../config/json-value.ts';
import { NO_USAGE } from '../forecast/usage.ts';
import type { SlotRecord } from '../policy/slot-state.ts';
import { SNOOZE_MS_MAX } from '../policy/snooze.ts';
import { instantSchema } from './instant-schema.ts';
import { usageSchema } from './usage-schema.ts';

/* A record from disk is hostile until it is parsed: another version, another program or a bad cell wrote it. */

const stage = v.variant('kind', [
  v.strictObject({
    kind: v.literal('due'),
    since: instantSchema,
    waitMs: v.pipe(finiteNumber, v.minValue(0)),
    mayBeOrdered: v.exactOptional(v.boolean()),
  }),
  v.strictObject({
    kind: v.literal('sending'),
    since: instantSchema,
    tokenFingerprint: v.string(),
    levelPercent: finiteNumber,
    cancelled: v.exactOptional(v.array(v.strictObject({ id: v.string(), isEarlier: v.boolean() }))),
  }),
  v.strictObject({
    kind: v.literal('on-order'),
    since: instantSchema,
    isTestCancelled: v.exactOptional(v.boolean()),
  }),
  v.strictObject({
    kind: v.literal('held'),
    since: instantSchema,
    reason: v.picklist(['unsubscribed', 'unknown-slot', 'in-doubt', 'state-lost', 'dry-run']),
  }),
]);

const integer = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(integer, v.minValue(0));

const depletion = v.strictObject({
  orderId: v.pipe(v.string(), v.minLength(1)),
  slotId: v.pipe(v.string(), v.minLength(1)),
  openedAt: instantSchema,
  attempts: count,
  failures: count,
  doubtSince: v.nullable(instantSchema),
  rejectedToken: v.nullable(v.string()),
  tokenRefreshed: v.boolean(),
  eventInstanceId: v.nullable(v.string()),
  stage,
});

const slotRecord: v.GenericSchema<unknown, SlotRecord> = v.strictObject({
  slotId: v.nullable(v.string()),
  depletion: v.nullable(depletion),
  placed: v.array(instantSchema),
  cancels: v.nullable(v.strictObject({ count: v.picklist([1, 2]), at: instantSchema })),
  pastInstances: v.array(v.strictObject({ id: v.string(), isOver: v.boolean() })),
  snooze: v.nullable(
    v.strictObject({
      since: instantSchema,
      forMs: v.pipe(finiteNumber, v.minValue(0), v.maxValue(SNOOZE_MS_MAX)),
    }),
  ),
  // A history that can't be read costs the forecast its memory, never the slot its orders.
  usage: v.fallback(usageSchema, NO_USAGE),
  lastOrder: v.nullable(
    v.strictObject({
      orderId: v.string(),
      attempt: integer,
      outcome: v.picklist(['placed', 'in-progress', 'refused', 'failed', 'in-doubt', 'dry-run']),
      detailCode: v.nullable(v.string()),
      eventInstanceId: v.nullable(v.string()),
      atMs: finiteNumber,
    }),
  ),
});

/** The record in a row's JSON, or null when it is not one. */
export function parseRecord(json: string): SlotRecord | null {
  try {
    const parsed = v.safeParse(slotRecord, JSON.parse(json));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
