import { describe, expect, test } from 'vitest';
import { COMMANDS, type CommandEntry, type CommandName } from '../../agent/command-line/command-table.ts';
import { helpText } from '../../agent/command-line/help-text.ts';
import { CONFIG_DEFAULT } from '../../agent/command-line/option.ts';
import { parseCommandLine } from '../../agent/command-line/parse-command-line.ts';

const DEFAULTS = { config: CONFIG_DEFAULT, stateDir: null };

describe('the command line', () => {
  test.each([
    ['status', { kind: 'status', isJson: false }],
    ['status --json', { kind: 'status', isJson: true }],
    ['order black', { kind: 'order', slot: 'black', isAgreed: false }],
    ['order --yes black', { kind: 'order', slot: 'black', isAgreed: true }],
    ['order cancel-test', { kind: 'order', slot: 'cancel-test', isAgreed: false }],
    ['order cancel-test black', { kind: 'cancel-test', slot: 'black' }],
    ['resolve black placed', { kind: 'resolve', slot: 'black', verdict: 'placed' }],
    ['resolve black not-placed', { kind: 'resolve', slot: 'black', verdict: 'not-placed' }],
    ['rearm black', { kind: 'rearm', slot: 'black', isAgreed: false }],
    ['rearm black --yes', { kind: 'rearm', slot: 'black', isAgreed: true }],
    ['snooze black 3d', { kind: 'snooze', slot: 'black', forMs: 3 * 86_400_000 }],
    ['snooze black off', { kind: 'snooze', slot: 'black', forMs: null }],
    ['resolve -- -1 placed', { kind: 'resolve', slot: '-1', verdict: 'placed' }],
  ])('reads %s', (line, request) => {
    expect(parseCommandLine(line.split(' '))).toEqual({ ...DEFAULTS, ...request });
  });

  test('reads where the service is', () => {
    expect(parseCommandLine(['status', '--config', 'a.yaml', '--state-dir=b'])).toEqual({
      kind: 'status',
      isJson: false,
      config: 'a.yaml',
      stateDir: 'b',
    });
  });

  test.each(['chekc', 'help chekc'])('asks after %s whether check was meant', (line) => {
    expect(parseCommandLine(line.split(' '))).toEqual({
      kind: 'misuse',
      message: 'There is no command "chekc". Did you mean check?',
      command: null,
    });
  });

  test.each([
    ['status black', /Unexpected argument 'black'/],
    ['check --confg x', /^Unknown option '--confg'\. Did you mean --config\?$/],
    ['status --json=yes', /--json/],
    ['order', /^After order comes: SLOT, or cancel-test SLOT\.$/],
    ['order cancel black', /^After order comes/],
    ['order a b c', /^After order comes/],
    ['resolve black', /^After resolve comes: SLOT placed\|not-placed\.$/],
    ['rearm', /^After rearm comes: SLOT\.$/],
    ['snooze black', /^After snooze comes: SLOT off, or SLOT TIME\.$/],
    ['snooze black tomorrow', /^"tomorrow" is no time: 12h and 3d are, and off ends a snooze\.$/],
    ['resolve placed black', /^After resolve comes/],
    ['resolve black placed now', /^After resolve comes/],
  ])('refuses %s with a sentence', (line, message) => {
    const [command = ''] = line.split(' ');
    expect(parseCommandLine(line.split(' '))).toEqual({
      kind: 'misuse',
      message: expect.stringMatching(message),
      command,
    });
  });

  test.each(Object.keys(COMMANDS))(
    'tells the help of %s, and the version, whichever way it is asked',
    (name) => {
      for (const words of [
        [name, '--help'],
        [name, '-h'],
        ['help', name],
      ])
        expect(parseCommandLine(words)).toEqual({ kind: 'help', command: name });
      for (const words of [
        [name, '--version'],
        [name, '-V'],
      ])
        expect(parseCommandLine(words)).toEqual({ kind: 'version' });
    },
  );

  test('tells version and help also before a command, and says where options stand', () => {
    expect(parseCommandLine(['--config', 'a.yaml', '--version'])).toEqual({ kind: 'version' });
    expect(parseCommandLine(['--config', 'a.yaml', 'check', '-h'])).toEqual({
      kind: 'help',
      command: 'check',
    });
    expect(parseCommandLine(['--config', 'a.yaml', 'check'])).toEqual({
      kind: 'misuse',
      message: 'The command comes first, and --config behind it: replenish-agent check --config ...',
      command: 'check',
    });
    expect(parseCommandLine(['--confg'])).toMatchObject({
      message: expect.stringMatching(/^The command comes first.* COMMAND --confg/),
      command: null,
    });
  });

  test('helps with every word, option and way that a command has', () => {
    for (const [name, { does, forms = [], words = {}, options }] of Object.entries<CommandEntry>(COMMANDS)) {
      const help = helpText(name as CommandName);
      expect(help).toContain(`replenish-agent ${name}: ${does}\n`);
      for (const form of forms) expect(help).toContain(`  ${[name, ...form].join(' ')}\n`);
      for (const word of [...Object.keys(words), ...Object.keys(options).map((option) => `--${option}`)])
        expect(help).toMatch(new RegExp(`^ +${word}\\b.+`, 'm'));
      expect(helpText(null)).toMatch(new RegExp(`^ +${name} `, 'm'));
    }
  });

  test('explains every word that is to be filled in', () => {
    for (const { forms = [], words = {} } of Object.values<CommandEntry>(COMMANDS)) {
      const toFill = forms.flat().filter((word) => word === word.toUpperCase());
      expect(new Set(toFill)).toEqual(new Set(Object.keys(words)));
    }
  });
});
