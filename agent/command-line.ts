import { parseArgs } from 'node:util';

/** What the words on the command line ask for. */
export type Request =
  | {
      readonly kind: 'run';
      readonly config: string;
      readonly stateDir: string | null;
      readonly logLevel: LogLevel;
    }
  | { readonly kind: 'check'; readonly config: string }
  | { readonly kind: 'bench'; readonly words: readonly string[] }
  | { readonly kind: 'help'; readonly command: CommandName | null }
  | { readonly kind: 'version' }
  /** The words make no request; `message` says why, and the help of `command`, or of the program, what to type. */
  | { readonly kind: 'misuse'; readonly message: string; readonly command: CommandName | null };

export type CommandName = keyof typeof COMMANDS;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const CONFIG_DEFAULT = '/etc/replenish-agent/agent.yaml';
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

type Option = { readonly value: string | null; readonly does: string };
type Command = { readonly does: string; readonly options: Readonly<Record<string, Option>> };

const configOption: Option = { value: 'FILE', does: `the configuration (default: ${CONFIG_DEFAULT})` };

/** Every command and option; parsing and help both come from here. */
export const COMMANDS = {
  run: {
    does: 'the service: read the sensors, decide, order, report',
    options: {
      config: configOption,
      'state-dir': {
        value: 'DIR',
        does: 'where orders are remembered (default: $STATE_DIRECTORY, else ./.replenish-agent)',
      },
      'log-level': { value: 'LEVEL', does: `${LOG_LEVELS.join(', ')} (default: info)` },
    },
  },
  check: {
    does: 'validate the configuration and print every mistake with line and column; exit code 78 if there is one',
    options: { config: configOption },
  },
  bench: {
    does: 'from a checkout: the whole thing on this machine with no hardware and no account (npm start)',
    options: {},
  },
} as const satisfies Record<string, Command>;

/** Commands that are promised and not built. */
export const COMMANDS_TO_COME: readonly string[] = [
  'doctor',
  'watch',
  'calibrate',
  'init',
  'status',
  'order',
  'resolve',
  'replay',
];

const HELP_WORDS: readonly string[] = ['--help', '-h'];
const VERSION_WORDS: readonly string[] = ['--version', '-V'];

/** Reads the words after the program's name. Pure. */
export function parseCommandLine(words: readonly string[]): Request {
  const [first, ...rest] = words;
  if (first === undefined) return { kind: 'misuse', message: 'A command is missing.', command: null };
  if (VERSION_WORDS.includes(first)) return { kind: 'version' };
  if (HELP_WORDS.includes(first)) return { kind: 'help', command: null };
  if (first === 'help') return helpOn(rest[0]);
  if (!isCommand(first)) return noSuchCommand(first);
  return first === 'bench' ? parseBench(rest) : parseOptions(first, rest);
}

function helpOn(word: string | undefined): Request {
  if (word === undefined || HELP_WORDS.includes(word)) return { kind: 'help', command: null };
  if (VERSION_WORDS.includes(word)) return { kind: 'version' };
  return isCommand(word) ? { kind: 'help', command: word } : noSuchCommand(word);
}

function noSuchCommand(word: string): Request {
  const built = `This version has: ${Object.keys(COMMANDS).join(', ')}.`;
  const message = COMMANDS_TO_COME.includes(word)
    ? `The command "${word}" is not in this version yet. ${built}`
    : `There is no command "${word}". ${built}`;
  return { kind: 'misuse', message, command: null };
}

/** The workbench reads its own options, but for those that every command has. */
function parseBench(words: readonly string[]): Request {
  if (words.some((word) => HELP_WORDS.includes(word))) return { kind: 'help', command: 'bench' };
  if (words.some((word) => VERSION_WORDS.includes(word))) return { kind: 'version' };
  return { kind: 'bench', words };
}

function parseOptions(command: 'run' | 'check', words: readonly string[]): Request {
  const values = new Map<string, string>();
  const options: Readonly<Record<string, Option>> = COMMANDS[command].options;
  try {
    const parsed = parseArgs({
      args: [...words],
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
        ...Object.fromEntries(Object.keys(options).map((name) => [name, { type: 'string' as const }])),
      },
      strict: true,
    });
    if (parsed.values['help'] === true) return { kind: 'help', command };
    if (parsed.values['version'] === true) return { kind: 'version' };
    for (const [name, value] of Object.entries(parsed.values))
      if (typeof value === 'string') values.set(name, value);
  } catch (error) {
    return { kind: 'misuse', message: firstSentence(error), command };
  }
  for (const [name, value] of values)
    if (value === '') return { kind: 'misuse', message: `--${name} needs a value.`, command };
  const config = values.get('config') ?? CONFIG_DEFAULT;
  if (command === 'check') return { kind: 'check', config };
  const logLevel = LOG_LEVELS.find((level) => level === (values.get('log-level') ?? 'info'));
  if (logLevel === undefined)
    return { kind: 'misuse', message: `--log-level is one of ${LOG_LEVELS.join(', ')}.`, command };
  return { kind: 'run', config, stateDir: values.get('state-dir') ?? null, logLevel };
}

/** The help text of the program, or of one command. Pure. */
export function helpText(command: CommandName | null): string {
  if (command !== null) {
    const { does, options } = COMMANDS[command];
    const lines = Object.entries<Option>(options).map(([name, option]) =>
      row(`--${name} ${option.value ?? ''}`, option.does),
    );
    const always = [row('--help', 'this text'), row('--version', 'the version')];
    return [`replenish-agent ${command}: ${does}`, '', ...lines, ...always, ''].join('\n');
  }
  return [
    'replenish-agent: reorders what a device uses up, through Amazon Dash Replenishment.',
    '',
    'usage: replenish-agent COMMAND [OPTIONS]',
    '',
    ...Object.entries<Command>(COMMANDS).map(([name, { does }]) => row(name, does)),
    '',
    row('COMMAND --help', 'the options of a command (or help COMMAND)'),
    row('--version', 'the version'),
    '',
    'exit codes: 0 done; 1 failed; 2 wrong usage; 78 the configuration has mistakes',
    '',
  ].join('\n');
}

function row(left: string, right: string): string {
  return `  ${left.trim().padEnd(20)}  ${right}`;
}

function isCommand(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}

/** Node's own explanation of a wrong option; what follows its first sentence is about programming. */
function firstSentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `${text.split(/\. |\n/, 1)[0]?.replace(/\.$/, '')}.`;
}
