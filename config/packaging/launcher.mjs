// Stands behind the guard, as text. The program follows it as a comment within a function: V8 would parse a megabyte and
// a half at each start before the first line ran. Here it is compiled once, at the build, and taken from the cache
// beside this file. What a function says as text is a view of this file's own text, so that it is in memory once.
// An unfit cache (another program, another V8, other flags, a damaged disk) costs a compilation and nothing else.
// Built-in modules are asked for, not imported: each import would make an ES module of all that it exports.
function launch() {
  const builtIn = process.getBuiltinModule;
  const { readFileSync } = builtIn('node:fs');
  const { Script } = builtIn('node:vm');
  const { hash } = builtIn('node:crypto');
  const { dirname, filename, url } = import.meta;
  const text = program.toString();
  const source = text.slice(text.indexOf('//') + 2, text.lastIndexOf('\n'));
  const load = new Script(source, { filename, cachedData: readCache() }).runInThisContext();
  load(require, dirname, filename, url);

  function require(name) {
    return builtIn(name) ?? builtIn('node:module').createRequire(url)(name);
  }

  // V8 looks at versions, flags and lengths only. Whether it is this program's, and whole, is seen by the sums at its
  // front. Whoever could write a false one could write another program as well.
  function readCache() {
    try {
      const cache = readFileSync(filename.replace(/\.mjs$/, '.cache'));
      const compiled = cache.subarray(80);
      return cache.latin1Slice(0, 80) === PROGRAM_SUM + hash('sha1', compiled) ? compiled : undefined;
    } catch {
      return undefined;
    }
  }
}
launch();
