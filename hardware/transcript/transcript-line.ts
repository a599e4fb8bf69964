import * as v from 'valibot';

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
  return v.pipe(
    v.string(error),
    v.check((text) => ISO_TIME.test(text) && !Number.isNaN(Date.parse(text)), error),
    v.transform((text) => Date.parse(text)),
  );
}

const at = 'has an atMs that is not a number from 0';
const hardware = 'has no hardware: a text of 1 to 64 characters';
const channel = 'has a channel that is not a text of at most 255 characters';
const raw = 'has no number raw';
const version = 'has a version that is not a text of at most 64 characters';

const reading = v.object(
  {
    atMs: v.optional(v.pipe(v.number(at), v.minValue(0, at), v.maxValue(AT_MS_MAX, at))),
    at: v.optional(time('time at')),
    hardware: v.pipe(v.string(hardware), v.minLength(1, hardware), v.maxLength(64, hardware)),
    channel: v.optional(
      v.union(
        [v.pipe(v.string(), v.maxLength(255, channel)), v.pipe(v.number(), v.finite(channel))],
        channel,
      ),
    ),
    raw: v.pipe(v.number(raw), v.finite(raw)),
  },
  // Of a member that is missing the object speaks, and not the member.
  ({ path }) => (path?.[0].key === 'hardware' ? hardware : raw),
);

const header = v.object({
  recording: v.literal(1, 'says that it is of a kind that this version does not know'),
  startedAt: v.optional(time('startedAt')),
  version: v.optional(v.pipe(v.string(version), v.maxLength(64, version))),
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
  const parsed = v.safeParse(reading, value);
  if (!parsed.success) return bad(parsed.issues[0].message);
  const { atMs, at: wallMs, hardware, channel = '', raw } = parsed.output;
  const when = atMs === undefined ? wallMs : undefined;
  if (atMs === undefined && when === undefined) return bad('has no time: neither atMs nor at');
  const time = when === undefined ? { atMs: Math.round(atMs ?? 0) } : { wallMs: when };
  return { kind: 'reading', time, hardware, channel: String(channel), raw };
}

function parseHeader(value: object): TranscriptLine {
  const parsed = v.safeParse(header, value);
  if (!parsed.success) return bad(parsed.issues[0].message);
  const { startedAt = null, version = null } = parsed.output;
  return { kind: 'header', startedAtMs: startedAt, version };
}

function bad(why: string): TranscriptLine {
  return { kind: 'bad', why };
}
