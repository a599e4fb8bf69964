import type { Source } from './source-tree.ts';

/** Each circle of imports, as the files in it in the order in which they import each other. */
export function cycles(sources: readonly Source[], withTypes: boolean): readonly string[] {
  const edges = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports.flatMap(({ target, isTypeOnly }) =>
        target.kind === 'file' && (withTypes || !isTypeOnly) ? [target.path] : [],
      ),
    ]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) found.push([...way.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...way, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return found;
}
