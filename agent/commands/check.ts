import { type LoadResult, loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';

/**
 * `check`: prints what is wrong with a configuration, and what is allowed but hardly meant. Returns the exit code: 0, or
 * 78 with a mistake; warnings alone do not change it.
 */
export function check(
  { config: path, isJson }: { readonly config: string; readonly isJson: boolean },
  env: NodeJS.ProcessEnv,
): number {
  const loaded = loadConfig(path, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  if (isJson) process.stdout.write(`${JSON.stringify(asData(path, loaded))}\n`);
  else printForPeople(path, loaded);
  return loaded.ok ? 0 : 78;
}

/** For tools, as the README documents it. */
function asData(file: string, loaded: LoadResult): object {
  const { ok, warnings } = loaded;
  const counts = loaded.ok
    ? { slots: Object.keys(loaded.config.slots), hardware: Object.keys(loaded.config.hardware) }
    : { slots: null, hardware: null };
  return { file, ok, mistakes: loaded.ok ? [] : loaded.problems, warnings, ...counts };
}

function printForPeople(path: string, loaded: LoadResult): void {
  const { warnings, text } = loaded;
  const marked = warnings.map((warning) => ({ ...warning, message: `warning: ${warning.message}` }));
  const lines = printProblems([...marked, ...(loaded.ok ? [] : loaded.problems)], path, text);
  if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
  if (!loaded.ok) return;
  const { slots, hardware } = loaded.config;
  const count = (things: object, word: string): string => {
    const { length } = Object.keys(things);
    return `${length} ${word}${length === 1 ? '' : 's'}`;
  };
  process.stdout.write(`${path} is good: ${count(slots, 'slot')} on ${count(hardware, 'connection')}.\n`);
}
