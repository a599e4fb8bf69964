import { type ChildProcess, execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mounts of its own, so that none is left behind; and for who is not root, root's part in them too. */
const APART =
  process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--map-auto', '--setuid=0', '--mount'];

const ENTER = `
mount --rbind /dev "$1/dev"
mount --rbind /proc "$1/proc"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive chroot "$@"`;

/** A small Debian on this kernel, without a running systemd: what a package finds when an image is made. */
export class DebianSystem {
  readonly folder = mkdtempSync(join(tmpdir(), 'debian-'));
  readonly root = join(this.folder, 'root');

  /** @param archive of `debianRoot`. */
  constructor(archive: string) {
    mkdirSync(this.root);
    const words = ['tar', '-xf', archive, '--exclude=./dev/*', '-C', this.root];
    execFileSync('unshare', [...APART, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** Runs a shell command in it to its end, as root. */
  run(command: string): SpawnSyncReturns<string> {
    return spawnSync('unshare', this.#words(['sh', '-c', command]), { encoding: 'utf8' });
  }

  /** Starts a shell command in it, as root; `exec` in it makes signals go where they should. */
  start(command: string): ChildProcess {
    return spawn('unshare', this.#words(['sh', '-c', command]), { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** Puts a file from outside into its /tmp. */
  bring(file: string, name: string): void {
    execFileSync('unshare', [...APART, 'cp', file, join(this.root, 'tmp', name)]);
  }

  clear(): void {
    execFileSync('unshare', [...APART, 'rm', '-rf', this.root]);
    rmdirSync(this.folder);
  }

  #words(command: readonly string[]): readonly string[] {
    return [...APART, 'sh', '-ec', ENTER, 'sh', this.root, ...command];
  }
}
