/** Where the package has the program; what people type there is a command of this name. */
const INSTALLED = '/usr/lib/replenish-agent/replenish-agent.mjs';

/**
 * A line on what to type here for the `replenish-agent` of all messages; null where that is a command. Pure.
 *
 * @param runtime path of the running Node.
 * @param program path of what it runs, `process.argv[1]`.
 */
export function nameHint(runtime: string, program: string): string | null {
  if (program.endsWith('.ts')) return hint('npm run -s agent --');
  if (program === INSTALLED || !program.endsWith('.mjs')) return null;
  return hint(`${runtime} ${program}`);
}

function hint(typed: string): string {
  return `(Here, for replenish-agent, type: ${typed})`;
}
