/** One thing in the configuration file that is wrong, or, as a warning, worth knowing. */
export type Problem = {
  /** 1-based line in the file; 0 when it concerns the file as a whole. */
  readonly line: number;
  /** 1-based column, counted in UTF-16 units as editors do; 0 when it concerns the file as a whole. */
  readonly column: number;
  /** Where in the configuration: `slots.black.reorderAt`; `''` for the file as a whole. */
  readonly path: string;
  /** What stands there, as it was typed (shortened, secrets hidden); null when nothing does. */
  readonly found: string | null;
  /** What is wrong and what to type instead. */
  readonly message: string;
};

/** Top to bottom, left to right: the order in which a person works through them. */
export function byPlace(a: Problem, b: Problem): number {
  return a.line - b.line || a.column - b.column;
}

/** `['slots', 'black', 'calibration', 'points', 1]` -> `slots.black.calibration.points[1]`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? String(step) : `.${String(step)}`;
  }
  return text;
}
