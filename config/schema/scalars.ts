import * as z from 'zod/mini';
import { nearestName } from '../nearest.ts';

/** A group of settings: a YAML map whose keys are all known. */
export function group<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.strictObject(shape, { error: 'settings are expected here, indented below this line' });
}

/** Entries under names that the technician chooses; the names become parts of topics. */
export function named<V extends z.ZodMiniType>(entry: V) {
  const error = 'named entries are expected here, indented below this line';
  return z.record(z.string(), entry, { error }).check(
    z.refine((entries) => Object.keys(entries).length > 0, {
      error: 'at least one entry is needed here, indented below this line, under a name of your choice',
    }),
    onlyNames,
  );
}

// Not zod's own check of keys: under a key that fails it, zod looks at nothing.
const onlyNames = z.superRefine<Record<string, unknown>>(
  (entries, context) => {
    for (const key of Object.keys(entries)) {
      if (NAME_PATTERN.test(key)) continue;
      context.issues.push({
        code: 'custom',
        path: [key],
        params: { isKey: true },
        message: nameHint(key),
        input: key,
      });
    }
  },
  { when: ({ value }) => isGroup(value) },
);

/** Whether a value is a YAML map, right or wrong inside. */
export function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Safe in a topic and in a file name. */
export const NAME_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

export function name() {
  return z
    .string({ error: quoteHint })
    .check(z.regex(NAME_PATTERN, { error: ({ input }) => nameHint(String(input)) }));
}

function nameHint(typed: string): string {
  const meant = typed
    .slice(0, 200)
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 64)
    .replace(/^-+|-+$/g, '');
  return `a name is 1 to 64 letters A-Z a-z, digits, _ or -: type for example ${meant || 'black'}`;
}

/** Text without control characters. `maxLength` counts UTF-16 units. */
export function text(maxLength: number) {
  return anyText(maxLength).check(
    z.refine((value) => !/\p{Cc}/u.test(value), {
      error: 'line breaks and control characters cannot be used here',
    }),
  );
}

/** Text with whatever characters; only lone surrogates, which no encoding can carry, are refused. */
export function anyText(maxLength: number) {
  return z.string({ error: quoteHint }).check(
    z.minLength(1, { error: 'this text must not be empty' }),
    z.maxLength(maxLength, { error: `this text is longer than ${maxLength} characters` }),
    z.refine((value) => value.isWellFormed(), {
      error: 'this text holds half a character (a lone surrogate)',
    }),
  );
}

/** Absolute, or relative to a folder that the field's description names. */
export function filePath() {
  return text(4096);
}

export function number() {
  return z.number({ error: numberHint });
}

export function wholeNumber(min: number, max: number) {
  const error = `a whole number from ${min} to ${max} is expected`;
  return z
    .int({ error: ({ input }) => (typeof input === 'number' ? error : numberHint({ input })) })
    .check(z.minimum(min, { error }), z.maximum(max, { error }));
}

export function trueOrFalse() {
  return z.boolean({
    error: ({ input }) => {
      // A map from the file has no prototype, and so cannot be made a text.
      const typed = typeof input === 'object' ? '' : String(input);
      if (/^(?:yes|on|y|1|true)$/i.test(typed)) return 'type true, without quotes';
      if (/^(?:no|off|n|0|false)$/i.test(typed)) return 'type false, without quotes';
      return 'type true or false';
    },
  });
}

/** One of a few words. */
export function oneOf<const W extends readonly string[]>(words: W) {
  return z.enum(words, {
    error: ({ input }) => {
      const nearest = typeof input === 'string' ? nearestName(input, words) : null;
      return `type ${nearest ?? words.join(' or ')}`;
    },
  });
}

function quoteHint({ input }: { readonly input?: unknown }): string {
  const isBare = typeof input === 'number' || typeof input === 'boolean';
  return isBare ? `a text is expected: put it in quotes, type "${input}"` : 'a text is expected here';
}

function numberHint({ input }: { readonly input?: unknown }): string {
  const meant =
    typeof input === 'string' && input.length <= 40
      ? /^\s*(-?\d+(?:\.\d+)?)\s*\D{0,10}$/.exec(input)?.[1]
      : undefined;
  if (meant === undefined) return 'a number is expected here';
  return `a number is expected, without unit and quotes: type ${Number(meant)}`;
}
