import { basename, dirname } from 'node:path';
import {
  type Paint,
  paintLine,
  type Span,
  type Style,
  span,
  widthOf,
  wrap,
} from '../../agent/terminal/paint.ts';
import { clockText } from './plain.ts';
import type { Sentence, Tone } from './sentence.ts';
import { count, cyclesOf, ordersOf, type Show } from './show.ts';
import { barWidthIn, levelLine, NAME_WIDTH, scaleLine, standingLine } from './slot-rows.ts';

/** All that a frame shows. */
export type Picture = {
  readonly show: Show;
  readonly elapsedMs: number;
  /** What the board printed last for each slot, in the order of the slots; null before its first line. */
  readonly volts: readonly (number | null)[];
  /** Oldest first. */
  readonly log: readonly LoggedSentence[];
  /** Paths of the agent's files. */
  readonly files: { readonly config: string; readonly log: string };
  readonly hasKeys: boolean;
};

export type LoggedSentence = { readonly atMs: number; readonly sentence: Sentence };
export type Size = { readonly columns: number; readonly rows: number };

/** From here on there is room for a blank line below each slot; below the other only for one line a slot. */
const [ROOMY_ROWS, TIGHT_ROWS] = [30, 20];

const TONE_PAINT: Readonly<Record<Tone, Paint>> = {
  note: 'faint',
  event: 'plain',
  good: 'green',
  warn: 'yellow',
  bad: 'red',
};

/** The whole screen, one string per row, at most `size` big. Pure. */
export function frame(picture: Picture, size: Size, style: Style): readonly string[] {
  const width = size.columns;
  const barWidth = barWidthIn(width);
  const { show } = picture;
  const isRoomy = size.rows >= ROOMY_ROWS;
  const isTight = size.rows < TIGHT_ROWS;
  const head = [
    titleLine(picture, width),
    [span(` files in ${dirname(picture.files.config)}: ${fileNames(picture)}`, 'faint')],
    ...(show.pageUrl === null ? [] : [[span(` dashboard: ${show.pageUrl}`)]]),
    [],
    linksLine(show, style),
    [],
    scaleLine(barWidth, style),
    ...show.slots.flatMap((slot, index) => [
      levelLine(slot, picture.volts[index] ?? null, barWidth, show, style),
      ...(isTight ? [] : [standingLine(slot, show)]),
      ...(isRoomy ? [[]] : []),
    ]),
    ...(isRoomy ? [] : [[]]),
  ];
  const foot = picture.hasKeys ? [[], keysLine(show, width)] : [];
  const room = Math.max(0, size.rows - head.length - foot.length);
  const log = picture.log.slice(-room - 1).flatMap((entry) => logLines(entry, width));
  const story = room === 0 ? [] : log.slice(-room);
  const padding = Array.from({ length: room - story.length }, () => []);
  return [...head, ...story, ...padding, ...foot]
    .slice(0, size.rows)
    .map((spans) => paintLine(spans, width, style));
}

function titleLine({ show, elapsedMs }: Picture, width: number): readonly Span[] {
  const title = span(' replenish-agent workbench', 'strong');
  const subtitle = span('  a coffee machine, sped up', 'faint');
  const speed = show.speed === 1 ? '' : `${show.speed} x speed   `;
  const counts = span(
    `${speed}${ordersOf(show)} ordered, ${cyclesOf(show)} refilled   ${clockText(elapsedMs)} `,
  );
  const isWide = widthOf([title, subtitle, counts]) + 2 <= width;
  const left = isWide ? [title, subtitle] : [title];
  return [...left, span(' '.repeat(Math.max(2, width - widthOf([...left, counts])))), counts];
}

function linksLine(show: Show, style: Style): readonly Span[] {
  const dot = style.isUnicode ? '●' : '*';
  const light = (name: string, state: string, isGood: boolean): readonly Span[] => [
    span(` ${dot} `, isGood ? 'green' : 'red'),
    span(`${name} `),
    span(`${state}  `, 'faint'),
  ];
  const board = show.isPlugged ? (show.hardware ?? 'not opened') : 'unplugged';
  const agent = show.isOnline ? 'online' : 'offline';
  const drs = show.violations === 0 ? count(show.requests, 'request') : `${show.violations} VIOLATIONS`;
  return [
    ...light('board', board, show.isPlugged && show.hardware === 'open'),
    ...light('agent', show.pid === null ? 'killed' : `${agent} (pid ${show.pid})`, show.isOnline),
    ...light('token', show.token ?? 'none', show.token === 'valid'),
    ...light('DRS', drs, show.violations === 0),
  ];
}

function logLines({ atMs, sentence }: LoggedSentence, width: number): readonly (readonly Span[])[] {
  const indent = 7 + NAME_WIDTH;
  const paint = TONE_PAINT[sentence.tone];
  return wrap(sentence.text, Math.max(10, width - indent)).map((text, index) =>
    index === 0
      ? [
          span(clockText(atMs).padStart(5), 'faint'),
          span(`  ${sentence.who.padEnd(NAME_WIDTH)}`),
          span(text, paint),
        ]
      : [span(' '.repeat(indent)), span(text, paint)],
  );
}

/** As many as fit whole. */
function keysLine(show: Show, width: number): readonly Span[] {
  const keys: readonly (readonly [string, string])[] = [
    ['space', show.speed === 1 ? 'faster' : 'slower'],
    ['r', 'refill lowest'],
    ['u', show.isPlugged ? 'unplug board' : 'plug in'],
    ['k', 'kill -9 agent'],
    ['q', 'quit'],
    // Last: a narrow terminal has no room for them.
    ['n', show.isNetworkUp ? 'cut network' : 'mend network'],
    ['l', 'lose answer'],
  ];
  let end = 0;
  const fitting = keys.filter(([key, does]) => {
    end += ` ${key} ${does}  `.length;
    return end - 2 <= width;
  });
  return fitting.flatMap(([key, does]) => [span(` ${key}`, 'strong'), span(` ${does}  `, 'faint')]);
}

function fileNames({ files }: Picture): string {
  return `${basename(files.config)}, ${basename(files.log)}`;
}
