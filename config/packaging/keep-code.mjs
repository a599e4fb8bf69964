// node keep-code.mjs BUNDLE: writes what V8 makes of the bundle beside it, for a quicker start (see launcher.mjs).
// The service is run for a moment on a device with nothing around it, neither broker nor sensor: what V8 has compiled
// by then is what every start needs, and nothing else is kept. It fits this Node, its flags and this processor only,
// so that a package for several kinds of board makes it where it is installed.
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';

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

vm.Script = class extends vm.Script {
  constructor(...words) {
    super(...words);
    process.on('exit', (code) => {
      if (code === 0) keep(this.createCachedData());
      rmSync(folder, { recursive: true });
    });
  }
};

function keep(compiled) {
  const [, sum] = /^const PROGRAM_SUM = '(\w+)'/m.exec(readFileSync(bundle, 'latin1'));
  const sums = sum + hash('sha1', compiled);
  const path = bundle.replace(/\.mjs$/, '.cache');
  writeFileSync(`${path}.new`, Buffer.concat([Buffer.from(sums), compiled]));
  renameSync(`${path}.new`, path);
}

setTimeout(() => process.kill(process.pid, 'SIGTERM'), RUN_MS);
process.argv = [process.execPath, bundle, 'run', '--config', config, '--state-dir', join(folder, 'state')];
await import(pathToFileURL(bundle).href);
