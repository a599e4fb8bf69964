import type { BadLines } from '../../hardware/transcript/transcript-parser.ts';
import { wireLevel } from '../report/wire-value.ts';
import type { ReplayEntry, ReplaySummary, SlotSummary } from './replay-entry.ts';

const DAY_MS = 24 * 3_600_000;

/** Two slots with names of this length still stand in columns. */
const SLOT_WIDTH = 10;

/** PURE. One entry of the timeline as a line for people, and one line for each order. */
export function entryText(entry: ReplayEntry): string {
  const { atMs, slot, level } = entry;
  return [
    elapsed(atMs).padStart(12),
    slot.padEnd(SLOT_WIDTH),
    percent(level).padStart(7),
    (entry.kind === 'order' ? `ORDER ${entry.order}` : standing(entry)).padEnd(12),
    entry.why,
  ].join('  ');
}

/** PURE. What it came to, as lines for people. */
export function summaryText(
  summary: ReplaySummary,
  bad: BadLines,
  startedAtMs: number | null,
): readonly string[] {
  const { readings, lengthMs, slots, unread } = summary;
  const from =
    startedAtMs === null ? '' : `, recorded from ${iso(startedAtMs)} to ${iso(startedAtMs + lengthMs)}`;
  const others = [...unread].map(([sensor, count]) => `${sensor} (${count})`);
  return [
    `${counted(readings, 'reading')} in ${elapsed(lengthMs)}${from}.`,
    ...slots.flatMap((slot) => slotText(slot, startedAtMs)),
    ...(others.length === 0 ? [] : [`Read by no slot: ${others.join(', ')}.`]),
    ...badText(bad),
  ];
}

/** PURE. The same as an object for programs: a JSON line. */
export function entryJson(entry: ReplayEntry, startedAtMs: number | null): string {
  const { kind, atMs, level, ...rest } = entry;
  return JSON.stringify({ kind, atMs, at: isoOrNull(startedAtMs, atMs), level: wireLevel(level), ...rest });
}

/** PURE. What it came to, as JSON lines: one for each slot, and one for the whole. */
export function summaryJson(
  summary: ReplaySummary,
  bad: BadLines,
  startedAtMs: number | null,
): readonly string[] {
  const { readings, lengthMs, slots, unread } = summary;
  return [
    ...slots.map(({ ordersAtMs, level, ...slot }) => {
      const orders = ordersAtMs.map((atMs) => ({ atMs, at: isoOrNull(startedAtMs, atMs) }));
      return JSON.stringify({ kind: 'slot', ...slot, level: wireLevel(level), orders });
    }),
    JSON.stringify({
      kind: 'end',
      readings,
      lengthMs,
      startedAt: isoOrNull(startedAtMs, 0),
      unread: Object.fromEntries(unread),
      badLines: bad.count,
      firstBadLines: bad.first,
    }),
  ];
}

function slotText(summary: SlotSummary, startedAtMs: number | null): readonly string[] {
  const { slot, sensor, readings, ordersAtMs, unknownMs } = summary;
  if (readings === 0) {
    const name = sensor.channel === null ? sensor.from : `${sensor.from}, channel ${sensor.channel}`;
    return [`${slot}: its sensor (${name}) never appears in the recording.`];
  }
  const silent = unknownMs < 1000 ? '' : `, without a usable sensor for ${elapsed(unknownMs)}`;
  const orders = ordersAtMs.map((atMs) =>
    startedAtMs === null ? elapsed(atMs) : `${elapsed(atMs)} (${iso(startedAtMs + atMs)})`,
  );
  return [
    `${slot}: ${counted(ordersAtMs.length, 'order')}; ${counted(readings, 'reading')}${silent}; ${standing(summary)} at ${percent(summary.level)} in the end.`,
    ...orders.map((at) => `  would have been ordered at ${at}`),
  ];
}

function badText({ count, first }: BadLines): readonly string[] {
  if (count === 0) return [];
  const more = count > first.length ? [`  and ${count - first.length} more`] : [];
  return [
    `${counted(count, 'line')} could not be used:`,
    ...first.map(({ line, why }) => `  line ${line} ${why}`),
    ...more,
  ];
}

/** The phase, the reason of a hold, and a sensor that is not well beside a phase that does not say so. */
function standing({
  phase,
  reason,
  sensor,
}: Pick<SlotSummary, 'phase' | 'reason'> & { readonly sensor?: unknown }): string {
  const held = reason === null ? phase : `${phase} (${reason})`;
  return phase !== 'unknown' && (sensor === 'stale' || sensor === 'fault')
    ? `${held}, sensor ${sensor}`
    : held;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function percent(level: number | null): string {
  return level === null ? '-' : `${level.toFixed(1)} %`;
}

/** `0:00:12`, `3d 07:30:00`, and tenths of a second where there are some. */
function elapsed(ms: number): string {
  const tenths = Math.floor((ms % 1000) / 100);
  const seconds = Math.floor(ms / 1000);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  const days = Math.floor(ms / DAY_MS);
  return `${days === 0 ? '' : `${days}d `}${clock}${tenths === 0 ? '' : `.${tenths}`}`;
}

function iso(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

function isoOrNull(startedAtMs: number | null, atMs: number): string | null {
  return startedAtMs === null ? null : iso(startedAtMs + atMs);
}
