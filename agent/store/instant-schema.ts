import * as v from 'valibot';
import { finiteNumber } from '../../config/json-value.ts';

/** A moment as a record keeps it. */
export const instantSchema = v.strictObject({
  bootId: v.pipe(v.string(), v.maxLength(128)),
  monotonicMs: finiteNumber,
  wallMs: finiteNumber,
  wallTrusted: v.boolean(),
});
