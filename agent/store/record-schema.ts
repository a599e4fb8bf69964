import * as z from 'zod/mini';
import { NO_USAGE } from '../forecast/usage.ts';
import type { SlotRecord } from '../policy/slot-state.ts';
import { SNOOZE_MS_MAX } from '../policy/snooze.ts';
import { instantSchema } from './instant-schema.ts';
import { usageSchema } from './usage-schema.ts';

/* A record from disk is hostile until it is parsed: another version, another program or a bad cell wrote it. */

const stage = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('due'),
    since: instantSchema,
    waitMs: z.number().check(z.nonnegative()),
    mayBeOrdered: z.exactOptional(z.boolean()),
  }),
  z.strictObject({
    kind: z.literal('sending'),
    since: instantSchema,
    tokenFingerprint: z.string(),
    levelPercent: z.number(),
    cancelled: z.exactOptional(z.array(z.strictObject({ id: z.string(), isEarlier: z.boolean() }))),
  }),
  z.strictObject({
    kind: z.literal('on-order'),
    since: instantSchema,
    isTestCancelled: z.exactOptional(z.boolean()),
  }),
  z.strictObject({
    kind: z.literal('held'),
    since: instantSchema,
    reason: z.enum(['unsubscribed', 'unknown-slot', 'in-doubt', 'state-lost', 'dry-run']),
  }),
]);

const depletion = z.strictObject({
  orderId: z.string().check(z.minLength(1)),
  slotId: z.string().check(z.minLength(1)),
  openedAt: instantSchema,
  attempts: z.int().check(z.nonnegative()),
  failures: z.int().check(z.nonnegative()),
  doubtSince: z.nullable(instantSchema),
  rejectedToken: z.nullable(z.string()),
  tokenRefreshed: z.boolean(),
  eventInstanceId: z.nullable(z.string()),
  stage,
});

const slotRecord: z.ZodMiniType<SlotRecord> = z.strictObject({
  slotId: z.nullable(z.string()),
  depletion: z.nullable(depletion),
  placed: z.array(instantSchema),
  cancels: z.nullable(z.strictObject({ count: z.literal([1, 2]), at: instantSchema })),
  pastInstances: z.array(z.strictObject({ id: z.string(), isOver: z.boolean() })),
  snooze: z.nullable(
    z.strictObject({
      since: instantSchema,
      forMs: z.number().check(z.nonnegative(), z.maximum(SNOOZE_MS_MAX)),
    }),
  ),
  // A history that can't be read costs the forecast its memory, never the slot its orders.
  usage: z.catch(usageSchema, NO_USAGE),
  lastOrder: z.nullable(
    z.strictObject({
      orderId: z.string(),
      attempt: z.int(),
      outcome: z.enum(['placed', 'in-progress', 'refused', 'failed', 'in-doubt', 'dry-run']),
      detailCode: z.nullable(z.string()),
      eventInstanceId: z.nullable(z.string()),
      atMs: z.number(),
    }),
  ),
});

/** The record in a row's JSON, or null when it is not one. */
export function parseRecord(json: string): SlotRecord | null {
  try {
    const parsed = slotRecord.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
