import type { Problem } from './problem.ts';

/** Spaces that look like one and are none to YAML: they come with text that is copied from a page or a chat. */
const ODD_INDENT = /^[ \t]*[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/;
/** What a word processor makes of a quotation mark. Only where a value begins: within a text they are at home. */
const ODD_QUOTE = /(?:: +|[[{,] *)(?<quote>[\u2018-\u201f])/g;
/** A file has at most so many of them that anybody wants to read of. */
const MOST_TOLD = 20;

/** PURE. Signs that make lines of YAML unreadable though they look right; nothing else is worth judging then. */
export function findOddSigns(text: string): readonly Problem[] {
  if (text.includes('\r') && !text.includes('\n')) {
    return [
      at(1, 1, 'the line ends are those of an old Macintosh: save the file with line ends of Unix (LF)'),
    ];
  }
  return linesOf(text)
    .flatMap((line, index) => {
      const odd = ODD_INDENT.exec(line);
      const message =
        'the line begins with a space of another kind, as copied from a page: type plain spaces';
      return odd === null || line.trim() === '' ? [] : [at(index + 1, odd[0].length, message)];
    })
    .slice(0, MOST_TOLD);
}

/** PURE. Quotation marks that are taken for a part of the value. */
export function findOddQuotes(text: string): readonly Problem[] {
  return linesOf(text)
    .flatMap((line, index) =>
      /^\s*#/.test(line)
        ? []
        : [...line.matchAll(ODD_QUOTE)].map((found) => {
            const column = found.index + found[0].length;
            return at(
              index + 1,
              column,
              'this quotation mark is taken for a part of the text: type " instead',
            );
          }),
    )
    .slice(0, MOST_TOLD);
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/);
}

function at(line: number, column: number, message: string): Problem {
  return { line, column, path: '', found: null, message };
}
