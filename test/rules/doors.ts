import { DIRECTIONS, DOORS, STAGES } from './layout.ts';
import { ENTRIES } from './places.ts';
import { place, type Source } from './source-tree.ts';

/** One door per foreign package: nobody else imports it, not even its types. */
export function openDoors(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) =>
    source.imports.flatMap(({ target, specifier, line }) => {
      if (target.kind !== 'package' && target.kind !== 'runtime') return [];
      const doors = DOORS[specifier] ?? DOORS[target.name];
      if (doors === undefined) {
        const isFree = target.kind === 'runtime' || source.path.startsWith('test/');
        return isFree ? [] : [`${place(source, line)} imports ${specifier}, which has no door`];
      }
      // Tests look from outside, with any client they like; koffi alone stays in one place there too.
      if (source.path.startsWith('test/') && !doors.some((door) => door.startsWith('test/'))) return [];
      const isDoor = doors.some(
        (door) => source.path === door || (door.endsWith('/') && source.path.startsWith(door)),
      );
      return isDoor
        ? []
        : [`${place(source, line)} imports ${specifier}; its door is ${doors.join(', ') || 'closed'}`];
    }),
  );
}

/** Imports go one way: between the top folders, and within agent/ along the flow. */
export function wrongWays(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) =>
    source.imports.flatMap(({ target, line }) => {
      if (target.kind === 'computed') return [`${place(source, line)} imports what only the run will tell`];
      if (target.kind !== 'file') return [];
      const wrong = `${place(source, line)} imports ${target.path}, against the flow`;
      const [from = '', to = ''] = [source.path, target.path].map((path) => path.split('/', 1)[0]);
      if (to !== target.path && DIRECTIONS[from]?.includes(to) !== true) return [wrong];
      const [stage, other] = [stageOf(source.path), stageOf(target.path)];
      if (stage === null || from !== to || !from.startsWith('agent')) return [];
      if (other === null) return target.path.startsWith('agent/') ? [wrong] : [];
      return stage === other || STAGES[stage]?.includes(other) === true ? [] : [wrong];
    }),
  );
}

/** Everything that a program reaches, itself included; `path` of each. */
export function reached(sources: readonly Source[], entries: readonly string[]): ReadonlySet<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { target } of byPath.get(path)?.imports ?? [])
      if (target.kind === 'file') open.push(target.path);
  }
  return seen;
}

/** What no program reaches is dead, and has to go. */
export function unreached(sources: readonly Source[]): readonly string[] {
  const alive = reached(sources, ENTRIES);
  return (
    sources
      // Declarations describe modules that others import; no import leads to them.
      .filter(({ path }) => !path.startsWith('test/') && !path.endsWith('.d.ts') && !alive.has(path))
      .map(({ path }) => `${path} is reached by no program`)
  );
}

/** The stage of the flow that a file of agent/ belongs to; null for those above the stages and outside. */
function stageOf(path: string): string | null {
  const [root, stage = ''] = path.split('/');
  return root === 'agent' && Object.hasOwn(STAGES, stage) ? stage : null;
}
