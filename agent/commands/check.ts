import { loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';

/** `check`: prints what is wrong with a configuration. Returns the exit code: 0, or 78 with a mistake. */
export function check(path: string, env: NodeJS.ProcessEnv): number {
  const loaded = loadConfig(path, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  if (loaded.warnings.length > 0)
    process.stderr.write(`${printProblems(loaded.warnings, path, loaded.text).join('\n')}\n`);
  if (!loaded.ok) {
    process.stderr.write(`${printProblems(loaded.problems, path, loaded.text).join('\n')}\n`);
    return 78;
  }
  const { slots, hardware } = loaded.config;
  const count = (things: object, word: string): string => {
    const { length } = Object.keys(things);
    return `${length} ${word}${length === 1 ? '' : 's'}`;
  };
  process.stdout.write(`${path} is good: ${count(slots, 'slot')} on ${count(hardware, 'connection')}.\n`);
  return 0;
}
