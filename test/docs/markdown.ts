import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../rules/source-tree.ts';

export type CodeBlock = {
  readonly language: string;
  readonly text: string;
  /** What an HTML comment right above says about it; empty without one. */
  readonly note: string;
};

/** A text file of the project, by its path from the root. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** PURE. The rows of the table whose first column has this heading, without that heading; `\|` is a sign in a cell. */
export function table(text: string, heading: string): readonly (readonly string[])[] {
  const lines = withoutCode(text).split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  if (start < 0) return [];
  const after = lines.slice(start + 2);
  const end = after.findIndex((line) => !line.startsWith('|'));
  return after.slice(0, end < 0 ? after.length : end).map(cells);
}

/** PURE. The words in backticks in a cell. */
export function codeIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

/** PURE. Every fenced block, in order. */
export function codeBlocks(text: string): readonly CodeBlock[] {
  return [...text.matchAll(/(?:<!-- ([^>]*?) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    note: match[1] ?? '',
    language: match[2] ?? '',
    text: match[3] ?? '',
  }));
}

/** PURE. Where the links and pictures of a text lead, code left out. */
export function links(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
}

/** PURE. The names under which headings can be linked to, as GitHub makes them. */
export function anchors(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function cells(line: string): readonly string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}
