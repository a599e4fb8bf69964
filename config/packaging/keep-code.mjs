// node keep-code.mjs BUNDLE: writes what V8 makes of the bundle beside it, for a quicker start (see launcher.mjs).
// The service is run for a moment on a device with nothing around it, neither broker nor sensor: what V8 has compiled
// by then is what every start needs, and nothing else is kept. It fits this Node, its flags and this processor only,
// so that a package for several kinds of board makes it where it is installed.
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { crc32 } from 'node:zlib';

const RUN_MS = 1_000;
const LONELY = {
  device: { id: 'lonely' },
  mqtt: { url: 'mqtt://127.0.0.1:1' },
  replenish: { url: 'https://127.0.0.1:1', token: { source: 'mqtt' } },
  hardware: { sensor: { driver: 'lines', port: '/dev/null', pattern: '(?<value>\\d+)' } },
  slots: {
    slot: {
      slotId: 'slot',
      sensor: { from: 'sensor' },
      calibration: { empty: 0, full: 100 },
      valid: { min: 0, max: 100 },
    },
  },
};

const bundle = resolve(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'keep-code-'));
const config = join(folder, 'agent.yaml');
writeFileSync(config, JSON.stringify(LONELY));

/** Each pack of the program that was loaded, by its number, which the launcher puts behind the file's name. */
const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    scripts.set(options.filename.slice(options.filename.indexOf('#') + 1), this);
  }
};
process.on('exit', (code) => {
  if (code === 0) keep();
  rmSync(folder, { recursive: true });
});

/** A line that tells where what stands, of fixed length, and what V8 made of each pack. */
function keep() {
  const text = readFileSync(bundle, 'latin1');
  const [, program] = /^const PROGRAM_SUM = '(\w+)'/m.exec(text);
  const headBytes = Number(/^const HEAD_BYTES = (\d+)/m.exec(text)[1]);
  const parts = {};
  const compiled = [];
  let start = headBytes;
  for (const [pack, script] of scripts) {
    const code = script.createCachedData();
    parts[pack] = [start, code.length, crc32(code)];
    compiled.push(code);
    start += code.length;
  }
  const head = JSON.stringify({ program, parts }).padEnd(headBytes);
  if (head.length > headBytes)
    throw new Error(`${scripts.size} packs are more than the first line has room for.`);
  const path = bundle.replace(/\.mjs$/, '.cache');
  writeFileSync(`${path}.new`, Buffer.concat([Buffer.from(head), ...compiled]), { flush: true });
  renameSync(`${path}.new`, path);
}

setTimeout(() => process.kill(process.pid, 'SIGTERM'), RUN_MS);
process.argv = [process.execPath, bundle, 'run', '--config', config, '--state-dir', join(folder, 'state')];
await import(pathToFileURL(bundle).href);
