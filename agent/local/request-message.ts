import * as v from 'valibot';
import { finiteNumber } from '../../config/json-value.ts';
import type { LocalCommand } from '../command/command.ts';

/** What another program on this machine may ask of the service, one JSON object in a line. */
export type LocalRequest =
  | { readonly kind: 'command'; readonly command: LocalCommand }
  | { readonly kind: 'status' }
  | { readonly kind: 'watch' }
  | { readonly kind: 'reload' };

/** No command needs a tenth of it. */
export const REQUEST_BYTES_MAX = 4 * 1024;

const slot = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const span = v.nullable(
  v.union([
    v.strictObject({ forMs: v.pipe(finiteNumber, v.gtValue(0)) }),
    v.strictObject({ untilMs: finiteNumber }),
  ]),
);

const command: v.GenericSchema<unknown, LocalCommand> = v.variant('kind', [
  v.strictObject({ kind: v.literal('order'), slot }),
  v.strictObject({ kind: v.literal('rearm'), slot }),
  v.strictObject({ kind: v.literal('resolve'), slot, verdict: v.picklist(['placed', 'not-placed']) }),
  v.strictObject({ kind: v.literal('cancel-test'), slot: v.nullable(slot) }),
  v.strictObject({ kind: v.literal('report'), slot: v.nullable(slot) }),
  v.strictObject({ kind: v.literal('snooze'), slot, span }),
  v.strictObject({ kind: v.literal('deregister') }),
]);

const message = v.union([
  v.strictObject({ command }),
  v.strictObject({ status: v.literal(true) }),
  v.strictObject({ watch: v.literal(true) }),
  v.strictObject({ reload: v.literal(true) }),
]);

/** The request in a line, or null when it is none. */
export function parseRequest(line: string): LocalRequest | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = v.safeParse(message, value);
  if (!parsed.success) return null;
  if ('command' in parsed.output) return { kind: 'command', command: parsed.output.command };
  if ('status' in parsed.output) return { kind: 'status' };
  return { kind: 'watch' in parsed.output ? 'watch' : 'reload' };
}
