import * as z from 'zod/mini';

/** One reading of a recording. */
export type RecordedReading = {
  /** Milliseconds since the recording began. */
  readonly atMs: number;
  /** Name of the entry under `hardware:` that it came from. */
  readonly hardware: string;
  /** `''` for hardware that yields a single value. */
  readonly channel: string;
  /** In the sensor's own unit, always finite. */
  readonly raw: number;
};

/** What one line of a recording says. */
export type TranscriptLine =
  | {
      readonly kind: 'reading';
      /** When: since the beginning of the recording, or by the wall clock, milliseconds since 1970 UTC. */
      readonly time: { readonly atMs: number } | { readonly wallMs: number };
      readonly hardware: string;
      readonly channel: string;
      readonly raw: number;
    }
  /** The optional first line: when the recording began, milliseconds since 1970 UTC, and by which version. */
  | { readonly kind: 'header'; readonly startedAtMs: number | null; readonly version: string | null }
  | { readonly kind: 'empty' }
  /** `why` completes the sentence "line 7 ...". */
  | { readonly kind: 'bad'; readonly why: string };

/** The longest line that is looked at, in UTF-16 units; the recorder's own are below 100. */
export const LINE_LENGTH_MAX = 4096;

/** No recording is longer than this, milliseconds: a hundred years. Keeps every time within what a Date can hold. */
const AT_MS_MAX = 100 * 366 * 24 * 3_600_000;

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

function time(name: string) {
  const error = `has a ${name} that is no ISO 8601 time with zone, such as 2026-11-23T14:49:25.851Z`;
  return z.pipe(
    z
      .string({ error })
      .check(z.refine((text) => ISO_TIME.test(text) && !Number.isNaN(Date.parse(text)), { error })),
    z.transform((text) => Date.parse(text)),
  );
}

const at = 'has an atMs that is not a number from 0';
const hardware = 'has no hardware: a text of 1 to 64 characters';
const channel = 'has a channel that is not a text of at most 255 characters';

const reading = z.object({
  atMs: z.optional(
    z.number({ error: at }).check(z.minimum(0, { error: at }), z.maximum(AT_MS_MAX, { error: at })),
  ),
  at: z.optional(time('time at')),
  hardware: z
    .string({ error: hardware })
    .check(z.minLength(1, { error: hardware }), z.maxLength(64, { error: hardware })),
  channel: z.optional(z.union([z.string().check(z.maxLength(255)), z.number()], { error: channel })),
  raw: z.number({ error: 'has no number raw' }),
});

const header = z.object({
  recording: z.literal(1, { error: 'says that it is of a kind that this version does not know' }),
  startedAt: z.optional(time('startedAt')),
  version: z.optional(z.string().check(z.maxLength(64))),
});

/** PURE. One line without its line end -> what it says. Takes anything, and never throws. */
export function parseTranscriptLine(text: string): TranscriptLine {
  if (text.length > LINE_LENGTH_MAX) return bad(`is longer than ${LINE_LENGTH_MAX} characters`);
  if (text.trim() === '') return { kind: 'empty' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad('is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('is not a JSON object');
  return Object.hasOwn(value, 'recording') ? parseHeader(value) : parseReading(value);
}

/** The line of a reading, without its line end. The channel is left out where there is none. */
export function transcriptLine({ atMs, hardware, channel, raw }: RecordedReading): string {
  return JSON.stringify(channel === '' ? { atMs, hardware, raw } : { atMs, hardware, channel, raw });
}

/** The first line of a recording, without its line end. */
export function transcriptHeader(startedAtMs: number, version: string): string {
  return JSON.stringify({ recording: 1, startedAt: new Date(startedAtMs).toISOString(), version });
}

function parseReading(value: object): TranscriptLine {
  const parsed = reading.safeParse(value);
  if (!parsed.success) return bad(firstIssue(parsed.error));
  const { atMs, at: wallMs, hardware, channel = '', raw } = parsed.data;
  const when = atMs === undefined ? wallMs : undefined;
  if (atMs === undefined && when === undefined) return bad('has no time: neither atMs nor at');
  const time = when === undefined ? { atMs: Math.round(atMs ?? 0) } : { wallMs: when };
  return { kind: 'reading', time, hardware, channel: String(channel), raw };
}

function parseHeader(value: object): TranscriptLine {
  const parsed = header.safeParse(value);
  if (!parsed.success) return bad(firstIssue(parsed.error));
  const { startedAt = null, version = null } = parsed.data;
  return { kind: 'header', startedAtMs: startedAt, version };
}

function firstIssue(error: z.core.$ZodError): string {
  return error.issues[0]?.message ?? 'is no reading';
}

function bad(why: string): TranscriptLine {
  return { kind: 'bad', why };
}
