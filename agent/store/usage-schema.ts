import * as v from 'valibot';
import { finiteNumber } from '../../config/json-value.ts';
import { CLOSED_MAX, OPEN_MAX, type UsageHistory } from '../forecast/usage.ts';
import { instantSchema } from './instant-schema.ts';

const rate = v.pipe(finiteNumber, v.minValue(0));

/** How a slot was used, as its record keeps it. */
export const usageSchema: v.GenericSchema<unknown, UsageHistory> = v.strictObject({
  keptAt: v.nullable(instantSchema),
  openForMs: rate,
  open: v.pipe(v.array(finiteNumber), v.maxLength(OPEN_MAX)),
  closed: v.pipe(v.array(finiteNumber), v.maxLength(CLOSED_MAX)),
  noisePercent: rate,
  consumption: v.nullable(
    v.strictObject({
      perDay: rate,
      highPerDay: rate,
      lowPerDay: rate,
      sureness: v.pipe(rate, v.maxValue(1)),
    }),
  ),
});
