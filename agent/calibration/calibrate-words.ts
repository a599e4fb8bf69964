/** What the words of `calibrate` ask for. */
export type CalibrateWords = {
  readonly slot: string;
  /** What a person knows already; in the order given. */
  readonly given: readonly { readonly percent: number; readonly raw: number }[];
  /** How many points are to be known in the end. */
  readonly points: number;
  /** Whether a lower raw value in a fuller container is as it should be. */
  readonly isInverted: boolean;
  readonly isJson: boolean;
};

const POINTS_MAX = 20;

/** The words of the command line, or what is wrong with them. */
export function readCalibrateWords(
  slot: string,
  values: ReadonlyMap<string, string>,
  points: readonly string[],
  switches: ReadonlySet<string>,
): CalibrateWords | string {
  const given: { percent: number; raw: number }[] = [];
  for (const [option, percent] of [
    ['empty', 0],
    ['full', 100],
  ] as const) {
    const text = values.get(option);
    if (text === undefined) continue;
    const raw = numberOf(text);
    if (raw === null) return `--${option} is a raw value such as 120 or 41.5.`;
    given.push({ percent, raw });
  }
  if (given.length > 0 && points.length > 0) return 'Give --empty and --full, or --point, not both.';
  for (const text of points) {
    const [left = '', right = '', ...more] = text.split('=');
    const [raw, percent] = [numberOf(left), numberOf(right.replace(/%$/, ''))];
    if (raw === null || percent === null || more.length > 0 || percent < 0 || percent > 100)
      return '--point is RAW=PERCENT, such as 500=40.';
    given.push({ percent, raw });
  }
  if (new Set(given.map(({ percent }) => percent)).size < given.length)
    return 'Two --point are for the same level.';
  if (points.length === 1) return 'One --point is no calibration: at least two are needed.';
  const counted = values.get('points');
  if (counted !== undefined && given.length > 0)
    return '--points is for measuring: leave out --empty, --full and --point.';
  const count = counted === undefined ? Math.max(2, given.length) : Number(counted);
  if (!Number.isInteger(count) || count < 2 || count > POINTS_MAX)
    return `--points is a whole number from 2 to ${POINTS_MAX}.`;
  return {
    slot,
    given,
    points: count,
    isInverted: switches.has('inverted'),
    isJson: switches.has('json'),
  };
}

function numberOf(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}
