// Stands behind the guard, as text. The program follows it as a comment: V8 would parse a megabyte and a half at each
// start before the first line ran. Here it is compiled once, at the build, and taken from the cache beside this file.
// An unfit cache (another program, another V8, other flags, a damaged disk) costs a compilation and nothing else.
// Built-in modules are asked for, not imported: each import would make an ES module of all that it exports.
function launch() {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { Script } = process.getBuiltinModule('node:vm');
  const { hash } = process.getBuiltinModule('node:crypto');
  const { createRequire } = process.getBuiltinModule('node:module');
  const { dirname, filename, url } = import.meta;
  const bundle = readFileSync(filename);
  const program = bundle.latin1Slice(bundle.indexOf('\n/*') + 3, bundle.lastIndexOf('*/'));
  const source = program.replaceAll('*^/', '*/');
  const load = new Script(source, { filename, cachedData: readCache() }).runInThisContext();
  load(createRequire(url), dirname, filename, url);

  // V8 looks at versions, flags and lengths only. Whether it is this program's, and whole, is seen by the sums at its
  // front. Whoever could write a false one could write another program as well.
  function readCache() {
    try {
      const cache = readFileSync(filename.replace(/\.mjs$/, '.cache'));
      const compiled = cache.subarray(80);
      return cache.latin1Slice(0, 80) === hash('sha1', bundle) + hash('sha1', compiled)
        ? compiled
        : undefined;
    } catch {
      return undefined;
    }
  }
}
launch();
