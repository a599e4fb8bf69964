import type { CalibrateWords } from '../calibration/calibrate-words.ts';
import { evenPercents } from '../calibration/calibration-entry.ts';
import type { MeasuredPoint } from '../calibration/judge-points.ts';
import { spreadWords } from '../calibration/spread.ts';
import { type TakeOptions, takeReadings } from './take-readings.ts';

export type Measured =
  | { readonly kind: 'measured'; readonly points: readonly MeasuredPoint[] }
  /** `why` is a sentence with the remedy. */
  | { readonly kind: 'given-up'; readonly why: string };

/** Which levels are still to be measured; percent. */
export function missingPercents({
  given,
  points,
}: Pick<CalibrateWords, 'given' | 'points'>): readonly number[] {
  if (given.length >= points) return [];
  return evenPercents(points).filter((percent) => !given.some((each) => each.percent === percent));
}

/** Leads a person from level to level, and takes the readings of each. @param percents from empty to full. */
export async function measurePoints(options: TakeOptions, percents: readonly number[]): Promise<Measured> {
  const { person, slot } = options;
  const points: MeasuredPoint[] = [];
  for (const standard of percents) {
    const percent = await percentFor(options, standard, percents.length > 2, points);
    if (percent === null) return { kind: 'given-up', why: 'Nobody answers any more.' };
    const readings = await takeReadings(
      options,
      `${invitation(slot, percent)}, wait until it rests, then press Enter.\n`,
    );
    if (readings.kind === 'none') return { kind: 'given-up', why: readings.why };
    const { spread } = readings;
    person.tell(`  ${percent} %: ${spreadWords(spread)}`);
    points.push({ percent, raw: spread.median, spread });
  }
  return { kind: 'measured', points };
}

function invitation(slot: string, percent: number): string {
  if (percent === 0) return `Empty the container of ${slot}`;
  if (percent === 100) return `Fill the container of ${slot} to the brim`;
  return `Fill the container of ${slot} to ${percent} %`;
}

/** The ends are the ends; of a level between them the person says how high it is. null when nobody answers. */
async function percentFor(
  { person }: TakeOptions,
  standard: number,
  isAsked: boolean,
  before: readonly MeasuredPoint[],
): Promise<number | null> {
  if (!isAsked || standard === 0 || standard === 100) return standard;
  const least = before.at(-1)?.percent ?? 0;
  for (;;) {
    const answer = await person.ask(`Which level comes next, in percent? [${standard}] `);
    if (answer === null) return null;
    const percent = answer.trim() === '' ? standard : Number(answer.trim().replace(/ ?%$/, ''));
    if (percent > least && percent < 100) return percent;
    person.tell(`A number above ${least} and below 100 is needed.`);
  }
}
