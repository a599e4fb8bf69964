import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

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
        // Under another name: what stands beside the bundle is nothing to be bundled.
        contents:
          "const load = require; export const loadStatic = (part) => load('./prebuilds/koffi-' + part + '/index.js');",
        loader: 'js',
      };
    });
  },
};

/** What stands in for parts of packages that the agent never uses, by the name under which they are asked for. */
const STAND_INS: Readonly<Record<string, string>> = {
  // The pool alone: the rest of the main module (fetch, caches, mocks) would be loaded for nothing.
  undici: "export { default as Pool } from 'undici/lib/dispatcher/pool.js';",
  // HTTP/2 is off.
  './client-h2.js': 'module.exports = () => { throw new Error("HTTP/2 is not part of this program."); };',
  // The class alone: the main module loads every transport that it knows.
  mqtt: "export { default as MqttClient } from 'mqtt/lib/client';",
  // Node's own streams are the same and there already.
  'readable-stream': "module.exports = require('node:stream');",
  // Both libraries tell what they do by `debug`, for their authors.
  debug: 'module.exports = () => Object.assign(() => {}, { enabled: false, extend: () => () => {} });',
  // Only in browsers.
  'worker-timers': 'module.exports = {};',
  // The log is written by this thread, to a descriptor that is one.
  'thread-stream': 'module.exports = class {};',
  worker_threads: 'module.exports = { isMainThread: true };',
};

const standIns: Plugin = {
  name: 'stand-ins',
  setup: (setup) => {
    const names = Object.keys(STAND_INS).map((name) => name.replaceAll(/[./]/g, '\\$&'));
    setup.onResolve({ filter: new RegExp(`^(?:${names.join('|')})$`) }, ({ path }) => ({
      path,
      namespace: 'stand-in',
    }));
    setup.onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({
      contents: STAND_INS[path] ?? '',
      resolveDir: root,
    }));
  },
};

/**
 * Functions of heavy built-in modules, which are loaded by the first call of one of them: a start greets the broker without
 * cryptography where nothing asks for it.
 */
const LOADED_LATE: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['createHash', 'randomBytes', 'randomUUID'],
  'node:tls': ['connect'],
  'node:v8': ['setFlagsFromString'],
};

/** Whoever needs a class of theirs, and not a function, imports them as they are. */
const NEEDS_CLASSES = /[/]agent[/]doctor[/]/;

const heavyPartsLate: Plugin = {
  name: 'heavy-parts-late',
  setup: (setup) => {
    const names = Object.keys(LOADED_LATE).join('|');
    setup.onResolve({ filter: new RegExp(`^(?:${names})$`) }, ({ path, kind, importer }) =>
      kind === 'import-statement' && !NEEDS_CLASSES.test(importer) ? { path, namespace: 'late' } : undefined,
    );
    setup.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: (LOADED_LATE[path] ?? [])
        .map(
          (name) =>
            `export const ${name} = (...words) => process.getBuiltinModule('${path}').${name}(...words);`,
        )
        .join('\n'),
    }));
  },
};

/** A cache that mqtt keeps topics in looks for the best clock there is, which would load a module; it never asks it. */
const noClockInCache: Plugin = {
  name: 'no-clock-in-cache',
  setup: (setup) => {
    setup.onLoad({ filter: /\/lru-cache\/dist\/.*\.(?:c|m)?js$/ }, ({ path }) => ({
      contents: `var performance;\n${readFileSync(path, 'utf8')}`,
      loader: 'js',
    }));
  },
};

/** The log's writer asserts one thing, of its own; `assert` would be loaded at each start for it. */
const noAssertInLog: Plugin = {
  name: 'no-assert-in-log',
  setup: (setup) => {
    setup.onResolve({ filter: /^(?:node:)?assert$/ }, ({ importer }) =>
      importer.endsWith('/sonic-boom/index.js') ? { path: 'assert', namespace: 'no-assert' } : undefined,
    );
    setup.onLoad({ filter: /.*/, namespace: 'no-assert' }, () => ({
      contents: 'module.exports = (truth, message) => { if (!truth) throw new Error(message); };',
      loader: 'js',
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

export const PLUGINS: readonly Plugin[] = [
  nativePartBesideBundle,
  koffiBesideBundle,
  standIns,
  noAssertInLog,
  heavyPartsLate,
  noClockInCache,
  noSearchForBoards,
];
