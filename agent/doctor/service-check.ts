import { type Check, fail, ok, warn } from './check.ts';

const UNIT = 'replenish-agent';

/** Is there while an upgrade is taken back: replenish-agent-rollback(8). */
const TAKEN_BACK = 'zz-previous-version.conf';

/** The service unit, where systemd is; and whether a service answers here at all. */
export const serviceCheck: Check = {
  name: 'service',
  run: async ({ service, tool }) => {
    const seen = await service();
    if (seen.kind === 'refused') return warn(seen.why, `sudo systemctl status ${UNIT}`);
    const answers =
      seen.kind === 'running'
        ? `A service answers (version ${seen.status.device?.version ?? 'unknown'})`
        : 'No service answers';
    const said = await tool('systemctl', [
      'show',
      UNIT,
      '--property=LoadState,ActiveState,SubState,UnitFileState,Result,DropInPaths',
    ]);
    if (said.kind === 'absent') return warn(`${answers}; systemd is not on this machine.`, null);
    if (said.kind === 'failed') return warn(`${answers}; systemd does not run here.`, null);
    const facts = new Map(
      said.text.split('\n').map((line) => [line.split('=', 1)[0], line.replace(/^\w+=/, '')]),
    );
    const active = facts.get('ActiveState') ?? '';
    if (facts.get('LoadState') !== 'loaded')
      return warn(`${answers}; the unit ${UNIT} is not installed.`, `systemctl cat ${UNIT}`);
    if (active === 'failed')
      return fail(
        `The unit ${UNIT} has failed (${facts.get('Result') ?? 'no reason given'}).`,
        `journalctl -u ${UNIT} -n 50`,
      );
    if (active !== 'active')
      return warn(
        `The unit ${UNIT} is installed and not running (${active}).`,
        `sudo systemctl start ${UNIT}`,
      );
    const startsAtBoot = facts.get('UnitFileState') ?? '';
    if (startsAtBoot === 'disabled')
      return warn(`The unit ${UNIT} runs, and is not started at boot.`, `sudo systemctl enable ${UNIT}`);
    if (facts.get('DropInPaths')?.includes(TAKEN_BACK) === true)
      return warn(
        `${answers}; the latest upgrade was taken back, and the version before it runs: replenish-agent-rollback --show.`,
        `journalctl -t ${UNIT} -p warning`,
      );
    if (seen.kind === 'stopped')
      return warn(
        `The unit ${UNIT} runs, and does not answer at this state directory: is it another one?`,
        `systemctl show ${UNIT} --property=ExecStart,StateDirectory`,
      );
    return ok(`${answers}; the unit ${UNIT} is active and ${startsAtBoot || 'started by another'}.`);
  },
};
