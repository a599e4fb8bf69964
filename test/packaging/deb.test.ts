import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKOUT } from '../support/agent-process.ts';
import { startRig } from '../support/rig.ts';

const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
const BUILDER = join(CHECKOUT, 'config/packaging/deb.ts');
const LIB = 'usr/lib/replenish-agent';
const folder = mkdtempSync(join(tmpdir(), 'deb-test-'));
const tree = join(folder, 'tree');
let file = '';

function build(out: string): string {
  const words = ['--architecture', ARCHITECTURE, '--out', out, '--compression', 'none'];
  execFileSync(process.execPath, [BUILDER, ...words], {
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' },
  });
  return join(out, readdirSync(out)[0] ?? '');
}

beforeAll(() => {
  file = build(join(folder, 'one'));
  execFileSync('dpkg-deb', ['--raw-extract', file, tree]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sumsOf(deb: string): string {
  return execFileSync('dpkg-deb', ['--info', deb, 'md5sums'], { encoding: 'utf8' });
}

/** A program of the unpacked tree, on the runtime in it. */
function runInTree(...words: readonly string[]) {
  const program = join(tree, LIB, 'replenish-agent.mjs');
  const env = { PATH: '/usr/bin:/bin' };
  return spawnSync(join(tree, LIB, 'node'), [program, ...words], { encoding: 'utf8', env, cwd: folder });
}

test('the package has the same bytes each time', () => {
  const again = build(join(folder, 'two'));
  // First by file, which says what differs.
  expect(sumsOf(again)).toBe(sumsOf(file));
  expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
  rmSync(again);
});

test('everything is root’s and nobody else may write it; the sample is a conffile, and no configuration is there', () => {
  const lines = execFileSync('dpkg-deb', ['--contents', file], { encoding: 'utf8' }).trim().split('\n');
  expect(lines.filter((line) => !/^(?:drwxr-xr-x|-rw[x-]r-[x-]r-[x-]) root\/root /.test(line))).toEqual([]);
  expect(readFileSync(join(tree, 'DEBIAN/conffiles'), 'utf8')).toBe(
    '/etc/replenish-agent/agent.example.yaml\n',
  );
  expect(readdirSync(join(tree, 'etc/replenish-agent'))).toEqual(['agent.example.yaml']);
  for (const path of [
    'usr/bin/replenish-agent',
    'usr/lib/systemd/system/replenish-agent.service',
    'usr/lib/sysusers.d/replenish-agent.conf',
    'usr/lib/tmpfiles.d/replenish-agent.conf',
    'usr/lib/udev/rules.d/60-replenish-agent.rules',
    `${LIB}/agent.schema.json`,
    `${LIB}/dashboard/index.html`,
    'usr/share/doc/replenish-agent/asyncapi.yaml',
  ])
    expect(
      lines.some((line) => line.endsWith(`./${path}`)),
      path,
    ).toBe(true);
  expect(lines.filter((line) => /musl|linux-arm\b/.test(line))).toEqual([]);
});

test('every package that is named as shipped has a licence in the copyright file', () => {
  const doc = join(tree, 'usr/share/doc/replenish-agent');
  const { components } = JSON.parse(readFileSync(join(doc, 'sbom.cdx.json'), 'utf8'));
  const names: string[] = components.map(({ name }: { name: string }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      `@koromix/koffi-linux-${process.arch}`,
      '@serialport/bindings-cpp',
      'johnny-five',
      'mqtt',
      `node-linux-${process.arch}`,
      'undici',
      'valibot',
      'yaml',
    ]),
  );
  const copyright = readFileSync(join(doc, 'copyright'), 'utf8');
  const unnamed = components.filter(
    ({ name, version }: { name: string; version: string }) => !copyright.includes(`\n ${name} ${version} (`),
  );
  expect(unnamed).toEqual([]);
  expect(gunzipSync(readFileSync(join(doc, 'changelog.Debian.gz'))).toString()).toMatch(
    /^replenish-agent \(0\.1\.0-1\) stable; urgency=medium\n[\s\S]*2023 22:13:20 \+0000\n$/,
  );
});

test('the unpacked program says its version, and finds the sample good', () => {
  expect(runInTree('--version')).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' });
  const sample = join(tree, 'etc/replenish-agent/agent.example.yaml');
  expect(runInTree('check', '--config', sample)).toMatchObject({ status: 0 });
});

test('the unpacked service orders what runs low, and its GPIO part can be loaded', async () => {
  const floats = { driver: 'gpio', chip: 'no-such-chip', channels: { tank: { line: 1 } } };
  const rig = await startRig({ isHeldBack: true, config: { hardware: { floats } } });
  const lib = join(tree, LIB);
  rig.startAgent({
    launcher: ['sh', '-c', `shift; exec ${lib}/launch.pl ${lib}/node "$@"`, 'sh'],
    program: join(lib, 'replenish-agent.mjs'),
  });
  await rig.untilReported();
  await rig.stock('black');
  rig.show('black', 10);
  await rig.untilOutcomes('black', ['placed']);
  await rig.until('the chip is looked for', () => /no-such-chip/.test(rig.agent.stdout));
  expect(rig.agent.stdout).not.toMatch(/could not be loaded/);
});

test('the scripts are sound, and an older version refuses the state of a newer one', () => {
  for (const name of ['preinst', 'postinst', 'prerm', 'postrm'])
    expect(spawnSync('sh', ['-n', join(tree, 'DEBIAN', name)]).status, name).toBe(0);
  const state = join(folder, 'state.db');
  const preinst = readFileSync(join(tree, 'DEBIAN/preinst'), 'utf8').replace(/^state=.*/m, `state=${state}`);
  const known = Number(/^known=(\d+)$/m.exec(preinst)?.[1]);
  expect(known).toBeGreaterThan(0);
  const upgrade = (from: string, version: number) => {
    const header = Buffer.alloc(100);
    header.writeUInt32BE(version, 60);
    writeFileSync(state, header);
    return spawnSync('sh', ['-s', 'upgrade', from], { input: preinst, encoding: 'utf8' });
  };
  expect(upgrade('0.1.0-1', known + 1).status).toBe(0);
  expect(upgrade('9.0.0-1', known).status).toBe(0);
  expect(upgrade('9.0.0-1', known + 1)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('nothing was changed'),
  });
});

test('the wrapper hands all words on to the bundled runtime', () => {
  const root = join(folder, 'wrapped');
  mkdirSync(root);
  const script = readFileSync(join(tree, 'usr/bin/replenish-agent'), 'utf8').replace(
    /^lib=.*/m,
    `lib=${join(tree, LIB)}`,
  );
  const { status, stdout } = spawnSync('sh', ['-s', '--', '--version'], {
    input: script,
    encoding: 'utf8',
    cwd: root,
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '0.1.0\n' });
});
