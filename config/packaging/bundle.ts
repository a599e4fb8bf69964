import { hash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { PLUGINS } from './plugins.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** One file: the guard, the launcher, and the program as a comment. Returns the files it was made of, from the root. */
export async function buildBundle(outfile: string): Promise<readonly string[]> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['agent/main.ts'],
    bundle: true,
    platform: 'node',
    target: 'node24',
    // Whatever is not needed is not even asked for: `require` looks a module up when its line is reached.
    format: 'cjs',
    // Without templates, no line ends within the program: it has to fit into a comment of one line.
    supported: { 'dynamic-import': false, 'template-literal': false },
    define: {
      'import.meta.url': '__url',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      // undici's own sign for a build that leaves its second, experimental parser out.
      esbuildDetection: 'true',
    },
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    plugins: [...PLUGINS],
  });
  const body = result.outputFiles[0]?.text.trimEnd() ?? '';
  const lineEnd = /[\n\r\u2028\u2029]/.exec(body);
  if (lineEnd !== null)
    throw new Error(
      `The program has a line end, after ${body.slice(0, lineEnd.index).slice(-60)}: it must have none.`,
    );
  const program = `(function (require, __dirname, __filename, __url) { const module = {}; ${body} })`;
  const parts = [
    '#!/usr/bin/env node',
    textOf('runtime-guard.mjs'),
    `const PROGRAM_SUM = '${hash('sha1', program)}';`,
    textOf('launcher.mjs'),
    `function program() {//${program}\n}`,
  ];
  writeFileSync(outfile, `${parts.join('\n')}\n`);
  chmodSync(outfile, 0o755);
  return Object.keys(result.metafile.inputs);
}

/** Without its comments, which are for those who read the source. */
function textOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8').replaceAll(/^ *\/\/.*\n/gm, '');
}
