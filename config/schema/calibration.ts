import * as v from 'valibot';
import { LEVEL_PATTERN, levelPercent } from '../quantity.ts';
import { group } from './group.ts';
import { atLeast, atMost } from './list.ts';
import { field } from './notes.ts';
import { type IsGiven, rule } from './rule.ts';
import { number } from './scalars.ts';

const PERCENT = 'a percentage from 0 to 100 is expected: type for example 50';

const percent = v.pipe(
  v.union(
    [
      v.pipe(number(), v.minValue(0, PERCENT), v.maxValue(100, PERCENT)),
      v.pipe(v.string(), v.regex(LEVEL_PATTERN, PERCENT)),
    ],
    PERCENT,
  ),
  v.transform((typed) => (typeof typed === 'number' ? typed : (levelPercent(typed) ?? Number.NaN))),
  v.check((value) => value >= 0 && value <= 100, PERCENT),
);

// The tuple alone would tell of a missing half as of a setting that is missing.
const point = v.pipe(
  v.custom<readonly unknown[]>(
    (value) => Array.isArray(value) && value.length === 2,
    'a point is written [raw, percent]: type for example [880, 100]',
  ),
  v.tuple([number(), percent]),
);

/** Raw -> percent full: either the two ends, or a line of points. */
export const calibrationSchema = v.pipe(
  group({
    empty: field(v.optional(number()), {
      description: 'Raw value of the empty container.',
      examples: [120],
      unit: 'raw',
    }),
    full: field(v.optional(number()), {
      description: 'Raw value of the full container.',
      examples: [880],
      unit: 'raw',
    }),
    points: field(
      v.optional(
        v.pipe(
          v.array(point, 'a list of points is expected: type for example [[120, 0], [880, 100]]'),
          atLeast(2, 'at least two points are needed'),
          atMost(100, 'at most 100 points can be given'),
        ),
      ),
      {
        description:
          'Instead of empty and full: points [raw, percent], percent only rising or only falling with raw.',
        examples: [
          [
            [120, 0],
            [500, 40],
            [880, 100],
          ],
        ],
      },
    ),
  }),
  rule(({ empty, full }, misfit) => {
    if (empty === undefined || full === undefined || empty !== full) return;
    misfit(
      [['full']],
      'empty and full must be different raw values: type what the sensor reads with the container full',
    );
  }),
  rule(({ points }, misfit) => {
    const message = points === undefined ? null : misplacedPoints(points);
    if (message !== null) misfit([['points']], message);
  }),
  rule((_, misfit, isGiven) => {
    const message = formMistake(isGiven);
    if (message !== null) misfit([[]], message);
  }),
);

function formMistake(isGiven: IsGiven): string | null {
  if (isGiven('points')) {
    return isGiven('empty') || isGiven('full')
      ? 'give either empty and full, or points: take one of them out'
      : null;
  }
  if (isGiven('empty') && isGiven('full')) return null;
  if (isGiven('empty'))
    return 'full is missing: add the raw value of the full container, for example full: 880';
  if (isGiven('full'))
    return 'empty is missing: add the raw value of the empty container, for example empty: 120';
  return 'empty and full are missing: type for example { empty: 120, full: 880 }';
}

function misplacedPoints(points: readonly (readonly [number, number])[]): string | null {
  if (points.every(([, value]) => value <= 1)) {
    return 'the second number of a point is a percentage from 0 to 100, not a share from 0 to 1: type for example [[120, 0], [880, 100]]';
  }
  const sorted = points.toSorted(([a], [b]) => a - b);
  const steps = sorted.slice(1).map(([raw, value], index) => {
    const [rawBefore, valueBefore] = sorted[index] ?? [raw, value];
    return { rawStep: raw - rawBefore, rise: Math.sign(value - valueBefore) };
  });
  if (steps.some(({ rawStep }) => rawStep === 0))
    return 'two points have the same raw value: take one of them out';
  const [first] = steps;
  if (first === undefined || (first.rise !== 0 && steps.every(({ rise }) => rise === first.rise)))
    return null;
  return 'the percentages must only rise, or only fall, as the raw values rise';
}
