import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Every mode is said: the umask of whoever builds has no part in it. */
const FILE = 0o644;
export const PROGRAM = 0o755;

/** The files of a package under construction, by their absolute path on the device. */
export class DebFiles {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  write(path: string, content: string | Buffer, mode = FILE): void {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    chmodSync(target, mode);
  }

  copy(source: string, path: string, mode = FILE): void {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target);
    chmodSync(target, mode);
  }

  /** Each file of a folder, through all its folders, with the usual mode. */
  copyAll(source: string, path: string): void {
    for (const name of filesUnder(source)) this.copy(join(source, name), join(path, name));
  }

  /** Without name and date, which would differ each time. */
  compress(path: string, content: string | Buffer): void {
    this.write(path, gzipSync(content, { level: 9 }));
  }

  /** `DEBIAN/md5sums`: what `dpkg --verify` holds the files to. */
  sums(): string {
    return filesUnder(this.root)
      .filter((name) => !name.startsWith('DEBIAN/') && !name.startsWith('etc/'))
      .map(
        (name) =>
          `${createHash('md5')
            .update(readFileSync(join(this.root, name)))
            .digest('hex')}  ${name}\n`,
      )
      .join('');
  }

  /** In KiB, each file in whole ones (Debian policy 5.6.20). */
  installedKib(): number {
    return filesUnder(this.root)
      .map((name) => Math.ceil(readFileSync(join(this.root, name)).length / 1024))
      .reduce((sum, size) => sum + size, 0);
  }
}

/** Names from the folder on, sorted by code points. */
function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort((one, other) => (one < other ? -1 : 1));
}
