import type { LoadResult } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import type { Problem } from '../../config/problem.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** The file itself: how many mistakes or doubts, and the first of them; `check` has them all. */
export function configCheck(path: string, loaded: LoadResult): Check {
  const first = (problems: readonly Problem[]): string =>
    printProblems(problems.slice(0, 1), path, null)[0] ?? '';
  return {
    name: 'config',
    run: async ({ command }) => {
      const remedy = command('check');
      if (!loaded.ok) {
        const { length } = loaded.problems;
        const what = length === 1 ? 'has a mistake' : `has ${length} mistakes, the first`;
        return fail(`${path} ${what}: ${first(loaded.problems)}.`, remedy);
      }
      const { length } = loaded.warnings;
      const slots = counted(Object.keys(loaded.config.slots).length, 'slot');
      const connections = counted(Object.keys(loaded.config.hardware).length, 'connection');
      const good = `${path} is good: ${slots} on ${connections}`;
      if (length === 0) return ok(`${good}.`);
      return warn(`${good}, with ${counted(length, 'doubt')}, the first: ${first(loaded.warnings)}.`, remedy);
    },
  };
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
