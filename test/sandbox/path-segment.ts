/** One path segment: what it stands for, and what is wrong with how it was written (null when nothing is). */
export type PathSegment = { readonly value: string; readonly complaint: string | null };

/** Characters that common encoders leave alone and RFC 3986 would allow to be escaped: both ways are right. */
const EITHER_WAY = /^[!'()*]$/;

/**
 * Reads a segment and demands the one right spelling (RFC 3986, sections 2.1 and 6.2.2): UTF-8, every character
 * outside `A-Z a-z 0-9 - . _ ~` escaped, nothing else escaped, hex digits in upper case.
 */
export function readPathSegment(raw: string): PathSegment {
  let value: string;
  try {
    value = decodeURIComponent(raw);
  } catch {
    return { value: raw, complaint: `"${raw}" is not valid percent-encoded UTF-8` };
  }
  const expected = encodeSegment(value);
  if (raw === '') return { value, complaint: 'the segment is empty' };
  if (sameButEitherWay(raw, expected)) return { value, complaint: null };
  return { value, complaint: `"${raw}" must be percent-encoded as "${expected}"` };
}

/** The spelling of a segment that the sandbox demands. */
export function encodeSegment(value: string): string {
  // A lone surrogate has no UTF-8 form; it can only come from our own callers.
  return encodeURIComponent(value.toWellFormed());
}

function sameButEitherWay(raw: string, expected: string): boolean {
  return raw.replace(/%[0-9A-F]{2}/g, unescapeEitherWay) === expected;
}

function unescapeEitherWay(triplet: string): string {
  const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
  return EITHER_WAY.test(character) ? character : triplet;
}
