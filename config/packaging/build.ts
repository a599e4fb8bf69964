import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/**
 * `npm run build`: the program as one file, dist/replenish-agent.mjs, and beside it the only things that can't be in
 * it: the prebuilt native parts of serialport for each Linux architecture, and of koffi for this one.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');

/** serialport looks for its native part above its own folder; in the bundle it lies beside it. */
const nativePartBesideBundle: Plugin = {
  name: 'native-part-beside-bundle',
  setup: (setup) => {
    setup.onLoad({ filter: /bindings-cpp\/dist\/serialport-bindings\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const moved = source.replace("join)(__dirname, '../')", 'join)(__dirname)');
      if (moved === source)
        throw new Error(`${path} has changed: say here where it looks for its native part now.`);
      return { contents: moved, loader: 'js' };
    });
  },
};

/** koffi looks for its native part among the installed packages; in the bundle it lies beside it. */
const koffiBesideBundle: Plugin = {
  name: 'koffi-beside-bundle',
  setup: (setup) => {
    setup.onLoad({ filter: /koffi\/src\/koffi\/src\/static\.js$/ }, ({ path }) => {
      if (!readFileSync(path, 'utf8').includes('function loadStatic(pkg)'))
        throw new Error(`${path} has changed: say here where it looks for its native part now.`);
      return {
        contents:
          "export const loadStatic = (part) => __createRequire(import.meta.url)('./prebuilds/koffi-' + part + '/index.js');",
        loader: 'js',
      };
    });
  },
};

/** An import would be looked up before any line runs; on an older Node the guard has to speak first. */
const sqliteAfterGuard: Plugin = {
  name: 'sqlite-after-guard',
  setup: (setup) => {
    setup.onResolve({ filter: /^node:sqlite$/ }, () => ({ path: 'sqlite', namespace: 'late' }));
    setup.onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      contents: "export const { DatabaseSync } = process.getBuiltinModule('node:sqlite');",
    }));
  },
};

/** Of undici only the pool ships: the rest of its main module (fetch, caches, mocks) would be loaded for nothing. */
const undiciPoolOnly: Plugin = {
  name: 'undici-pool-only',
  setup: (setup) => {
    setup.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'pool' }));
    setup.onLoad({ filter: /.*/, namespace: 'pool' }, () => ({
      contents: "export { default as Pool } from 'undici/lib/dispatcher/pool.js';",
      resolveDir: root,
    }));
  },
};

/** Johnny-Five is always handed its board: what it would look for one with stays out. */
const noSearchForBoards: Plugin = {
  name: 'no-search-for-boards',
  setup: (setup) => {
    setup.onResolve({ filter: /^(?:serialport|browser-serialport|firmata)$/ }, () => ({
      path: 'search',
      namespace: 'left-out',
    }));
    setup.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

const runtimeGuard = readFileSync(new URL('runtime-guard.mjs', import.meta.url), 'utf8').replaceAll(
  /^ *\/\/.*\n/gm,
  '',
);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const result = await build({
  entryPoints: [join(root, 'agent/main.ts')],
  outfile: join(dist, 'replenish-agent.mjs'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  legalComments: 'none',
  metafile: true,
  plugins: [nativePartBesideBundle, koffiBesideBundle, sqliteAfterGuard, undiciPoolOnly, noSearchForBoards],
  // Packages written as CommonJS ask for `require` and `__dirname`, which an ES module does not have.
  banner: {
    js: [
      '#!/usr/bin/env node',
      runtimeGuard,
      "import { createRequire as __createRequire } from 'node:module';",
      'const require = __createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;',
    ].join('\n'),
  },
});

// The first line of a configuration that `init` writes leads an editor here.
cpSync(join(root, 'config/agent.schema.json'), join(dist, 'agent.schema.json'));

const bindings = dirname(createRequire(import.meta.url).resolve('@serialport/bindings-cpp/package.json'));
for (const architecture of ['linux-x64', 'linux-arm64', 'linux-arm']) {
  cpSync(join(bindings, 'prebuilds', architecture), join(dist, 'prebuilds', architecture), {
    recursive: true,
  });
}
// npm installs koffi's native part for the processor of this machine only, with a choice between glibc and musl.
for (const architecture of ['linux-x64', 'linux-arm64']) {
  const part = join(root, 'node_modules/@koromix', `koffi-${architecture}`);
  if (existsSync(part)) cpSync(part, join(dist, 'prebuilds', `koffi-${architecture}`), { recursive: true });
}
const [outfile] = Object.keys(result.metafile.outputs);
const kilobytes = Math.round(statSync(join(dist, 'replenish-agent.mjs')).size / 1000);
process.stdout.write(
  `${outfile}: ${kilobytes} kB from ${Object.keys(result.metafile.inputs).length} files\n`,
);
