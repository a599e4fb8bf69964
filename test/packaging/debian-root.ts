import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT } from '../support/agent-process.ts';

/** Where systems are kept from one run to the next; git ignores it. */
const KEPT = join(CHECKOUT, '.debian-root');

/** The oldest release that the package is for. */
const RELEASE = 'bookworm';

/** What is in nobody's way and takes time to unpack. */
const LEFT_OUT = ['doc', 'info', 'locale', 'man'].map(
  (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
);

/**
 * As an archive: a small Debian with nothing but what the package depends on and what every Debian has; and for a
 * foreign processor its libraries alone. Made once, from Debian's archive, in half a minute.
 *
 * @throws with what mmdebstrap says, when the archive is out of reach.
 */
export async function debianRoot(kind: 'installed' | 'arm64-libraries'): Promise<string> {
  const archive = join(KEPT, `${RELEASE}-${kind}.tar`);
  if (existsSync(archive)) return archive;
  mkdirSync(KEPT, { recursive: true });
  const what =
    kind === 'installed'
      ? ['--variant=essential', '--include=init-system-helpers,libgcc-s1,libstdc++6,systemd']
      : ['--variant=extract', '--architectures=arm64', '--include=libc6,libgcc-s1,libstdc++6'];
  const apt = ['--aptopt=Acquire::Languages "none"', '--aptopt=Acquire::Retries "3"'];
  const words = ['--quiet', '--format=tar', ...apt, ...what, ...LEFT_OUT];
  const fresh = `${archive}.${process.pid}`;
  await promisify(execFile)('mmdebstrap', [...words, RELEASE, fresh]);
  renameSync(fresh, archive);
  return archive;
}
