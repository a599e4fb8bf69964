import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { missingPackages, planInstall, wrongRuntime } from './install-plan.ts';

/*
 * First step of `npm test`: the pinned runtime, and from Debian's archive what npm does not have.
 * Where everything is there already it says nothing and changes nothing.
 */

/** Debian keeps daemons where an ordinary user's PATH does not look. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

function has(program: string): boolean {
  return FOLDERS.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function hasSudo(): boolean {
  return has('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
}

function giveUp(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const lock = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
const mistake = wrongRuntime(process.version, `${process.platform}-${process.arch}`, lock);
if (mistake !== null) giveUp(mistake);

const isRoot = process.getuid?.() === 0;
const missing = missingPackages(has, existsSync);
const plan = planInstall({
  missing,
  hasAptGet: has('apt-get'),
  isRoot,
  hasSudo: missing.length > 0 && !isRoot && hasSudo(),
});
if (plan.kind === 'ask') giveUp(plan.sentence);
if (plan.kind === 'run') {
  const packages = missing.join(', ');
  process.stdout.write(`The tests need ${packages}: installing from the Debian archive.\n`);
  const [program, ...words] = plan.command;
  const { status } = spawnSync(program, words, { stdio: 'inherit' });
  if (status !== 0 || missingPackages(has, existsSync).length > 0)
    giveUp(
      `${packages} could not be installed; apt-get says above why. Install by hand, then run npm test again.`,
    );
}
