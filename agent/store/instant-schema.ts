import * as z from 'zod/mini';

/** A moment as a record keeps it. */
export const instantSchema = z.strictObject({
  bootId: z.string().check(z.maxLength(128)),
  monotonicMs: z.number(),
  wallMs: z.number(),
  wallTrusted: z.boolean(),
});
