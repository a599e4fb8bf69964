import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { layOut, type Target } from './deb-tree.ts';

/**
 * `npm run deb`: packages for Debian from a clean checkout, one for each processor; the same bytes each time for the
 * same commit.
 *
 *     npm run deb -- [--architecture amd64] [--out DIR] [--compression none]
 */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TARGETS: readonly Target[] = [
  { architecture: 'amd64', node: 'x64' },
  { architecture: 'arm64', node: 'arm64' },
];
const FOLDER = 0o755;

const { values } = parseArgs({
  options: {
    architecture: { type: 'string' },
    out: { type: 'string', default: join(ROOT, 'dist') },
    compression: { type: 'string', default: 'xz' },
  },
});
const targets = TARGETS.filter(
  ({ architecture }) => values.architecture === undefined || values.architecture === architecture,
);
if (targets.length === 0) {
  process.stderr.write(
    `--architecture is ${TARGETS.map(({ architecture }) => architecture).join(' or ')}.\n`,
  );
  process.exit(2);
}
for (const target of targets) await build(target, resolve(values.out), builtAtS(), values.compression);

/** When the commit was made, so that it does not matter when the package is; https://reproducible-builds.org/specs/source-date-epoch/ */
function builtAtS(): number {
  const told = process.env['SOURCE_DATE_EPOCH'];
  if (told !== undefined && /^\d{1,12}$/.test(told)) return Number(told);
  return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' }));
}

async function build(target: Target, out: string, atS: number, compression: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'deb-'));
  try {
    const { folder, version } = await layOut(target, atS, scratch);
    settle(folder, atS);
    mkdirSync(out, { recursive: true });
    const file = join(out, `replenish-agent_${version}_${target.architecture}.deb`);
    execFileSync(
      'dpkg-deb',
      // One thread: where several share the work, their number shows in the bytes.
      ['--root-owner-group', '--threads-max=1', `-Z${compression}`, '--build', folder, file],
      {
        env: { PATH: process.env['PATH'], SOURCE_DATE_EPOCH: String(atS) },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
    process.stdout.write(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB, SHA-256 ${sum}\n`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Folders with their usual mode, and everything with the one date. */
function settle(folder: string, atS: number): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, FOLDER);
    utimesSync(path, atS, atS);
  }
  chmodSync(folder, FOLDER);
  utimesSync(folder, atS, atS);
}
