import { expect, test } from 'vitest';
import { COMMANDS, type CommandEntry } from '../../agent/command-line/command-table.ts';
import { read } from '../docs/markdown.ts';

/** The service itself is started by systemd; calibrate writes the configuration, which belongs to root. */
const AS_THEY_ARE: readonly string[] = ['run', 'calibrate'];

test('the installed command does all that touches the state as the user of the service', () => {
  const script = read('config/packaging/debian/replenish-agent.sh');
  const listed = /case "\$\{1-\}" in\n *([a-z |-]+)\)/.exec(script)?.[1]?.split(' | ') ?? [];
  const withState = Object.entries<CommandEntry>(COMMANDS)
    .filter(([, { options }]) => Object.hasOwn(options, 'state-dir'))
    .map(([name]) => name);
  expect(new Set(listed)).toEqual(new Set(withState.filter((name) => !AS_THEY_ARE.includes(name))));
});
