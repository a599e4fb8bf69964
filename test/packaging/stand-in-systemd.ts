import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebianSystem } from './debian-system.ts';

/** By which exit code each version ends at its start; 0 becomes ready. */
export type Ends = {
  readonly installed: number;
  readonly kept: number;
  /** What runs when the installed version is to take over; default ready. */
  readonly running?: number;
  /** Whether nothing may be restarted here (policy-rc.d). */
  readonly isForbidden?: boolean;
};

export type Took = {
  /** On the terminal. */
  readonly said: string;
  readonly journal: string;
  readonly inForce: 'installed' | 'kept';
  readonly starts: number;
};

/**
 * A systemd without a manager, for what the package's program makes of its answers: which unit is in force is seen by the
 * drop-in, as systemd does, and /run/world says how each version ends. The real one is met on a board.
 */
const SYSTEMCTL = `#!/bin/sh
world=/run/world
case "$*" in
  is-system-running) echo running ;;
  *restart*)
    echo x >> $world/starts
    if [ -e @DROP_IN@ ]; then cp $world/kept $world/now; else cp $world/installed $world/now; fi
    ;;
  show*)
    ended=$(cat $world/now)
    answer() {
      case "$1" in
        ActiveState) if [ "$ended" = 0 ]; then echo active; else echo failed; fi ;;
        InvocationID) wc -l < $world/starts ;;
        MainPID) echo 7 ;;
        NRestarts) echo 0 ;;
        ExecMainStatus) echo "$ended" ;;
        Result) if [ "$ended" = 0 ]; then echo success; else echo exit-code; fi ;;
      esac
    }
    for word; do
      case "$word-$*" in
        --property=*--value*) answer "\${word#--property=}" ;;
        --property=*) echo "\${word#--property=}=$(answer "\${word#--property=}")" ;;
      esac
    done
    ;;
esac
exit 0
`;

/** Has the installed version take the place of what runs, as postinst does, and tells what came of it. */
export function takeOver(system: DebianSystem, dropIn: string, ends: Ends): Took {
  const stand = join(tmpdir(), `systemctl-${process.pid}`);
  writeFileSync(stand, SYSTEMCTL.replaceAll('@DROP_IN@', dropIn));
  system.bring(stand, 'systemctl');
  rmSync(stand);
  const { stderr } = system.run(`
    mkdir -p /run/world /run/systemd/system /run/stand-in
    mv /tmp/systemctl /run/stand-in/systemctl
    printf '#!/bin/sh\\ncat >> /run/world/journal\\n' > /run/stand-in/systemd-cat
    printf '#!/bin/sh\\n' > /run/stand-in/sleep
    printf '#!/bin/sh\\n%s\\n' '${ends.isForbidden === true ? '' : 'exec systemctl "$@"'}' > /run/stand-in/deb-systemd-invoke
    chmod 755 /run/stand-in/*
    echo ${ends.running ?? 0} > /run/world/now
    echo ${ends.installed} > /run/world/installed
    echo ${ends.kept} > /run/world/kept
    : > /run/world/starts
    : > /run/world/journal
    PATH=/run/stand-in:$PATH replenish-agent-rollback --upgraded`);
  const told = (name: string): string => readFileSync(join(system.root, 'run/world', name), 'utf8');
  const took = {
    said: stderr,
    journal: told('journal'),
    inForce: existsSync(join(system.root, dropIn)) ? ('kept' as const) : ('installed' as const),
    starts: told('starts').length / 2,
  };
  system.run('rm -rf /run/systemd/system');
  return took;
}
