import * as z from 'zod/mini';
import { LEVEL_PATTERN, levelPercent } from '../quantity.ts';
import { field } from './notes.ts';
import { type IsGiven, rule } from './rule.ts';
import { group, number } from './scalars.ts';

const PERCENT = 'a percentage from 0 to 100 is expected: type for example 50';

const percent = z
  .pipe(
    z.union(
      [
        z.number().check(z.minimum(0, { error: PERCENT }), z.maximum(100, { error: PERCENT })),
        z.string().check(z.regex(LEVEL_PATTERN, { error: PERCENT })),
      ],
      { error: PERCENT },
    ),
    z.transform((value: number | string) =>
      typeof value === 'number' ? value : (levelPercent(value) ?? Number.NaN),
    ),
  )
  .check(z.refine((value) => value >= 0 && value <= 100, { error: PERCENT }));

const point = z.tuple([number(), percent], {
  error: 'a point is written [raw, percent]: type for example [880, 100]',
});

/** Raw -> percent full: either the two ends, or a line of points. */
export const calibrationSchema = group({
  empty: field(z.optional(number()), {
    description: 'Raw value of the empty container.',
    examples: [120],
    unit: 'raw',
  }),
  full: field(z.optional(number()), {
    description: 'Raw value of the full container.',
    examples: [880],
    unit: 'raw',
  }),
  points: field(
    z.optional(
      z
        .array(point, { error: 'a list of points is expected: type for example [[120, 0], [880, 100]]' })
        .check(
          z.minLength(2, { error: 'at least two points are needed' }),
          z.maxLength(100, { error: 'at most 100 points can be given' }),
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
}).check(
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
