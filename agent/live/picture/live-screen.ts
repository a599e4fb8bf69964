import type { LiveFrame } from '../../local/service-view.ts';
import { paintLine, type Span, type Style, span, widthOf } from '../../terminal/paint.ts';
import type { History } from './history.ts';
import { linkRows, linksOf } from './link-rows.ts';
import { timeWords } from './live-words.ts';
import { DENSITIES } from './slot-rows.ts';

/** All that the live view shows. */
export type LivePicture = {
  readonly source: 'service' | 'alone' | 'none';
  /** null before the first. */
  readonly frame: LiveFrame | null;
  readonly histories: ReadonlyMap<string, History>;
  readonly wallMs: number;
  /** What has just changed about where the picture comes from; null for nothing. */
  readonly note: string | null;
  /** Slots that are scrolled away above. */
  readonly skipped: number;
};

export type Size = { readonly columns: number; readonly rows: number };

/** The whole screen, one string per row, at most `size` big. PURE. */
export function liveScreen(picture: LivePicture, size: Size, style: Style): readonly string[] {
  const { columns: width } = size;
  const { frame } = picture;
  const head = [
    titleRow(picture, width),
    ...(frame === null
      ? []
      : linkRows(linksOf(frame, picture.source === 'service', picture.wallMs), width, style)),
    [],
  ];
  const room = Math.max(0, size.rows - head.length - 1);
  const { rows, hidden } = slotRows(picture, room, width, style);
  const padding = Array.from({ length: Math.max(0, room - rows.length) }, () => []);
  return [...head, ...rows, ...padding, footRow(picture, hidden)]
    .slice(0, size.rows)
    .map((spans) => paintLine(spans, width, style));
}

/** How far the slots can be scrolled. PURE. */
export function skippedMax({ slots }: LiveFrame, { rows }: Size): number {
  return Math.max(0, Object.keys(slots).length - Math.max(1, rows - 6));
}

function titleRow({ source, frame, wallMs }: LivePicture, width: number): readonly Span[] {
  const title = span(' replenish-agent', 'strong');
  const clock = span(`${timeWords(wallMs)} `);
  const version = frame === null ? '' : ` ${frame.device.version}`;
  const state = {
    service: span(`  service running${version}`, 'green'),
    alone: span('  service stopped: nothing is ordered', 'yellow'),
    none: span('  waiting', 'yellow'),
  }[source];
  const gap = ' '.repeat(Math.max(2, width - widthOf([title, state, clock])));
  return [title, state, span(gap), clock];
}

/** Drawn as fully as all of them fit; when they do not even fit in a row each, some are left out. */
function slotRows(
  { frame, histories, wallMs, skipped }: LivePicture,
  room: number,
  width: number,
  style: Style,
): { readonly rows: readonly (readonly Span[])[]; readonly hidden: number } {
  const slots = Object.entries(frame?.slots ?? {});
  const density = DENSITIES.find(({ rows }) => rows * slots.length <= room) ?? DENSITIES.at(-1);
  if (density === undefined) return { rows: [], hidden: slots.length };
  const fitting = Math.floor(room / density.rows);
  const from = Math.max(0, Math.min(skipped, slots.length - fitting));
  const shown = slots.slice(from, from + fitting);
  const rows = shown.flatMap(([name, slot]) =>
    density.draw({ name, slot, history: histories.get(name) ?? null, wallMs }, width, style),
  );
  return { rows, hidden: slots.length - shown.length };
}

function footRow({ note }: LivePicture, hidden: number): readonly Span[] {
  const keys = [span(' q', 'strong'), span(' quit  ', 'faint')];
  const more = hidden === 0 ? [] : [span('j k', 'strong'), span(` ${hidden} more slots  `, 'faint')];
  return [...keys, ...more, span(note ?? '', 'yellow')];
}
