/**
 * ISO 8601 to the second or finer, with Z or an offset, on a day that the calendar has. Spelled out, because valibot's
 * own lets 30 February pass, which Date.parse takes for 2 March, and a command would live longer than was said.
 */
export const ISO_INSTANT =
  /^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8])))T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * A wall time as ISO 8601, UTC, with milliseconds: what `toISOString` says of it, for a megabyte less. V8 loads the time
 * zones of ICU for that call, although it ends in Z always; not for the parts of a date that are read here.
 *
 * @throws RangeError for a time that no date can hold.
 */
export function isoTime(wallMs: number): string {
  const at = new Date(wallMs);
  const year = at.getUTCFullYear();
  // Years that take more than four digits have a form of their own, and nobody meets them.
  if (!(year >= 0 && year <= 9999)) return at.toISOString();
  const day = `${padded(year, 4)}-${padded(at.getUTCMonth() + 1)}-${padded(at.getUTCDate())}`;
  const time = `${padded(at.getUTCHours())}:${padded(at.getUTCMinutes())}:${padded(at.getUTCSeconds())}`;
  return `${day}T${time}.${padded(at.getUTCMilliseconds(), 3)}Z`;
}

function padded(part: number, digits = 2): string {
  return String(part).padStart(digits, '0');
}
