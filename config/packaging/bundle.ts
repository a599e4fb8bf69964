import { hash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { build, type Metafile, transform } from 'esbuild';
import { type Chunk, type Pack, packsOf } from './packs.ts';
import { PLUGINS } from './plugins.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a start of the service loads together, in the order in which it does, and then what every device uses. */
const LOADED_TOGETHER = [
  ['agent/main.ts', 'agent/commands/run.ts'],
  ['agent/commands/serve.ts'],
  ['hardware/serial/lines-source.ts'],
] as const;

/** Behind a CommonJS module that is imported lazily: the bundler gives it a default, where Node gives it its names, too. */
const NAMES_OF_COMMON_JS =
  ';module.exports={__proto__:null,...module.exports.default,default:module.exports.default,__esModule:true};';

/** Of the first line of the cache, which tells where each pack's code stands: 40 bytes a pack. */
const HEAD_BYTES = 2048;

/** One file: the guard, the launcher, and the program as comments. Returns the files it was made of, from the root. */
export async function buildBundle(outfile: string): Promise<readonly string[]> {
  const { chunks, inputs } = await buildChunks();
  const texts = packsOf(chunks, LOADED_TOGETHER).map(packText);
  const shelved = texts.map(({ text }, pack) => (pack < LOADED_TOGETHER.length ? text : pressed(text)));
  const places = texts.flatMap(({ names }, pack) => names.map((name) => [name, pack] as const));
  const parts = [
    '#!/usr/bin/env node',
    textOf('runtime-guard.mjs'),
    `const PROGRAM_SUM = '${hash('sha1', texts.map(({ text }) => text).join('\n'))}';`,
    `const MAIN = './main.js';`,
    `const HEAD_BYTES = ${HEAD_BYTES};`,
    `const PRESSED_FROM = ${LOADED_TOGETHER.length};`,
    `const PACK_OF = { __proto__: null, ${places.map(([name, pack]) => `'./${name}': ${pack}`).join(', ')} };`,
    textOf('launcher.mjs'),
    'function packs() {',
    `return [${shelved.map((text) => `function () {//${text}\n}`).join(',\n')}];`,
    '}',
  ];
  writeFileSync(outfile, `${parts.join('\n')}\n`);
  chmodSync(outfile, 0o755);
  return inputs;
}

/** The program in pieces: what is imported lazily is one of its own, and so is what several of these share. */
async function buildChunks(): Promise<{ chunks: readonly Chunk[]; inputs: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['agent/main.ts'],
    bundle: true,
    splitting: true,
    outdir: 'dist',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Without templates, no line ends within the program: it has to fit into comments of one line.
    supported: { 'template-literal': false },
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
  const chunks = outputFiles.map(({ path, text }) => chunkOf(path, text, metafile));
  return { chunks: await Promise.all(chunks), inputs: Object.keys(metafile.inputs) };
}

async function chunkOf(path: string, text: string, { inputs, outputs }: Metafile): Promise<Chunk> {
  const name = basename(path);
  const { imports = [], entryPoint = null } = outputs[`dist/${name}`] ?? {};
  const isCommonJs = entryPoint !== null && inputs[entryPoint]?.format === 'cjs';
  // Each chunk a function of `require` and `module`: as an ES module it would need the loader's help at each start.
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    supported: { 'dynamic-import': false, 'template-literal': false },
    minify: true,
    legalComments: 'none',
  });
  const needs = imports.filter(({ kind, external }) => kind === 'import-statement' && external !== true);
  return {
    name,
    text: `${code.trimEnd()}${isCommonJs ? NAMES_OF_COMMON_JS : ''}`,
    needs: needs.map((needed) => basename(needed.path)),
    entry: entryPoint,
  };
}

/** An object of functions, one for each chunk, on one line. */
function packText({ chunks }: Pack): { readonly names: readonly string[]; readonly text: string } {
  const members = chunks.map(({ name, text }) => {
    const lineEnd = /[\n\r\u2028\u2029]/.exec(text);
    if (lineEnd !== null)
      throw new Error(
        `The program has a line end, after ${text.slice(0, lineEnd.index).slice(-60)}: it must have none.`,
      );
    return `'./${name}': function (require, module, __dirname, __filename, __url) { ${text} }`;
  });
  return { names: chunks.map(({ name }) => name), text: `({ ${members.join(', ')} })` };
}

/** What is seldom asked for is not read through by V8 at each start: it is a quarter as long, and unpacked when needed. */
function pressed(text: string): string {
  return deflateRawSync(text, { level: 9 }).toString('base64');
}

/** Without its comments, which are for those who read the source. */
function textOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8').replaceAll(/^ *\/\/.*\n/gm, '');
}
