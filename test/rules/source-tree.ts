import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Import, importsOf, type Target, targetOf } from './imports.ts';
import { takeApart } from './source-text.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The folders of the project that hold source. */
const SOURCE_FOLDERS = ['agent', 'config', 'hardware', 'test'];

/** One TypeScript file, its path from the root with forward slashes. */
export type Source = {
  readonly path: string;
  readonly text: string;
  /** `text` with comments and the contents of strings blank. */
  readonly code: string;
  /** `text` with everything but comments blank. */
  readonly comments: string;
  readonly imports: readonly (Import & { readonly target: Target })[];
};

/** PURE. A file as the rules look at it. */
export function source(path: string, text: string): Source {
  const imports = importsOf(text).map((each) => ({ ...each, target: targetOf(path, each.specifier) }));
  return { path, text, ...takeApart(text), imports };
}

/** Every TypeScript file of the project. */
export function readSources(): readonly Source[] {
  return readTree()
    .filter((path) => path.endsWith('.ts'))
    .map((path) => source(path, readFileSync(join(ROOT, path), 'utf8')));
}

/** Every file and folder below the source folders. */
export function readTree(): readonly string[] {
  return SOURCE_FOLDERS.flatMap((folder) => [
    folder,
    ...readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}/${path}`,
    ),
  ]).toSorted();
}

/** A line of a source, in the form in which editors open it. */
export function place({ path }: Source, line: number): string {
  return `${path}:${line}`;
}
