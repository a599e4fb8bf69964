import { posix } from 'node:path';
import { lineOf, takeApart } from './source-text.ts';

export type Import = {
  /** As written; `?` when a dynamic import computes it. */
  readonly specifier: string;
  /** Erased before the program runs: `import type`, `export type ... from`. */
  readonly isTypeOnly: boolean;
  readonly isDynamic: boolean;
  /** What is taken out of the module by name; empty when it is taken whole. */
  readonly names: readonly string[];
  readonly line: number;
};

const STATIC = /\b(?:import|export)\b([^'"`;()=]*)(?<quote>['"])( *)\k<quote>/g;
const DYNAMIC = /\bimport\s*\(\s*(?:(?<quote>['"`])( *)\k<quote>)?/g;

/** PURE. Every import of a source text, re-exports and dynamic ones among them. */
export function importsOf(text: string): readonly Import[] {
  const { code } = takeApart(text);
  const found: Import[] = [];
  for (const match of code.matchAll(STATIC)) {
    const clause = (match[1] ?? '').trim();
    if (clause !== '' && !/\bfrom$/.test(clause)) continue;
    const end = match.index + match[0].length - 1;
    const specifier = text.slice(end - (match[3] ?? '').length, end);
    const isTypeOnly = /^type\s+(?!from$)/.test(clause);
    found.push({ specifier, isTypeOnly, isDynamic: false, names: namesIn(clause), line: lineOf(text, end) });
  }
  for (const match of code.matchAll(DYNAMIC)) {
    const end = match.index + match[0].length - 1;
    const specifier = match[2] === undefined ? '?' : text.slice(end - match[2].length, end);
    found.push({ specifier, isTypeOnly: false, isDynamic: true, names: [], line: lineOf(text, end) });
  }
  return found.toSorted((a, b) => a.line - b.line);
}

function namesIn(clause: string): readonly string[] {
  const list = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
  return list
    .split(',')
    .map(
      (each) =>
        each
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/, 1)[0] ?? '',
    )
    .filter((name) => name !== '');
}

/** PURE. What a specifier leads to: a path below the root, a package, or a module of the runtime. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'runtime'; readonly name: string }
  | { readonly kind: 'computed' };

export function targetOf(importer: string, specifier: string): Target {
  if (specifier === '?' || specifier.trim() === '') return { kind: 'computed' };
  if (specifier.startsWith('node:')) return { kind: 'runtime', name: specifier };
  if (specifier.startsWith('.')) {
    return { kind: 'file', path: posix.normalize(posix.join(posix.dirname(importer), specifier)) };
  }
  const parts = specifier.split('/');
  return { kind: 'package', name: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') };
}
