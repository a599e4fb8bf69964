import { inlineYaml } from './inline-yaml.ts';
import { readYaml, spanOf, type TextSpan } from './parse.ts';

/** What stands under `calibration:` of a slot. */
export type CalibrationText =
  | { readonly empty: number; readonly full: number }
  | { readonly points: readonly (readonly [raw: number, percent: number])[] };

/**
 * PURE. The text of a configuration with another calibration of one slot; all else, comments and spaces too, stays as
 * it is. null when the calibration can't be told apart from the rest: an anchor shares it with another slot.
 *
 * @param text without a mistake, and with that slot.
 */
export function withCalibration(text: string, slot: string, calibration: CalibrationText): string | null {
  const path = ['slots', slot, 'calibration'];
  const edited =
    inPlace(text, path, calibration) ?? replace(text, spanOf(text, path), inlineYaml(calibration));
  return edited !== null && isOnlyChange(text, edited, slot) ? edited : null;
}

/** Where the same keys stand already only their values are exchanged: notes beside them are kept. */
function inPlace(text: string, path: readonly string[], calibration: CalibrationText): string | null {
  const changes = Object.entries(calibration).map(([key, value]) => ({
    span: spanOf(text, [...path, key]),
    value: inlineYaml(value),
  }));
  let edited = text;
  // From the end, so that what is still to be exchanged stays where it was.
  for (const { span, value } of changes.toSorted((a, b) => (b.span?.start ?? 0) - (a.span?.start ?? 0))) {
    const next = replace(edited, span, value);
    if (next === null) return null;
    edited = next;
  }
  return edited;
}

function replace(text: string, span: TextSpan | null, value: string): string | null {
  return span === null ? null : text.slice(0, span.start) + value + text.slice(span.end);
}

/** Whatever was done to the text, it means the same but for this calibration. */
function isOnlyChange(before: string, after: string, slot: string): boolean {
  const read = readYaml(after);
  return (
    read.problems.length === 0 &&
    withoutCalibration(readYaml(before).value, slot) === withoutCalibration(read.value, slot)
  );
}

function withoutCalibration(config: unknown, slot: string): string {
  const rest = entriesOf(config).map(([section, settings]) => [
    section,
    section !== 'slots'
      ? settings
      : entriesOf(settings).map(([name, each]) => [
          name,
          name === slot ? entriesOf(each).filter(([key]) => key !== 'calibration') : each,
        ]),
  ]);
  return JSON.stringify(rest);
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
