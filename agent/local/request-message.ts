import * as z from 'zod/mini';
import type { LocalCommand } from '../command/command.ts';

/** What another program on this machine may ask of the service, one JSON object in a line. */
export type LocalRequest =
  | { readonly kind: 'command'; readonly command: LocalCommand }
  | { readonly kind: 'status' }
  | { readonly kind: 'watch' }
  | { readonly kind: 'reload' };

/** No command needs a tenth of it. */
export const REQUEST_BYTES_MAX = 4 * 1024;

const slot = z.string().check(z.minLength(1), z.maxLength(64));
const span = z.union([
  z.strictObject({ forMs: z.number().check(z.positive()) }),
  z.strictObject({ untilMs: z.number() }),
  z.null(),
]);

const command: z.ZodMiniType<LocalCommand> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('order'), slot }),
  z.strictObject({ kind: z.literal('rearm'), slot }),
  z.strictObject({ kind: z.literal('resolve'), slot, verdict: z.enum(['placed', 'not-placed']) }),
  z.strictObject({ kind: z.literal('cancel-test'), slot: z.nullable(slot) }),
  z.strictObject({ kind: z.literal('report'), slot: z.nullable(slot) }),
  z.strictObject({ kind: z.literal('snooze'), slot, span }),
  z.strictObject({ kind: z.literal('deregister') }),
]);

const message = z.union([
  z.strictObject({ command }),
  z.strictObject({ status: z.literal(true) }),
  z.strictObject({ watch: z.literal(true) }),
  z.strictObject({ reload: z.literal(true) }),
]);

/** The request in a line, or null when it is none. */
export function parseRequest(line: string): LocalRequest | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = message.safeParse(value);
  if (!parsed.success) return null;
  if ('command' in parsed.data) return { kind: 'command', command: parsed.data.command };
  if ('status' in parsed.data) return { kind: 'status' };
  return { kind: 'watch' in parsed.data ? 'watch' : 'reload' };
}
