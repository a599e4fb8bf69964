import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * `bench`: runs the workbench of a checkout as a program of its own. It is made of the project's test parts, which
 * do not ship, so it is started and never imported.
 */
export function bench(words: readonly string[]): Promise<number> {
  const workbench = ['../../test/workbench/main.ts', '../test/workbench/main.ts']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (workbench === undefined) {
    process.stderr.write(
      'bench runs from a checkout of the project only: clone it, then type npm ci && npm start.\n',
    );
    return Promise.resolve(1);
  }
  const child = spawn(process.execPath, [workbench, ...words], { stdio: 'inherit' });
  // Ctrl-C reaches the whole terminal group; this process only waits for the workbench to end.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
