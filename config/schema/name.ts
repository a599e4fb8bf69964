/** Safe in a topic and in a file name. */
export const NAME_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** What to type instead of something that is no name. */
export function nameHint(typed: string): string {
  const meant = typed
    .slice(0, 200)
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 64)
    .replace(/^-+|-+$/g, '');
  return `a name is 1 to 64 letters A-Z a-z, digits, _ or -: type for example ${meant || 'black'}`;
}
