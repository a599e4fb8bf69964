import * as v from 'valibot';
import { durationMs } from '../../config/quantity.ts';
import { ISO_INSTANT } from '../system/iso-instant.ts';
import type { Command, SnoozeSpan } from './command.ts';

/** Far above any command: the longest names and times fit in a tenth of it. */
export const COMMAND_BYTES_MAX = 4 * 1024;

/** Slots named in a refusal; more are only counted. */
const SLOTS_NAMED_MAX = 20;

/** What a command is judged by, beside its own text. */
export type CommandSituation = {
  /** Local names of the configured slots. */
  readonly slots: readonly string[];
  readonly wallMs: number;
  /** Whether nothing speaks against the wall clock. */
  readonly wallTrusted: boolean;
};

export type ParsedCommand =
  | { readonly ok: true; readonly id: string; readonly command: Command }
  /** `id` is null when there is none that could be read. The refusal repeats nothing of what was sent but names. */
  | { readonly ok: false; readonly id: string | null; readonly refusal: string };

const KINDS = ['order', 'rearm', 'resolve', 'cancel-test', 'report', 'snooze'] as const;
/** Commands that make no sense without a slot. */
type SlotKind = Exclude<(typeof KINDS)[number], 'cancel-test' | 'report'>;

const identified = v.object({ id: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/)) });
const time = v.pipe(v.string(), v.regex(ISO_INSTANT));
const duration = v.pipe(
  v.string(),
  v.check((text) => durationMs(text) !== null),
);
const envelope = v.object({
  command: v.picklist(KINDS),
  slot: v.nullish(v.string()),
  expiresAt: v.nullish(time),
  verdict: v.nullish(v.picklist(['placed', 'not-placed'])),
  for: v.nullish(duration),
  until: v.nullish(time),
  off: v.nullish(v.boolean()),
});
type Envelope = v.InferOutput<typeof envelope>;

const FIELD_REFUSALS: Readonly<Record<string, string>> = {
  command: `There is no such command. Known are: ${KINDS.join(', ')}.`,
  slot: 'slot has to be the name of a slot, in quotes.',
  expiresAt: 'expiresAt has to be an ISO 8601 time with Z or an offset, such as 2030-01-31T12:00:00Z.',
  verdict: 'verdict has to be placed or not-placed.',
  for: 'for has to be a duration such as 12h or 3d.',
  until: 'until has to be an ISO 8601 time with Z or an offset, such as 2030-01-31T12:00:00Z.',
  off: 'off has to be true.',
};

/**
 * Reads a message on the `command` topic. Other fields are ignored, and so is a field that another command would need.
 * @param retained the broker kept it from before: nobody asks for it now.
 */
export function parseCommand(
  payload: Uint8Array,
  retained: boolean,
  situation: CommandSituation,
): ParsedCommand {
  if (payload.length > COMMAND_BYTES_MAX)
    return refuse(null, `The command is longer than ${COMMAND_BYTES_MAX} bytes.`);
  const value = parseJson(payload);
  if (value === undefined) return refuse(null, 'The command is not JSON in UTF-8.');
  const named = v.safeParse(identified, value);
  if (!named.success)
    return refuse(null, 'The command needs an id: 1 to 64 visible ASCII characters, never used before.');
  const { id } = named.output;
  if (retained) return refuse(id, 'A retained command is not obeyed. Publish it without the retain flag.');
  const parsed = v.safeParse(envelope, value);
  if (!parsed.success) {
    const field = String(parsed.issues[0].path?.[0].key);
    return refuse(id, FIELD_REFUSALS[field] ?? 'The command could not be read.');
  }
  const command = commandOf(parsed.output, situation);
  if (typeof command === 'string') return refuse(id, command);
  const late = whyTooLate(parsed.output.expiresAt ?? null, command, situation);
  return late === null ? { ok: true, id, command } : refuse(id, late);
}

/** The command, or why it is none. */
function commandOf(fields: Envelope, situation: CommandSituation): Command | string {
  const slot = fields.slot ?? null;
  if (slot !== null && !situation.slots.includes(slot))
    return `There is no such slot. ${slotsThere(situation)}`;
  const kind = fields.command;
  if (kind === 'cancel-test' || kind === 'report') return { kind, slot };
  if (slot === null) return `The command ${kind} needs a slot. ${slotsThere(situation)}`;
  return commandForSlot(kind, slot, fields);
}

function commandForSlot(kind: SlotKind, slot: string, fields: Envelope): Command | string {
  switch (kind) {
    case 'order':
    case 'rearm':
      return { kind, slot };
    case 'resolve':
      return typeof fields.verdict === 'string'
        ? { kind, slot, verdict: fields.verdict }
        : 'The command resolve needs a verdict: placed or not-placed.';
    case 'snooze': {
      const span = spanOf(fields);
      return typeof span === 'string' ? span : { kind, slot, span };
    }
  }
}

function spanOf(fields: Envelope): SnoozeSpan | string {
  const given = [fields.for, fields.until, fields.off].filter((one) => one !== undefined && one !== null);
  if (given.length !== 1 || fields.off === false)
    return 'The command snooze needs one of these: for (such as 3d), until (a time), or off: true.';
  if (fields.off === true) return null;
  return typeof fields.until === 'string'
    ? { untilMs: Date.parse(fields.until) }
    : { forMs: durationMs(fields.for ?? '') ?? 0 };
}

/** A wrong clock must not bring an order about: where time has to be judged for one, it has to be known. */
function whyTooLate(
  expiresAt: string | null,
  command: Command,
  { wallMs, wallTrusted }: CommandSituation,
): string | null {
  if (expiresAt === null) return null;
  if (wallTrusted) return Date.parse(expiresAt) > wallMs ? null : 'The command has expired. Send a new one.';
  return canLeadToAnOrder(command)
    ? 'The clock of the device can not be trusted yet, so whether the command has expired is not known. Try again later, or send it without expiresAt.'
    : null;
}

function canLeadToAnOrder(command: Command): boolean {
  switch (command.kind) {
    case 'order':
    case 'rearm':
      return true;
    case 'resolve':
      return command.verdict === 'not-placed';
    case 'snooze':
      return command.span === null;
    case 'cancel-test':
    case 'report':
      return false;
  }
}

function slotsThere({ slots }: CommandSituation): string {
  const named = slots.slice(0, SLOTS_NAMED_MAX).join(', ');
  return slots.length > SLOTS_NAMED_MAX
    ? `There are ${slots.length}: ${named} and others.`
    : `There are: ${named}.`;
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}

function refuse(id: string | null, refusal: string): ParsedCommand {
  return { ok: false, id, refusal };
}
