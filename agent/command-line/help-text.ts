import { COMMANDS, type CommandEntry, type CommandName, EXIT_CODES, entryOf } from './command-table.ts';

/** The help text of the program, or of one command. Pure. */
export function helpText(command: CommandName | null): string {
  return command === null ? helpOnProgram() : helpOnCommand(command);
}

function helpOnProgram(): string {
  const exits = Object.entries(EXIT_CODES).map(([code, meaning]) => `${code} ${meaning}`);
  return [
    'replenish-agent: reorders what a device uses up, through Amazon Dash Replenishment.',
    '',
    'usage: replenish-agent COMMAND [OPTIONS]',
    '',
    ...Object.entries<CommandEntry>(COMMANDS).map(([name, { does }]) => row(name, does)),
    '',
    row('COMMAND --help', 'the options of a command (or help COMMAND)'),
    row('--version', 'the version'),
    '',
    `exit codes: ${exits.join('; ')}`,
    '',
  ].join('\n');
}

function helpOnCommand(command: CommandName): string {
  const { does, forms = [], words = {}, options } = entryOf(command);
  const usage = forms.map((form) => row(`${command} ${form.join(' ')}`, ''));
  return [
    `replenish-agent ${command}: ${does}`,
    '',
    ...usage.map((line) => line.trimEnd()),
    ...(usage.length === 0 ? [] : ['']),
    ...Object.entries(words).map(([word, meaning]) => row(word, meaning)),
    ...Object.entries(options).map(([name, option]) => row(`--${name} ${option.value ?? ''}`, option.does)),
    row('--help', 'this text'),
    row('--version', 'the version'),
    '',
  ].join('\n');
}

function row(left: string, right: string): string {
  return `  ${left.trim().padEnd(20)}  ${right}`;
}
