import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBundle } from './bundle.ts';
import { DebFiles, PROGRAM } from './deb-files.ts';
import { changelogText, controlText, copyrightText, type DebFacts, debVersion } from './deb-text.ts';
import { licenceList } from './licences.ts';
import { lockedPackage } from './locked-package.ts';
import { buildPage } from './page.ts';
import { sbomText } from './sbom.ts';
import { type Lock, type ShippedPackage, shippedPackages } from './shipped.ts';

/** A processor, as Debian and as Node and its packages call it. */
export type Target = { readonly architecture: 'amd64' | 'arm64'; readonly node: 'x64' | 'arm64' };

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CONFIG = join(ROOT, 'config');
const PARTS = fileURLToPath(new URL('debian/', import.meta.url));
const SERIALPORT = 'node_modules/@serialport/bindings-cpp';

/** Where things go on the device. */
const LIB = 'usr/lib/replenish-agent';
const DOC = 'usr/share/doc/replenish-agent';

export type Tree = { readonly folder: string; readonly version: string };

/**
 * Lays out the package for one processor, ready for dpkg-deb.
 *
 * @param scratch an empty folder, for the tree and for what is fetched.
 * @throws when a part is not what the lock file and runtime-sums.json name.
 */
export async function layOut(target: Target, builtAtS: number, scratch: string): Promise<Tree> {
  const files = new DebFiles(join(scratch, 'tree'));
  const lock: Lock = JSON.parse(textAt('package-lock.json'));
  const { version, description, homepage = null, license } = JSON.parse(textAt('package.json'));
  mkdirSync(join(files.root, LIB), { recursive: true });

  const inputs = [
    ...(await buildBundle(join(files.root, LIB, 'replenish-agent.mjs'))),
    ...(await buildPage(join(files.root, LIB, 'dashboard'))),
    `${SERIALPORT}/package.json`,
  ];
  const native = addNativeParts(files, target, lock, scratch);
  const folders = new Map(native.map(({ shipped, folder }) => [shipped.folder, folder]));
  const shipped = [...shippedPackages(inputs, lock), ...native.map((part) => part.shipped)];
  const folderOf = (of: ShippedPackage): string => folders.get(of.folder) ?? join(ROOT, of.folder);

  addSystemParts(files);
  files.write(
    `${DOC}/sbom.cdx.json`,
    sbomText({ name: 'replenish-agent', version, licence: license }, shipped),
  );
  files.write(`${DOC}/copyright`, copyrightText(shipped));
  files.compress(`${DOC}/licences.gz`, licenceList(shipped, folderOf));
  files.copy(join(CONFIG, 'asyncapi.yaml'), `${DOC}/asyncapi.yaml`);
  files.compress(`${DOC}/changelog.gz`, textAt('CHANGELOG.md'));
  files.compress(`${DOC}/README.md.gz`, textAt('README.md'));

  const facts = { version, description, homepage, architecture: target.architecture, builtAtS };
  const stateVersion = countMigrations();
  addVersions(files, version, stateVersion);
  addControl(files, facts, stateVersion);
  return { folder: files.root, version: debVersion(version) };
}

