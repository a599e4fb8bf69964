/** How durations and levels are written in the configuration: `30s`, `20%`. */

/** The one spelling of a duration that is accepted. */
export const DURATION_PATTERN = /^\d{1,12}(ms|s|m|h|d)$/;
/** The one spelling of a level that is accepted. */
export const LEVEL_PATTERN = /^\d{1,3}(\.\d{1,6})?%$/;

/** Nobody means a quantity with a longer text, and looking for one in it would take time. */
const LONGEST_HINTED = 40;

const UNIT_MS = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Spellings that people try, and the unit that they mean. */
const UNIT_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(ms|msecs?|millis|milliseconds?)$/, 'ms'],
  [/^(s|secs?|seconds?)$/, 's'],
  [/^(m|mins?|minutes?)$/, 'm'],
  [/^(h|hrs?|hours?)$/, 'h'],
  [/^(d|days?)$/, 'd'],
];

/** `10m` -> 600000; null when it is not written as a duration. */
export function durationMs(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  const [, digits = '', unit = ''] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
  const unitMs = UNIT_MS.get(unit);
  return unitMs === undefined ? null : Number(digits) * unitMs;
}

/** 600000 -> `10m`: the largest unit that leaves a whole number. */
export function durationText(ms: number): string {
  for (const [unit, unitMs] of [...UNIT_MS].reverse()) {
    if (ms >= unitMs && ms % unitMs === 0) return `${ms / unitMs}${unit}`;
  }
  return `${ms}ms`;
}

/** `12.5%` -> 12.5; null when it is not written as a level. */
export function levelPercent(text: string): number | null {
  return LEVEL_PATTERN.test(text) ? Number(text.slice(0, -1)) : null;
}

/** What to type instead of something that is not a duration. */
export function durationHint(found: unknown): string {
  if (typeof found === 'number' || (typeof found === 'string' && /^\d+(\.\d+)?$/.test(found))) {
    return `a duration is written with its unit (ms, s, m, h or d): type ${found}s if seconds are meant`;
  }
  const meant = typeof found === 'string' ? meantDurationMs(found) : null;
  const wanted = 'a duration is a whole number and a unit (ms, s, m, h or d)';
  return meant === null ? `${wanted}: type for example 30s` : `${wanted}: type ${durationText(meant)}`;
}

/** Understands `1.5 hours` and `1h30m`; null for what is no duration at all. */
function meantDurationMs(text: string): number | null {
  if (text.length > LONGEST_HINTED) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)];
  const understood = parts.map(([whole]) => whole).join('');
  if (parts.length === 0 || understood !== text.trim().replace(/(?<=[a-z])[\s,]+(?=\d)/gi, '')) return null;
  let sumMs = 0;
  for (const [, amount = '', word = ''] of parts) {
    const unit = UNIT_WORDS.find(([spelling]) => spelling.test(word.toLowerCase()))?.[1];
    const unitMs = unit === undefined ? undefined : UNIT_MS.get(unit);
    if (unitMs === undefined) return null;
    sumMs += Number(amount) * unitMs;
  }
  return Number.isSafeInteger(sumMs) ? sumMs : null;
}

/** What to type instead of something that is not a level. */
export function levelHint(found: unknown): string {
  const wanted = 'a level is written with a percent sign';
  const meant = meantNumber(found);
  if (meant === null || meant < 0) return `${wanted}: type for example 20%`;
  if (meant === 1 && !String(found).includes('%')) return `${wanted}: type 100% if full is meant, else 1%`;
  const isShare = meant > 0 && meant < 1 && !String(found).includes('%');
  return `${wanted}: type ${isShare ? roundedPercent(meant) : meant}%`;
}

function meantNumber(found: unknown): number | null {
  if (typeof found === 'number') return Number.isFinite(found) ? found : null;
  if (typeof found !== 'string' || found.length > LONGEST_HINTED) return null;
  const [, digits] = /^\s*(\d{1,6}(?:[.,]\d{1,6})?)\s*(?:%|percent)?\s*$/i.exec(found) ?? [];
  return digits === undefined ? null : Number(digits.replace(',', '.'));
}

/** 0.29 * 100 is 28.999999999999996 in binary floating point; people typed 29. */
function roundedPercent(share: number): number {
  return Number((share * 100).toFixed(6));
}
