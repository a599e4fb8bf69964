import * as z from 'zod/mini';
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

/** `500ms 30s 10m 24h 7d`, within both limits -> milliseconds. */
export function duration(shortest: string, longest: string) {
  const minMs = durationMs(shortest) ?? Number.NaN;
  const maxMs = durationMs(longest) ?? Number.NaN;
  const error = ({ input }: { readonly input?: unknown }) => durationHint(input);
  const toMs = z.transform((value: string, payload) => {
    const ms = durationMs(value) ?? Number.NaN;
    if (ms >= minMs && ms <= maxMs) return ms;
    const [word, limit] = ms < minMs ? ['shortest', minMs] : ['longest', maxMs];
    payload.issues.push({
      code: 'custom',
      input: value,
      message: `the ${word} that makes sense here is ${durationText(limit)}: type ${durationText(limit)} or ${word === 'shortest' ? 'more' : 'less'}`,
    });
    return z.NEVER;
  });
  return field(z.pipe(z.string({ error }).check(z.regex(DURATION_PATTERN, { error })), toMs), {
    description: '',
    range: `${shortest} to ${longest}`,
  });
}

/** `20%`, within both limits -> 20. */
export function level(lowestPercent: number, highestPercent: number) {
  const error = ({ input }: { readonly input?: unknown }) => levelHint(input);
  const toPercent = z.transform((value: string, payload) => {
    const percent = levelPercent(value) ?? Number.NaN;
    if (percent >= lowestPercent && percent <= highestPercent) return percent;
    payload.issues.push({
      code: 'custom',
      input: value,
      message: `a level from ${lowestPercent}% to ${highestPercent}% is expected here`,
    });
    return z.NEVER;
  });
  return field(z.pipe(z.string({ error }).check(z.regex(LEVEL_PATTERN, { error })), toPercent), {
    description: '',
    range: `${lowestPercent}% to ${highestPercent}%`,
  });
}
