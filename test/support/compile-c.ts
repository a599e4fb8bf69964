import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { CHECKOUT } from './agent-process.ts';

/** Debian's small compiler first: it is what `npm test` installs where there is none. */
const COMPILERS = ['tcc', 'gcc', 'cc'];

/**
 * Compiles a C file of the checkout against the system's own headers; the result lives as long as the test.
 * @throws when there is no compiler, or no header files of the kernel: `npm test` installs both.
 */
export function compileC(source: string, kind: 'program' | 'preload'): string {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const output = join(folder, basename(source, '.c'));
  const words = [...(kind === 'preload' ? ['-shared', '-fPIC'] : []), '-o', output, join(CHECKOUT, source)];
  for (const compiler of COMPILERS) {
    const { error, status, stderr } = spawnSync(compiler, words, { encoding: 'utf8' });
    if (error !== undefined && 'code' in error && error.code === 'ENOENT') continue;
    if (status === 0) return output;
    throw new Error(`${compiler} could not compile ${source}: ${stderr}`);
  }
  throw new Error('There is no C compiler: sudo apt-get install tcc libc6-dev');
}
