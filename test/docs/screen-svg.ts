import type { AnsiScreen, Cell } from '../support/ansi-screen.ts';

const FONT_PX = 14;
const CELL = { width: 8.4, height: 18 };
const MARGIN = 14;
const TITLE_PX = 30;

/** What the codes of agent/terminal/paint.ts look like on a dark screen. */
const LOOKS: Readonly<Record<string, string>> = {
  '': 'fill="#c9d1d9"',
  '1': 'fill="#f0f6fc" font-weight="bold"',
  '2': 'fill="#8b949e"',
  '31': 'fill="#f85149"',
  '32': 'fill="#3fb950"',
  '33': 'fill="#d29922"',
  '36': 'fill="#58a6ff"',
};

/** Block elements are drawn, so that a bar is a bar in every font: left, top, width and height as shares of a cell. */
const BLOCKS: Readonly<Record<string, readonly [number, number, number, number]>> = Object.fromEntries([
  ...[...'▏▎▍▌▋▊▉█'].map((sign, index) => [sign, [0, 0, (index + 1) / 8, 1]]),
  ...[...'▁▂▃▄▅▆▇'].map((sign, index) => [sign, [0, 1 - (index + 1) / 8, 1, (index + 1) / 8]]),
  ['▐', [0.5, 0, 0.5, 1]],
]);

/** PURE. A screen as a picture that needs no font of its own. @param title what stands in the frame of the window. */
export function screenSvg(screen: Pick<AnsiScreen, 'cells'>, title: string): string {
  const columns = Math.max(...screen.cells.map((row) => row.length));
  const width = 2 * MARGIN + columns * CELL.width;
  const height = TITLE_PX + 2 * MARGIN + screen.cells.length * CELL.height;
  const lights = ['#f85149', '#d29922', '#3fb950'].map(
    (fill, index) => `<circle cx="${18 + 18 * index}" cy="15" r="5" fill="${fill}"/>`,
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${FONT_PX}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...lights,
    `<text x="${width / 2}" y="20" text-anchor="middle" fill="#8b949e">${escaped(title)}</text>`,
    ...screen.cells.flatMap((row, index) => rowOf(row, TITLE_PX + MARGIN + index * CELL.height)),
    '</svg>',
  ].join('\n')}\n`;
}

function rowOf(row: readonly Cell[], top: number): readonly string[] {
  const parts: string[] = [];
  for (let start = 0; start < row.length; ) {
    const { character, sgr } = row[start] ?? { character: ' ', sgr: '' };
    const block = BLOCKS[character];
    let end = start + 1;
    // A run of one kind is one piece: blocks only when they are the same.
    const isSame = (cell: Cell | undefined): boolean =>
      cell !== undefined &&
      cell.sgr === sgr &&
      (block === undefined
        ? BLOCKS[cell.character] === undefined && (cell.character === ' ') === (character === ' ')
        : cell.character === character && block[2] === 1);
    while (isSame(row[end])) end++;
    const left = MARGIN + start * CELL.width;
    const width = (end - start) * CELL.width;
    const look = LOOKS[sgr] ?? LOOKS[''];
    if (block !== undefined) {
      const [x, y, w, h] = block;
      const size = `width="${px(width * w)}" height="${px(CELL.height * h)}"`;
      parts.push(`<rect x="${px(left + width * x)}" y="${px(top + CELL.height * y)}" ${size} ${look}/>`);
    } else if (character !== ' ') {
      const text = escaped(
        row
          .slice(start, end)
          .map((cell) => cell.character)
          .join(''),
      );
      parts.push(
        `<text x="${px(left)}" y="${px(top + FONT_PX)}" textLength="${px(width)}" lengthAdjust="spacingAndGlyphs" ${look}>${text}</text>`,
      );
    }
    start = end;
  }
  return parts;
}

function px(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
