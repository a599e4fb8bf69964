/** How a piece of text looks. */
export type Paint = 'plain' | 'strong' | 'faint' | 'green' | 'yellow' | 'blue' | 'red';

/** A piece of a line. */
export type Span = { readonly text: string; readonly paint: Paint };

/** What the terminal can do. */
export type Style = {
  readonly hasColour: boolean;
  /** Whether it shows more than ASCII. */
  readonly isUnicode: boolean;
};

const SGR: Readonly<Record<Exclude<Paint, 'plain'>, string>> = {
  strong: '1',
  faint: '2',
  green: '32',
  yellow: '33',
  blue: '36',
  red: '31',
};

export function span(text: string, paint: Paint = 'plain'): Span {
  return { text, paint };
}

export function widthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + [...text].length, 0);
}

/** Spans -> the text of one line, cut off at `width` columns. Pure. */
export function paintLine(spans: readonly Span[], width: number, style: Style): string {
  let left = width;
  return spans
    .map(({ text, paint }) => {
      const fitting = [...oneLine(text)].slice(0, left).join('');
      left -= [...fitting].length;
      if (!style.hasColour || paint === 'plain' || fitting === '') return fitting;
      return `\x1b[${SGR[paint]}m${fitting}\x1b[0m`;
    })
    .join('')
    .trimEnd();
}

/** Breaks a text at spaces into lines of at most `width` columns; a longer word is cut. Pure. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (joined.length > width && line !== '') {
      lines.push(line);
      line = word;
    } else {
      line = joined;
    }
  }
  return [...lines, line];
}

/** What comes from outside must not steer a terminal, nor look like two lines. Pure. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}
