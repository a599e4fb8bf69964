/** A terminal that shows frames in place and hands over keys, until it is closed. */
export type Terminal = {
  /** Whether keys come in. */
  readonly hasKeys: boolean;
  size(): { readonly columns: number; readonly rows: number };
  /** Shows these rows, and nothing else. Writes nothing when they are on the screen already. */
  draw(rows: readonly string[]): void;
  /**
   * Hands over each key as one character. Ctrl-C is one of them, `\x03`: no signal comes of it while keys are read.
   */
  listen(onKey: (key: string) => void): void;
  /** Gives the terminal back as it was. Harmless when done twice. */
  close(): void;
};

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
/** Terminals that know it show all between the two at once; the others ignore it. */
const [FRAME_BEGINS, FRAME_ENDS] = ['\x1b[?2026h', '\x1b[?2026l'];
/** What a terminal is taken for that does not tell its size. */
const [COLUMNS_ASSUMED, ROWS_ASSUMED] = [80, 24];

/** Takes the terminal over: its other screen, so that what stood on it comes back at the end. */
export function openTerminal(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  onResize: () => void,
): Terminal {
  let isOpen = true;
  let drawn = '';
  let onKey: ((key: string) => void) | null = null;
  const hasKeys = input.isTTY === true;
  const onData = (chunk: Buffer): void => {
    for (const key of chunk.toString('latin1')) onKey?.(key);
  };
  const resized = (): void => {
    drawn = '';
    onResize();
  };
  output.write(ENTER);
  output.on('resize', resized);
  if (hasKeys) {
    input.setRawMode(true);
    input.on('data', onData);
  }
  return {
    hasKeys,
    // One column less: a terminal treats what stands in its last column in too many ways.
    size: () => ({
      columns: (output.columns || COLUMNS_ASSUMED) - 1,
      rows: output.rows || ROWS_ASSUMED,
    }),
    draw(rows) {
      const text = rows.map((row) => `${row}\x1b[K`).join('\r\n');
      if (!isOpen || text === drawn) return;
      drawn = text;
      output.write(`${FRAME_BEGINS}\x1b[H${text}\x1b[J${FRAME_ENDS}`);
    },
    listen(next) {
      onKey = next;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      output.off('resize', resized);
      if (hasKeys) {
        input.off('data', onData);
        input.setRawMode(false);
        input.pause();
      }
      output.write(LEAVE);
    },
  };
}