function textAt(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The runtime, and what can't be in the bundle: for this processor, and for glibc, which is Debian's. */
function addNativeParts(files: DebFiles, { node }: Target, lock: Lock, scratch: string) {
  const runtime = lockedPackage(ROOT, `node-linux-${node}`, lock, scratch);
  const program = join(runtime.folder, 'bin/node');
  const sum = createHash('sha256').update(readFileSync(program)).digest('hex');
  const sums = JSON.parse(readFileSync(new URL('runtime-sums.json', import.meta.url), 'utf8'));
  if (sums[runtime.shipped.version]?.[node] !== sum)
    throw new Error(
      `The runtime for ${node} has the SHA-256 ${sum}, and runtime-sums.json does not name it for ${runtime.shipped.version}.`,
    );
  files.copy(program, `${LIB}/node`, PROGRAM);

  const koffi = lockedPackage(ROOT, `@koromix/koffi-linux-${node}`, lock, scratch);
  const koffiFolder = `${LIB}/prebuilds/koffi-linux-${node}`;
  for (const name of ['index.js', 'package.json', `linux_${node}/koffi.node`])
    files.copy(join(koffi.folder, name), `${koffiFolder}/${name}`);
  const prebuilds = join(ROOT, SERIALPORT, 'prebuilds', `linux-${node}`);
  for (const name of readdirSync(prebuilds).filter((part) => part.includes('.glibc.')))
    files.copy(join(prebuilds, name), `${LIB}/prebuilds/linux-${node}/${name}`);
  return [runtime, koffi];
}

/** What ties the program to the system. */
function addSystemParts(files: DebFiles): void {
  files.copy(join(PARTS, 'replenish-agent.sh'), 'usr/bin/replenish-agent', PROGRAM);
  files.copy(join(PARTS, 'await-answers.sh'), `${LIB}/await-answers`, PROGRAM);
  files.copy(join(PARTS, 'keep-code.sh'), `${LIB}/keep-code`, PROGRAM);
  files.copy(join(CONFIG, 'packaging/keep-code.mjs'), `${LIB}/keep-code.mjs`);
  files.copy(join(CONFIG, 'packaging/launch.pl'), `${LIB}/launch.pl`, PROGRAM);
  files.copy(join(CONFIG, 'agent.schema.json'), `${LIB}/agent.schema.json`);
  files.copy(join(CONFIG, 'replenish-agent.service'), 'usr/lib/systemd/system/replenish-agent.service');
  files.copy(join(PARTS, 'sysusers.conf'), 'usr/lib/sysusers.d/replenish-agent.conf');
  files.copy(join(PARTS, 'tmpfiles.conf'), 'usr/lib/tmpfiles.d/replenish-agent.conf');
  files.copy(join(PARTS, 'udev.rules'), 'usr/lib/udev/rules.d/60-replenish-agent.rules');
  files.copy(join(PARTS, 'lintian-overrides'), 'usr/share/lintian/overrides/replenish-agent');
  files.copy(join(CONFIG, 'agent.example.yaml'), 'etc/replenish-agent/agent.example.yaml');
  const manual = join(CONFIG, 'packaging/man/replenish-agent.1');
  if (existsSync(manual)) files.compress('usr/share/man/man1/replenish-agent.1.gz', readFileSync(manual));
  files.compress(
    'usr/share/man/man8/replenish-agent-rollback.8.gz',
    readFileSync(join(CONFIG, 'packaging/man/replenish-agent-rollback.8')),
  );
  const completion = join(CONFIG, 'packaging/completion/replenish-agent.bash');
  if (existsSync(completion)) files.copy(completion, 'usr/share/bash-completion/completions/replenish-agent');
  files.copy(
    join(CONFIG, 'packaging/completion/replenish-agent.zsh'),
    'usr/share/zsh/vendor-completions/_replenish-agent',
  );
}

/** How many steps the state of this program has; asked of the program itself, which nothing here may import. */
const COUNT_MIGRATIONS =
  "import { MIGRATIONS } from './agent/store/migrations.ts'; process.stdout.write(String(MIGRATIONS.length));";

function countMigrations(): string {
  const words = ['--input-type=module', '-e', COUNT_MIGRATIONS];
  return execFileSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' });
}

/** What decides whether one version may take the place of another. */
function addVersions(files: DebFiles, version: string, stateVersion: string): void {
  files.write(`${LIB}/state-version`, `${stateVersion}\n`);
  const script = readFileSync(join(PARTS, 'rollback.sh'), 'utf8').replaceAll(
    '@VERSION@',
    debVersion(version),
  );
  files.write('usr/sbin/replenish-agent-rollback', script, PROGRAM);
}

function addControl(files: DebFiles, facts: Omit<DebFacts, 'installedKib'>, stateVersion: string): void {
  files.compress(`${DOC}/changelog.Debian.gz`, changelogText({ ...facts, installedKib: 0 }));
  files.write('DEBIAN/control', controlText({ ...facts, installedKib: files.installedKib() }));
  files.write('DEBIAN/conffiles', '/etc/replenish-agent/agent.example.yaml\n');
  files.write('DEBIAN/md5sums', files.sums());
  for (const name of ['preinst', 'postinst', 'prerm', 'postrm']) {
    const script = readFileSync(join(PARTS, name), 'utf8')
      .replaceAll('@VERSION@', debVersion(facts.version))
      .replaceAll('@STATE_VERSION@', stateVersion);
    files.write(`DEBIAN/${name}`, script, PROGRAM);
  }
}
