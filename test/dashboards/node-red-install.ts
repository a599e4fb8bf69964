import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT } from '../support/agent-process.ts';

/** What is installed: locked, and apart from the project's own packages. */
const LOCKED = join(CHECKOUT, 'test', 'dashboards', 'node-red');
/** Where it is kept from one run to the next; git ignores it. */
const KEPT = join(CHECKOUT, '.node-red');

/**
 * Installs Node-RED and FlowFuse Dashboard, unless the very versions are there already. From the npm registry, without
 * running anything of theirs: 380 packages, 245 MB.
 *
 * @returns the program of Node-RED.
 */
export async function installNodeRed(): Promise<string> {
  const done = join(KEPT, 'installed-lock.json');
  const lock = join(LOCKED, 'package-lock.json');
  if (!existsSync(done) || readFileSync(done, 'utf8') !== readFileSync(lock, 'utf8')) {
    mkdirSync(KEPT, { recursive: true });
    for (const name of ['package.json', 'package-lock.json'])
      copyFileSync(join(LOCKED, name), join(KEPT, name));
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--omit=optional', '--prefer-offline'], {
      cwd: KEPT,
    });
    // Last, so that an installation that was cut short is done again.
    copyFileSync(lock, done);
  }
  return join(KEPT, 'node_modules', 'node-red', 'red.js');
}
