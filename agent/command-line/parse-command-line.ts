import { parseArgs } from 'node:util';
import { durationMs } from '../../config/quantity.ts';
import { readCalibrateWords } from '../calibration/calibrate-words.ts';
import { readDashboardWords } from '../dashboard/dashboard-words.ts';
import { readInitWords } from '../setup/init-words.ts';
import { parseByteSize } from '../system/byte-size.ts';
import { whyNoCommand, whyNoOption } from './command-misuse.ts';
import { type CommandName, entryOf, isCommand, LOG_LEVELS, RECORD_MAX_DEFAULT } from './command-table.ts';
import { CONFIG_DEFAULT } from './option.ts';
import type { Misuse, Request } from './request.ts';

const HELP_WORDS: readonly string[] = ['--help', '-h'];
const VERSION_WORDS: readonly string[] = ['--version', '-V'];

/** Reads the words after the program's name. Pure. */
export function parseCommandLine(words: readonly string[]): Request {
  const [first, ...rest] = words;
  if (first === undefined) return { kind: 'misuse', message: 'A command is missing.', command: null };
  if (VERSION_WORDS.includes(first)) return { kind: 'version' };
  if (HELP_WORDS.includes(first)) return { kind: 'help', command: null };
  if (first === 'help') return helpOn(rest[0]);
  if (first.startsWith('-')) return beforeCommand(first, rest);
  if (!isCommand(first)) return noSuchCommand(first);
  return first === 'bench' ? parseBench(rest) : parseOptions(first, rest);
}

function helpOn(word: string | undefined): Request {
  if (word === undefined || HELP_WORDS.includes(word)) return { kind: 'help', command: null };
  if (VERSION_WORDS.includes(word)) return { kind: 'version' };
  return isCommand(word) ? { kind: 'help', command: word } : noSuchCommand(word);
}

/** Options of a command come behind it; help and version are told wherever they stand. */
function beforeCommand(first: string, rest: readonly string[]): Request {
  const command = rest.find(isCommand) ?? null;
  if (rest.some((word) => VERSION_WORDS.includes(word))) return { kind: 'version' };
  if (rest.some((word) => HELP_WORDS.includes(word))) return { kind: 'help', command };
  const message = `The command comes first, and ${first} behind it: replenish-agent ${command ?? 'COMMAND'} ${first} ...`;
  return { kind: 'misuse', message, command };
}

function noSuchCommand(word: string): Misuse {
  return { kind: 'misuse', message: whyNoCommand(word), command: null };
}

/** The workbench reads its own options, but for those that every command has. */
function parseBench(words: readonly string[]): Request {
  if (words.some((word) => HELP_WORDS.includes(word))) return { kind: 'help', command: 'bench' };
  if (words.some((word) => VERSION_WORDS.includes(word))) return { kind: 'version' };
  return { kind: 'bench', words };
}

