import * as z from 'zod/mini';
import { CLOSED_MAX, OPEN_MAX, type UsageHistory } from '../forecast/usage.ts';
import { instantSchema } from './instant-schema.ts';

const rate = z.number().check(z.nonnegative());

/** How a slot was used, as its record keeps it. */
export const usageSchema: z.ZodMiniType<UsageHistory> = z.strictObject({
  keptAt: z.nullable(instantSchema),
  openForMs: rate,
  open: z.array(z.number()).check(z.maxLength(OPEN_MAX)),
  closed: z.array(z.number()).check(z.maxLength(CLOSED_MAX)),
  noisePercent: rate,
  consumption: z.nullable(
    z.strictObject({ perDay: rate, highPerDay: rate, lowPerDay: rate, sureness: rate.check(z.maximum(1)) }),
  ),
});
