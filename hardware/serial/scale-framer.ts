import type { ReadLine } from './text-framer.ts';
import { TextFramer } from './text-framer.ts';

/*
 * Continuous ASCII output, after the manuals of the Selleton SL-7516 (p. 18), the Tiger TI-02-P (p. 21) and KERN's
 * indicators: `ST,GS,+  12.300kg\r\n`. ST stable, US unstable, OL overload; GS gross, NT net. Commas and spaces differ
 * from maker to maker; the decimal point does not.
 */
const FRAME =
  /^ {0,8}(?<state>ST|US|OL)[ ,]{0,4}(?:GS|NT)[ ,]{0,16}(?<sign>[+-]?) {0,16}(?<weight>\d{1,9}(?:\.\d{1,6})?)[ ,]{0,4}(?<unit>kg|g|lb|oz) {0,8}$/i;

/** Without a weight that could be read: some scales send dashes instead. */
const NO_WEIGHT = /^ {0,8}(?<state>US|OL)(?=[ ,]|$|GS|NT)/i;

const GRAMS: ReadonlyMap<string, number> = new Map([
  ['kg', 1000],
  ['g', 1],
  ['lb', 453.59237],
  ['oz', 28.349523125],
]);

const OVERLOAD = 'The scale reports overload (OL): take weight off it, and check that it stands free.';
const UNSTABLE =
  'The scale does not come to rest (US): keep it from shaking, and check that nothing touches the load.';

/** PURE: the continuous output of a scale -> grams. Only stable frames have a value. */
export function createScaleFramer(): TextFramer {
  return new TextFramer(readScaleLine);
}

/** PURE. One line of it. Unstable and overload are good frames without a value. */
export function readScaleLine(line: string): ReadLine {
  const { state, sign, weight, unit } = FRAME.exec(line)?.groups ?? {};
  const without = state ?? NO_WEIGHT.exec(line)?.groups?.['state'];
  if (without?.toUpperCase() === 'OL') return { kind: 'empty', because: OVERLOAD };
  if (without?.toUpperCase() === 'US') return { kind: 'empty', because: UNSTABLE };
  const grams = GRAMS.get(unit?.toLowerCase() ?? '');
  if (weight === undefined || grams === undefined) return { kind: 'bad' };
  // 2.3 kg are 2300 g, not 2299.9999999999995.
  const raw = Math.round(Number(weight) * grams * 1e6) / 1e6;
  return { kind: 'value', channel: '', raw: sign === '-' && raw !== 0 ? -raw : raw };
}