type Parsed = {
  /** What stands behind the command and is no option. */
  readonly words: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  /** Of options that may be given several times. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
  readonly switches: ReadonlySet<string>;
};

function parseOptions(command: Exclude<CommandName, 'bench'>, words: readonly string[]): Request {
  const { forms = [], options } = entryOf(command);
  const values = new Map<string, string>();
  const repeated = new Map<string, readonly string[]>();
  const switches = new Set<string>();
  try {
    const parsed = parseArgs({
      args: [...words],
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
        ...Object.fromEntries(
          Object.entries(options).map(([name, { value, isRepeated = false }]) => [
            name,
            { type: value === null ? ('boolean' as const) : ('string' as const), multiple: isRepeated },
          ]),
        ),
      },
      strict: true,
      allowPositionals: forms.length > 0,
    });
    if (parsed.values['help'] === true) return { kind: 'help', command };
    if (parsed.values['version'] === true) return { kind: 'version' };
    for (const [name, value] of Object.entries(parsed.values)) {
      if (typeof value === 'string') values.set(name, value);
      else if (value === true) switches.add(name);
      else if (Array.isArray(value)) repeated.set(name, value.map(String));
    }
    return requestOf(command, { words: parsed.positionals, values, repeated, switches });
  } catch (error) {
    return { kind: 'misuse', message: whyNoOption(error, Object.keys(options)), command };
  }
}

function requestOf(
  command: Exclude<CommandName, 'bench'>,
  { words, values, repeated, switches }: Parsed,
): Request {
  const misuse = (message: string): Misuse => ({ kind: 'misuse', message, command });
  for (const [name, value] of values) if (value === '') return misuse(`--${name} needs a value.`);
  const form = formOf(command, words);
  if (form === null) return misuse(`After ${command} comes: ${formsOf(command)}.`);
  const where = { config: values.get('config') ?? CONFIG_DEFAULT, stateDir: values.get('state-dir') ?? null };
  const [first = '', second = ''] = words;
  switch (command) {
    case 'run': {
      const logLevel = LOG_LEVELS.find((level) => level === (values.get('log-level') ?? 'info'));
      if (logLevel === undefined) return misuse(`--log-level is one of ${LOG_LEVELS.join(', ')}.`);
      const file = values.get('record');
      const size = values.get('record-max');
      if (file === undefined && size !== undefined) return misuse('--record-max needs --record.');
      const maxBytes = parseByteSize(size ?? RECORD_MAX_DEFAULT);
      if (maxBytes === null) return misuse('--record-max is a size such as 500kB, 64MB or 2GB.');
      return { kind: 'run', ...where, logLevel, record: file === undefined ? null : { file, maxBytes } };
    }
    case 'check':
      return { kind: 'check', config: where.config, isJson: switches.has('json') };
    case 'init': {
      const init = readInitWords(values, repeated.get('slot') ?? [], switches);
      return typeof init === 'string' ? misuse(init) : { kind: 'init', config: where.config, ...init };
    }
    case 'doctor':
      return { kind: 'doctor', ...where, isJson: switches.has('json'), bundle: values.get('bundle') ?? null };
    case 'watch':
      return { kind: 'watch', ...where };
    case 'calibrate': {
      const calibrate = readCalibrateWords(first, values, repeated.get('point') ?? [], switches);
      return typeof calibrate === 'string'
        ? misuse(calibrate)
        : { kind: 'calibrate', ...where, ...calibrate };
    }
    case 'status':
      return { kind: 'status', ...where, isJson: switches.has('json') };
    case 'order':
      if (form.length === 2) return { kind: 'cancel-test', ...where, slot: second };
      return { kind: 'order', ...where, slot: first, isAgreed: switches.has('yes') };
    case 'commission': {
      const [by, out] = [values.get('by') ?? null, values.get('out') ?? null];
      const [isAgreed, isJson] = [switches.has('yes'), switches.has('json')];
      return { kind: 'commission', ...where, slot: first, isAgreed, isJson, by, out };
    }
    case 'resolve':
      return { kind: 'resolve', ...where, slot: first, verdict: second === 'placed' ? second : 'not-placed' };
    case 'rearm':
      return { kind: 'rearm', ...where, slot: first, isAgreed: switches.has('yes') };
    case 'snooze': {
      const forMs = second === 'off' ? null : durationMs(second);
      if (forMs === null && second !== 'off')
        return misuse(`"${second}" is no time: 12h and 3d are, and off ends a snooze.`);
      return { kind: 'snooze', ...where, slot: first, forMs };
    }
    case 'register': {
      const code = values.get('code') ?? null;
      const isBegin = switches.has('begin');
      if (isBegin && switches.has('finish')) return misuse('Give --begin or --finish, not both.');
      // The page is new each time: no answer to it can be there already.
      if (code !== null && !switches.has('finish')) return misuse('--code needs --finish, after --begin.');
      return {
        kind: 'register',
        ...where,
        step: isBegin ? 'begin' : switches.has('finish') ? 'finish' : 'all',
        code,
      };
    }
    case 'dashboard': {
      const words = readDashboardWords(values);
      return typeof words === 'string' ? misuse(words) : { kind: 'dashboard', ...words };
    }
    case 'deregister':
      return { kind: 'deregister', ...where, isAgreed: switches.has('yes-remove-this-device') };
    case 'replay':
      return { kind: 'replay', config: where.config, file: first, isJson: switches.has('json') };
  }
}

/** The way in which these words may stand behind the command; null when there is none. */
function formOf(command: CommandName, words: readonly string[]): readonly string[] | null {
  const { forms = [[]] } = entryOf(command);
  const fits = (word: string, pattern: string): boolean =>
    pattern === pattern.toUpperCase() ? word !== '' : pattern.split('|').includes(word);
  return (
    forms.find(
      (form) =>
        form.length === words.length && form.every((pattern, index) => fits(words[index] ?? '', pattern)),
    ) ?? null
  );
}

function formsOf(command: CommandName): string {
  return (entryOf(command).forms ?? []).map((form) => form.join(' ')).join(', or ');
}
