import { findingLine } from './finding-text.ts';
import type { NamedFinding } from './run-checks.ts';

export type Progress = {
  /** A check has ended; the lines come in the order of the checks all the same. */
  done(finding: NamedFinding, index: number): void;
  /** No line of progress stands any more. */
  end(): void;
};

export type ProgressOptions = {
  /** In the order of the lines. */
  readonly names: readonly string[];
  readonly isColoured: boolean;
  print(text: string): void;
  /** Draws what is still being looked at; null without a terminal. */
  readonly draw: ((text: string) => void) | null;
};

const CLEAR_LINE = '\r\u001b[K';
const NAMED_MAX = 3;

/** Prints each finding as soon as all before it are known, and below them what is still under way. */
export function createProgress({ names, isColoured, print, draw }: ProgressOptions): Progress {
  const width = Math.max(...names.map((name) => name.length));
  const ended = new Map<number, NamedFinding>();
  let printed = 0;
  const show = (): void => {
    draw?.(CLEAR_LINE);
    for (let next = ended.get(printed); next !== undefined; next = ended.get(printed)) {
      print(`${findingLine(next, width, isColoured)}\n`);
      printed++;
    }
    const open = names.filter((_, index) => !ended.has(index));
    if (open.length === 0) return;
    const more = open.length > NAMED_MAX ? ', ...' : '';
    draw?.(
      `${ended.size} of ${names.length} looked at; under way: ${open.slice(0, NAMED_MAX).join(', ')}${more}`,
    );
  };
  show();
  return {
    done: (finding, index) => {
      ended.set(index, finding);
      show();
    },
    end: () => draw?.(CLEAR_LINE),
  };
}
