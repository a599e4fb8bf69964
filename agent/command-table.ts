/** An option; without a `value` it is a switch. */
export type Option = { readonly value: string | null; readonly does: string };

export type CommandEntry = {
  readonly does: string;
  /**
   * What may stand after the command's name, each way a list of words: in lower case as it is typed, with `|` between
   * several, in upper case for what the person fills in. No way at all: nothing may stand there.
   */
  readonly forms?: readonly (readonly string[])[];
  /** What is to be filled in for the words in upper case. */
  readonly words?: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, Option>>;
};

export type CommandName = keyof typeof COMMANDS;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const CONFIG_DEFAULT = '/etc/replenish-agent/agent.yaml';
export const RECORD_MAX_DEFAULT = '64MB';
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

const configOption: Option = { value: 'FILE', does: `the configuration (default: ${CONFIG_DEFAULT})` };

const stateOption: Option = {
  value: 'DIR',
  does: "the service's state (default: $STATE_DIRECTORY, else ./.replenish-agent, else /var/lib/replenish-agent)",
};

const SLOT = { SLOT: 'name of the slot in the configuration' };

/** Every command, option and word; parsing, help and whatever else describes the program come from here. */
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
      record: { value: 'FILE', does: 'write every reading into a new file, for replay' },
      'record-max': {
        value: 'SIZE',
        does: `the recording ends at this size (default: ${RECORD_MAX_DEFAULT})`,
      },
    },
  },
  check: {
    does: 'validate the configuration and print every mistake with line and column; exit code 78 if there is one',
    options: { config: configOption },
  },
  status: {
    does: 'where every slot stands: phase, why, last orders, orders in doubt, reports that wait; also while the service is stopped',
    options: {
      json: { value: null, does: 'the same as one JSON object' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  order: {
    does: 'order for a slot now, through the same gates as the service, and tell what came of it; or cancel a test order',
    forms: [['SLOT'], ['cancel-test', 'SLOT']],
    words: SLOT,
    options: {
      yes: { value: null, does: 'do not ask' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  resolve: {
    does: 'settle an order in doubt, or a slot whose history was lost, by hand',
    forms: [['SLOT', 'placed|not-placed']],
    words: SLOT,
    options: { config: configOption, 'state-dir': stateOption },
  },
  replay: {
    does: 'run recorded readings through the same decisions at full speed, and tell what would have been ordered, when and why; nothing is sent',
    forms: [['FILE']],
    words: { FILE: 'a recording, as run --record writes it' },
    options: {
      json: { value: null, does: 'the same as JSON lines' },
      config: configOption,
    },
  },
  register: {
    does: 'tie this device to the account of a customer (Login with Amazon): prints the page to agree on, takes what the browser comes back with',
    options: {
      code: {
        value: 'ADDRESS',
        does: 'the address that the browser came back to, or the code in it; else it is asked for',
      },
      begin: { value: null, does: 'only print the page; the rest follows within an hour, with --finish' },
      finish: { value: null, does: 'only take what the browser came back with' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  deregister: {
    does: "take this device off its customer's account at Amazon: its tokens are dead at once and nothing is ordered until it is registered again",
    options: {
      'yes-remove-this-device': { value: null, does: 'do not ask for the id of the device' },
      config: configOption,
      'state-dir': stateOption,
    },
  },
  bench: {
    does: 'from a checkout: the whole thing on this machine with no hardware and no account (npm start)',
    options: {},
  },
} as const satisfies Record<string, CommandEntry>;

/** Commands that are promised and not built. */
export const COMMANDS_TO_COME: readonly string[] = ['doctor', 'watch', 'calibrate', 'init'];

export function isCommand(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}

export function entryOf(command: CommandName): CommandEntry {
  return COMMANDS[command];
}
