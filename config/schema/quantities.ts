import * as v from 'valibot';
import {
  DURATION_PATTERN,
  durationHint,
  durationMs,
  durationText,
  LEVEL_PATTERN,
  levelHint,
  levelPercent,
} from '../quantity.ts';
import { field } from './notes.ts';

const anyDuration = v.pipe(
  v.string(({ input }) => durationHint(input)),
  v.regex(DURATION_PATTERN, ({ input }) => durationHint(input)),
  v.transform((typed) => durationMs(typed) ?? Number.NaN),
);

const anyLevel = v.pipe(
  v.string(({ input }) => levelHint(input)),
  v.regex(LEVEL_PATTERN, ({ input }) => levelHint(input)),
  v.transform((typed) => levelPercent(typed) ?? Number.NaN),
);

/** `500ms 30s 10m 24h 7d`, within both limits -> milliseconds. */
export function duration(shortest: string, longest: string) {
  const minMs = durationMs(shortest) ?? Number.NaN;
  const maxMs = durationMs(longest) ?? Number.NaN;
  const withinLimits = v.check<number, (issue: v.CheckIssue<number>) => string>(
    (ms) => ms >= minMs && ms <= maxMs,
    ({ input: ms }) => {
      const [word, limit] = ms < minMs ? ['shortest', minMs] : ['longest', maxMs];
      return `the ${word} that makes sense here is ${durationText(limit)}: type ${durationText(limit)} or ${word === 'shortest' ? 'more' : 'less'}`;
    },
  );
  return field(v.pipe(anyDuration, withinLimits), { description: '', range: `${shortest} to ${longest}` });
}

/** `20%`, within both limits -> 20. */
export function level(lowestPercent: number, highestPercent: number) {
  const withinLimits = v.check<number, string>(
    (percent) => percent >= lowestPercent && percent <= highestPercent,
    `a level from ${lowestPercent}% to ${highestPercent}% is expected here`,
  );
  return field(v.pipe(anyLevel, withinLimits), {
    description: '',
    range: `${lowestPercent}% to ${highestPercent}%`,
  });
}
