import { lineOf } from './source-text.ts';
import { place, type Source } from './source-tree.ts';
import { TOP_LEVEL } from './top-level.ts';

/** Longer files do more than one thing; a table of cases may be longer than what it tests. */
const LINES_MAX = 250;
const TEST_LINES_MAX = 500;

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*$/;
const ANY = /(?<![.\w$'"])any\b(?!\s*(?:[(:?'"]|=>))/g;
const SILENCED = /@ts-(?:ignore|expect-error|nocheck)|biome-ignore|eslint-disable|(?:v8|c8|istanbul) ignore/g;
const LEFT_OUT =
  /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.(?:skip|only|todo|fails|skipIf|runIf)\b|\bcontext\.skip\b|\b(?:ctx|task)\.skip\(/g;
const DRAWERS = /(?:^|\/)(?:utils?|helpers?|common|misc|lib|index)(?:\.ts|\/|$)/;

export function longFiles(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    const most = path.endsWith('.test.ts') ? TEST_LINES_MAX : LINES_MAX;
    return lines <= most ? [] : [`${path} has ${lines} lines, ${most} are the most`];
  });
}

/** Names are kebab-case, say what is in them, and are no drawer for everything. */
export function badNames(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const name = path.split('/').at(-1) ?? '';
    if (!KEBAB.test(name)) return [`${path} is not kebab-case`];
    return DRAWERS.test(path) ? [`${path} does not say what is in it`] : [];
  });
}

/** Nothing is typed away, silenced, or left out of the tests. */
export function silenced(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) =>
    [
      { text: source.code, pattern: ANY },
      { text: source.comments, pattern: SILENCED },
      ...(source.path.startsWith('test/') ? [{ text: source.code, pattern: LEFT_OUT }] : []),
    ].flatMap(({ text, pattern }) =>
      [...text.matchAll(pattern)].map(
        ({ 0: found, index }) => `${place(source, lineOf(text, index))} has ${found}`,
      ),
    ),
  );
}

/** @param names what stands at the top of the repository. */
export function strangers(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => !name.startsWith('.') && !TOP_LEVEL.includes(name))
    .map((name) => `${name} does not belong at the top of the repository`);
}
