import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { PLUGINS } from './plugins.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the end of a comment is written as within the comment that holds the program. */
const COMMENT_END = '*^/';

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
    supported: { 'dynamic-import': false },
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
    banner: { js: '(function (require, __dirname, __filename, __url) { const module = {};' },
    footer: { js: '})' },
  });
  const program = result.outputFiles[0]?.text ?? '';
  if (program.includes(COMMENT_END)) throw new Error(`The program holds ${COMMENT_END}: choose other signs.`);
  const parts = [
    '#!/usr/bin/env node',
    textOf('runtime-guard.mjs'),
    textOf('launcher.mjs'),
    `/*${program.replaceAll('*/', COMMENT_END)}*/`,
  ];
  writeFileSync(outfile, `${parts.join('\n')}\n`);
  chmodSync(outfile, 0o755);
  return Object.keys(result.metafile.inputs);
}

/** Without its comments, which are for those who read the source. */
function textOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8').replaceAll(/^ *\/\/.*\n/gm, '');
}
