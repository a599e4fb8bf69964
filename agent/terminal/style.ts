import type { Style } from './paint.ts';

/** Whether this is a terminal on which things can be shown in place. */
export function canBeLive(env: NodeJS.ProcessEnv, output: NodeJS.WriteStream = process.stdout): boolean {
  return output.isTTY === true && env['TERM'] !== 'dumb';
}

/** What the environment says of the terminal: NO_COLOR (no-color.org), the locale, the Linux console's small font. */
export function styleOf(env: NodeJS.ProcessEnv): Style {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return {
    hasColour: !env['NO_COLOR'],
    isUnicode: env['TERM'] !== 'linux' && (locale === '' || /utf-?8/i.test(locale)),
  };
}
