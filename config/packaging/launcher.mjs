// Stands behind the guard, as text. The program follows it as comments within functions, a pack of chunks each: V8 would
// parse a megabyte and a half at each start before the first line ran. What every start needs stands there as it is, the
// rest pressed. Here a pack is compiled once, at the build, and taken from the cache beside this file when something of
// it is asked for. What a function says as text is a view of the file's own text, so that it is in memory once. An unfit
// cache (another program, another V8, other flags, a damaged disk) costs a compilation and nothing else.
// Built-in modules are asked for, not imported: each import would make an ES module of all that it exports.
function launch() {
  const builtIn = process.getBuiltinModule;
  const { closeSync, openSync, readSync } = builtIn('node:fs');
  const { Script } = builtIn('node:vm');
  const { dirname, filename, url } = import.meta;
  const texts = packs();
  const opened = [];
  const modules = Object.create(null);
  require(MAIN);

  function require(name) {
    const known = modules[name];
    if (known !== undefined) return known;
    const pack = PACK_OF[name];
    if (pack === undefined) return builtIn(name) ?? builtIn('node:module').createRequire(url)(name);
    opened[pack] ??= open(pack);
    const module = { exports: {} };
    opened[pack][name](require, module, dirname, filename, url);
    // What a chunk exports does not change any more: a plain value is read sooner than by the bundler's getter.
    modules[name] = { ...module.exports, __esModule: true };
    return modules[name];
  }

  function open(pack) {
    const text = texts[pack].toString();
    const shelved = text.slice(text.indexOf('//') + 2, text.lastIndexOf('\n'));
    const source = pack < PRESSED_FROM ? shelved : unpressed(shelved);
    const script = new Script(source, { filename: `${filename}#${pack}`, cachedData: kept(pack) });
    return script.runInThisContext();
  }

  function unpressed(shelved) {
    return builtIn('node:zlib').inflateRawSync(Buffer.from(shelved, 'base64')).toString();
  }

  // V8 looks at versions, flags and lengths only. Whether it is this program's, and whole, is seen by the sums in the
  // first line. Whoever could write a false one could write another program as well.
  function kept(pack) {
    let file;
    try {
      file = openSync(filename.replace(/\.mjs$/, '.cache'));
      const head = Buffer.allocUnsafe(HEAD_BYTES);
      readSync(file, head, 0, HEAD_BYTES, 0);
      const { program, parts } = JSON.parse(head.latin1Slice());
      const [start, length, sum] = parts[pack];
      if (program !== PROGRAM_SUM) return undefined;
      const compiled = Buffer.allocUnsafeSlow(length);
      readSync(file, compiled, 0, length, start);
      return builtIn('node:zlib').crc32(compiled) === sum ? compiled : undefined;
    } catch {
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }
}
launch();
