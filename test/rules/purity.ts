import { PURE_MODULES } from './layout.ts';
import { CLOCK_AND_CHANCE } from './places.ts';
import { PURE_FILES, PURE_FOLDERS } from './pure-files.ts';
import { lineOf } from './source-text.ts';
import { place, type Source } from './source-tree.ts';

/** Asking the world for the time, a number or a turn. `new Date(ms)` only writes a time that is at hand. */
const CLOCK =
  /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(|\bperformance\.|\bhrtime\b|\bTemporal\.Now\b/g;
const CHANCE = /\bMath\.random\b|\b(?:random(?:UUID|Bytes|Int)|getRandomValues)\s*\(/g;
const TIMER = /\b(?:set(?:Timeout|Interval|Immediate)|queueMicrotask)\s*\(/g;
const WORLD = /\b(?:process|console|globalThis|fetch)\b\s*[.(]|\b(?:async|await)\b(?!\s*:)/g;
const MODULE_STATE = /^(?:export\s+)?(?:let|var)\s+\w+/gm;

export function isPure(path: string): boolean {
  return PURE_FILES.includes(path) || PURE_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}

/**
 * PURE files import nothing but pure files, touch no clock, timer, chance, process or log, and never wait.
 * A type is erased before anything runs, so a type may come from anywhere in the project.
 */
export function impurities(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ path }) => isPure(path))
    .flatMap((source) => [
      ...impureImports(source),
      ...[CLOCK, CHANCE, TIMER, WORLD].flatMap((pattern) =>
        findings(source, pattern, (what) => `is pure and uses ${what}`),
      ),
    ]);
}

/** A docstring that calls a file pure is a promise: the file has to be on the list that the rule reads. */
export function unlistedPromises(sources: readonly Source[]): readonly string[] {
  return shippable(sources)
    .filter(({ path, comments }) => /\bPURE\b|(?<=\. )Pure\./.test(comments) && !isPure(path))
    .map(({ path }) => `${path} says that it is pure; name it in test/rules/layout.ts`);
}

/** Only the named files ask for the time, set timers or draw numbers; everything else that ships is handed them. */
export function strayClocks(sources: readonly Source[]): readonly string[] {
  return shippable(sources)
    .filter(({ path }) => !Object.hasOwn(CLOCK_AND_CHANCE, path) && !isPure(path))
    .flatMap((source) =>
      [CLOCK, /\bMath\.random\b/g, /\bset(?:Timeout|Interval|Immediate)\s*\(/g].flatMap((pattern) =>
        findings(source, pattern, (what) => `uses ${what}; it has to be handed a clock or a random()`),
      ),
    );
}

/** No variable outlives a call by being the module's. */
export function moduleState(sources: readonly Source[]): readonly string[] {
  return shippable(sources).flatMap((source) =>
    findings(source, MODULE_STATE, (what) => `keeps state in the module: ${what}`),
  );
}

function impureImports(source: Source): readonly string[] {
  return source.imports.flatMap(({ target, specifier, names, isTypeOnly, isDynamic, line }) => {
    const complaint = (why: string): string => `${place(source, line)} is pure and ${why}`;
    if (isDynamic) return [complaint('imports dynamically')];
    if (target.kind === 'file') {
      return isTypeOnly || isPure(target.path) ? [] : [complaint(`imports ${target.path}, which is not`)];
    }
    if (!Object.hasOwn(PURE_MODULES, specifier)) return [complaint(`imports ${specifier}`)];
    const allowed = PURE_MODULES[specifier] ?? [];
    if (allowed.length === 0) return [];
    if (names.length === 0) return [complaint(`imports the whole of ${specifier}`)];
    return names
      .filter((name) => !allowed.includes(name))
      .map((name) => complaint(`imports ${name} of ${specifier}`));
  });
}

function shippable(sources: readonly Source[]): readonly Source[] {
  return sources.filter(({ path }) => !path.startsWith('test/'));
}

function findings(source: Source, pattern: RegExp, say: (what: string) => string): readonly string[] {
  return [...source.code.matchAll(pattern)].map(
    ({ 0: found, index }) =>
      `${place(source, lineOf(source.code, index))} ${say(found.trim().replace(/\s*[.(]$/, ''))}`,
  );
}
