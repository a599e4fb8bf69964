import { maskSecrets } from './mask-secrets.ts';
import type { Problem } from './problem.ts';

/** Longer lines are shown from near the mistake on. */
const WIDEST_EXCERPT = 120;
const LONGEST_LINE = 2000;
const LONGEST_HEADLINE = 1000;

/**
 * PURE. Problems -> lines for a terminal: place, path, what was found and what to type, then the line of the file with
 * a caret below the mistake. Secrets are hidden; control characters, which could drive a terminal, are replaced.
 *
 * @param fileName as the reader knows it, without the folder.
 * @param text the file; null when there is none, then no lines of it are shown.
 */
export function printProblems(
  problems: readonly Problem[],
  fileName: string,
  text: string | null,
): readonly string[] {
  const lines = text === null ? [] : text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return problems.flatMap((problem) => {
    const line = lines[problem.line - 1];
    const printed = [
      headline(problem, fileName),
      ...(line === undefined || line.length > LONGEST_LINE ? [] : excerpt(line, problem)),
    ];
    return printed.map(harmless);
  });
}

function headline({ line, column, path, found, message }: Problem, fileName: string): string {
  const place = line === 0 ? fileName : `${fileName}:${line}:${column}`;
  const subject = path === '' ? '' : `${path}: `;
  const seen = found === null ? '' : `found ${found}; `;
  return `${place}  ${subject}${seen}${message}`.slice(0, LONGEST_HEADLINE);
}

function excerpt(line: string, { column, found }: Problem): readonly string[] {
  const start = Math.min(column - 1, line.length);
  // Hiding a secret moves what follows it: the two sides of the mistake are hidden separately.
  const shown = maskSecrets(line);
  const before = shown.startsWith(line.slice(0, start)) ? line.slice(0, start) : '';
  const from = before.length > WIDEST_EXCERPT / 2 ? before.length - WIDEST_EXCERPT / 2 : 0;
  const width = Math.max(
    1,
    found === null || !line.startsWith(found, start) ? wordLength(line.slice(start)) : found.length,
  );
  const visible = shown.slice(from, from + WIDEST_EXCERPT);
  const indent = before.slice(from).replace(/[^\t]/g, ' ');
  return [
    `    ${visible}`,
    `    ${indent}${'^'.repeat(Math.max(1, Math.min(width, visible.length - indent.length)))}`,
  ];
}

function wordLength(text: string): number {
  return /^[\w.-]+/.exec(text)?.[0].length ?? 1;
}

function harmless(line: string): string {
  return line.replace(/(?!\t)[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}
