import { CONCERNS, type Concern, deviceConcerns } from './attention.ts';
import type { Device } from './fleet.ts';
import { levelText, phaseText, relativeText } from './words.ts';

/** A device as one line of the list. */
export type Row = {
  readonly id: string;
  readonly isOnline: boolean | null;
  readonly concerns: ReadonlySet<Concern>;
  /** 0 is the gravest concern; as many as there are concerns when there is none. */
  readonly rank: number;
  /** What there is to say first. */
  readonly headline: string;
  readonly levels: readonly {
    readonly slot: string;
    readonly percent: number | null;
    readonly phase: string;
  }[];
  readonly lowestPercent: number | null;
  readonly emptyAtMs: number | null;
  /** What the text filter looks into, in lower case. */
  readonly text: string;
};

export type Sort = 'urgent' | 'name' | 'level' | 'empty';

export type Query = {
  /** null shows all. */
  readonly concern: Concern | null;
  readonly text: string;
  readonly sort: Sort;
};

const LEVELS_SHOWN = 4;

/** Pure. */
export function rowOf(device: Device): Row {
  const concerns = deviceConcerns(device);
  const index = CONCERNS.findIndex((concern) => concerns.has(concern));
  const reports = [...device.slots.values()].flatMap(({ name, report }) =>
    report === null ? [] : [{ name, report }],
  );
  reports.sort((a, b) => (a.name < b.name ? -1 : 1));
  const words = reports.map(({ name, report }) => `${name} ${phaseText(report.phase, report.reason)}`);
  return {
    id: device.id,
    isOnline: device.isOnline,
    concerns,
    rank: index < 0 ? CONCERNS.length : index,
    headline: headlineOf(device, CONCERNS[index] ?? null),
    levels: reports
      .slice(0, LEVELS_SHOWN)
      .map(({ name, report }) => ({ slot: name, percent: report.level, phase: report.phase })),
    lowestPercent: least(reports.map(({ report }) => report.level)),
    emptyAtMs: least(reports.map(({ report }) => report.emptyAt)),
    text: [device.id, ...words].join(' ').toLowerCase(),
  };
}

function headlineOf(device: Device, concern: Concern | null): string {
  const reports = [...device.slots.values()].flatMap(({ name, report }) =>
    report === null ? [] : [{ name, report }],
  );
  const worst = reports.find(({ report }) => {
    if (concern === 'in-doubt') return report.phase === 'in-doubt' || report.reason === 'in-doubt';
    if (concern === 'held') return report.phase === 'held';
    if (concern === 'sensor') return report.sensor !== 'ok';
    return concern === 'low' && (report.phase === 'low' || report.phase === 'ordering');
  });
  if (worst !== undefined) {
    const { name, report } = worst;
    return concern === 'sensor'
      ? `${name}: sensor ${report.sensor}`
      : `${name}: ${phaseText(report.phase, report.reason)}`;
  }
  if (concern === 'offline') return 'offline';
  if (concern === 'warning') return 'has a warning';
  const onOrder = reports.filter(({ report }) => report.phase === 'on-order');
  if (onOrder.length > 0) return `on order: ${onOrder.map(({ name }) => name).join(', ')}`;
  return reports.length === 0 ? 'nothing reported yet' : 'all well';
}

/** The rows that a query asks for, in its order. Pure. */
export function selectRows(rows: readonly Row[], { concern, text, sort }: Query): readonly Row[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows
    .filter(
      (row) =>
        (concern === null || row.concerns.has(concern)) && words.every((word) => row.text.includes(word)),
    )
    .toSorted((a, b) => ORDERS[sort](a, b) || byName(a, b));
}

/** How many rows each filter would show. Pure. */
export function countConcerns(rows: readonly Row[]): ReadonlyMap<Concern, number> {
  return new Map(
    CONCERNS.map((concern) => [concern, rows.filter((row) => row.concerns.has(concern)).length]),
  );
}

/** The whole line in words, for those who hear it. Pure. */
export function spokenRow(row: Row, nowMs: number): string {
  const status = row.isOnline === null ? 'status unknown' : row.isOnline ? 'online' : 'offline';
  const levels = row.levels.map(({ slot, percent }) => `${slot} ${levelText(percent)}`);
  const empty = row.emptyAtMs === null ? [] : [`first empty ${relativeText(row.emptyAtMs, nowMs)}`];
  return [row.id, status, ...(row.headline === status ? [] : [row.headline]), ...levels, ...empty].join(', ');
}

const byName = (a: Row, b: Row): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** What is not known comes last. */
const byNumber = (a: number | null, b: number | null): number =>
  a === b ? 0 : (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY);

const ORDERS: Readonly<Record<Sort, (a: Row, b: Row) => number>> = {
  urgent: (a, b) => a.rank - b.rank,
  name: byName,
  level: (a, b) => byNumber(a.lowestPercent, b.lowestPercent),
  empty: (a, b) => byNumber(a.emptyAtMs, b.emptyAtMs),
};

function least(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce((low, each) => (each === null || (low !== null && low <= each) ? low : each), null);
}
