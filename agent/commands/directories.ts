/** Where the state is when nobody says so: in the working directory. */
export const STATE_DIR_DEFAULT = './.replenish-agent';

/** systemd names several folders with colons between them. A variable that is set to nothing names none. */
export function firstDirectory(
  env: NodeJS.ProcessEnv,
  name: 'STATE_DIRECTORY' | 'RUNTIME_DIRECTORY',
): string | null {
  const first = env[name]?.split(':', 1)[0];
  return first === undefined || first === '' ? null : first;
}
