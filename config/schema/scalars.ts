import * as v from 'valibot';
import { nearestName } from '../nearest.ts';
import { NAME_PATTERN, nameHint } from './name.ts';

type Typed = { readonly input: unknown };

// Schemas that no note is attached to, and checks, are made once: the service makes all of them at each start.
const anything = v.string(quoteHint);
const shapeOfName = v.regex<string, (issue: v.RegexIssue<string>) => string>(NAME_PATTERN, ({ input }) =>
  nameHint(input),
);
const notEmpty = v.minLength<string, 1, string>(1, 'this text must not be empty');
const wellFormed = v.check<string, string>(
  (value) => value.isWellFormed(),
  'this text holds half a character (a lone surrogate)',
);
/** `\p{Cc}`, spelled out: V8 would load tables of ICU for the name. */
const CONTROL_CHARACTER = /[^ -~\u00a0-\uffff]/;
const onOneLine = v.check<string, string>(
  (value) => !CONTROL_CHARACTER.test(value),
  'line breaks and control characters cannot be used here',
);

export function name() {
  return v.pipe(anything, shapeOfName);
}

/** Text without control characters. `maxLength` counts UTF-16 units. */
export function text(maxLength: number) {
  return v.pipe(anything, notEmpty, notLonger(maxLength), wellFormed, onOneLine);
}

/** Text with whatever characters; only lone surrogates, which no encoding can carry, are refused. */
export function anyText(maxLength: number) {
  return v.pipe(anything, notEmpty, notLonger(maxLength), wellFormed);
}

function notLonger(maxLength: number) {
  const message = `this text is longer than ${maxLength} characters`;
  return v.maxLength<string, number, string>(maxLength, message);
}

/** Absolute, or relative to a folder that the field's description names. */
export function filePath() {
  return text(4096);
}

export function number() {
  return finite('number', Number.isFinite, numberHint);
}

export function wholeNumber(min: number, max: number) {
  const message = `a whole number from ${min} to ${max} is expected`;
  const hint = ({ input }: Typed) => (typeof input === 'number' ? message : numberHint({ input }));
  return v.pipe(
    finite('integer', Number.isInteger, hint),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

/** valibot's own number may be infinite. */
export function finite<const T extends 'number' | 'integer'>(
  type: T,
  isOne: (value: unknown) => boolean,
  message: string | ((typed: Typed) => string),
) {
  return { ...v.custom<number, typeof message>(isOne, message), type };
}

export function trueOrFalse() {
  return v.boolean(booleanHint);
}

/** One of a few words. */
export function oneOf<const W extends readonly string[]>(words: W) {
  return v.picklist(words, ({ input }: Typed) => {
    const nearest = typeof input === 'string' ? nearestName(input, words) : null;
    return `type ${nearest ?? words.join(' or ')}`;
  });
}

function booleanHint({ input }: Typed): string {
  // A map from the file has no prototype, and so cannot be made a text.
  const typed = typeof input === 'object' ? '' : String(input);
  if (/^(?:yes|on|y|1|true)$/i.test(typed)) return 'type true, without quotes';
  if (/^(?:no|off|n|0|false)$/i.test(typed)) return 'type false, without quotes';
  return 'type true or false';
}

function quoteHint({ input }: Typed): string {
  const isBare = typeof input === 'number' || typeof input === 'boolean';
  return isBare ? `a text is expected: put it in quotes, type "${input}"` : 'a text is expected here';
}

function numberHint({ input }: Typed): string {
  const meant =
    typeof input === 'string' && input.length <= 40
      ? /^\s*(-?\d+(?:\.\d+)?)\s*\D{0,10}$/.exec(input)?.[1]
      : undefined;
  if (meant === undefined) return 'a number is expected here';
  return `a number is expected, without unit and quotes: type ${Number(meant)}`;
}
